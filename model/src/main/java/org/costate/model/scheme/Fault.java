package org.costate.model.scheme;

import java.util.Optional;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;

/// The first value within a step that is not finite: where a numerical failure began.
///
/// @param line line of the scheme, from 1
/// @param operator name of its operator; of nested operators from the outside in
/// @param sequence sequence within the batch
/// @param token token within the sequence
/// @param feature feature within the token
/// @param value what was found there
public record Fault(int line, String operator, int sequence, int token, int feature, double value) {

  static Optional<Fault> find(int line, String operator, Slice values, Shape s, int width) {
    for (int i = 0; i < s.size(width); i++) {
      if (!Double.isFinite(values.at(i))) {
        int row = i / width;
        int sequence = row / s.tokens();
        return Optional.of(
            new Fault(line, operator, sequence, row % s.tokens(), i % width, values.at(i)));
      }
    }
    return Optional.empty();
  }

  /// The same fault, seen from the step that runs `outer`.
  Fault inside(String outer, int outerLine) {
    String path = outer + ", line " + line + ", " + operator;
    return new Fault(outerLine, path, sequence, token, feature, value);
  }

  @Override
  public String toString() {
    return "line "
        + line
        + " ("
        + operator
        + "): found "
        + value
        + " in sequence "
        + sequence
        + ", token "
        + token
        + ", feature "
        + feature;
  }
}
