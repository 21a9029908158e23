package org.costate.model.scheme;

import java.util.Optional;
import org.costate.model.operator.Operator;
import org.costate.model.state.Shape;

/// One line of a [Scheme] in single-assignment form:
/// `value[target] := Σ_k c_k(h) value[source_k] + weight(h) F(t + at·h, value[input], θ)`, where
/// `target` is written here and nowhere else.
final class Instruction {
  final int target;
  final int[] sources;
  final Coefficient[] coefficients;

  /// Whether, running backwards, term `k` is the first to write the costate of its source.
  final boolean[] opens;

  final Optional<Call> call;

  /// Whether the tangent of the target is needed to know the tangent of some operator's input.
  boolean feedsOperator;

  Instruction(int target, int[] sources, Coefficient[] coefficients, Optional<Call> call) {
    this.target = target;
    this.sources = sources;
    this.coefficients = coefficients;
    this.opens = new boolean[sources.length];
    this.call = call;
  }

  /// What its operator leaves in the record.
  int recordSize(Shape s) {
    return call.isPresent() ? call.get().operator.recordSize(s) : 0;
  }

  /// The operator of a line, with its input as a value and its controls as a stretch of `θ`.
  static final class Call {
    final Operator operator;
    final int input;
    final Coefficient weight;
    final double at;
    final double span;
    final int thetaFrom;
    final int thetaSize;

    /// Whether, running backwards, the operator is the first to write the costate of its input.
    boolean opensInput;

    Call(Application field, int input, int thetaFrom) {
      this.operator = field.operator();
      this.input = input;
      this.weight = field.weight();
      this.at = field.at();
      this.span = field.span();
      this.thetaFrom = thetaFrom;
      this.thetaSize = field.operator().controlSize();
    }
  }
}
