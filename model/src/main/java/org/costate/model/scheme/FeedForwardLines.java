package org.costate.model.scheme;

import java.util.List;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Padding;

/// The feed-forward substeps of the post-norm step: `v ← S(v + c (v W_j + b_j))`, the last one
/// without `S`, in a feature domain as wide as the layers.
final class FeedForwardLines {
  private FeedForwardLines() {}

  /// Writes the substeps from the value in register `from`, which stays, and returns the register
  /// of the result, which is as wide as the state.
  static int write(Lines lines, ContinuousEquation e, int from, Coefficient substep) {
    List<FieldUse> layers = FieldUse.all(e).subList(1, e.fields().size());
    Operator positive =
        e.positivePart()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "post-norm: found no projection onto u >= 0, expected one between the"
                            + " layers"));
    int width = layers.getFirst().operator().inputWidth();
    boolean padded = width != e.width();
    int v = from;
    if (padded) {
      v = lines.fresh();
      lines.apply(Controlled.of(new Padding(e.width(), width)), from, v, 0);
    }
    for (int j = 0; j < layers.size(); j++) {
      int next = lines.fresh();
      lines.field(layers.get(j), v, next, List.of(Lines.term(v, 1)), substep, 0);
      v = next;
      if (j + 1 < layers.size()) {
        lines.apply(Controlled.of(positive), v, v, 0);
      }
    }
    if (padded) {
      int cut = lines.fresh();
      lines.apply(Controlled.of(new Padding(width, e.width())), v, cut, 0);
      v = cut;
    }
    return v;
  }
}
