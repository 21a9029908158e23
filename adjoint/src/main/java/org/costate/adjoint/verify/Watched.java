package org.costate.adjoint.verify;

import java.util.List;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.FieldLayer;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.operator.Pointwise;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// An operator with ReLU activations that notes the signs of its pre-activations whenever it is
/// applied. Its values are those of the operator.
///
/// @param inner the operator
/// @param signs where they are noted; the one part that changes
record Watched(Operator inner, SignPattern signs) implements Operator {
  /// Whether the operator is one that has kinks.
  static boolean hasKinks(Operator f) {
    return switch (f) {
      case FeedForward g -> g.activation() == Activation.RELU;
      case FieldLayer g -> g.activation() == Activation.RELU;
      case Pointwise g -> g.activation() == Activation.RELU;
      default -> false;
    };
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public int inputWidth() {
    return inner.inputWidth();
  }

  @Override
  public int outputWidth() {
    return inner.outputWidth();
  }

  @Override
  public List<Parameter> parameters() {
    return inner.parameters();
  }

  @Override
  public int controlSize() {
    return inner.controlSize();
  }

  @Override
  public Shape outputShape(Shape s) {
    return inner.outputShape(s);
  }

  @Override
  public int workSize(Shape s) {
    return Math.addExact(inner.workSize(s), inner.recordSize(s));
  }

  @Override
  public int recordSize(Shape s) {
    return inner.recordSize(s);
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    w.enter();
    Slice kept = record.isNone() ? w.take(inner.recordSize(p.shape())) : record;
    inner.apply(p, y, kept, w);
    switch (inner) {
      case FeedForward g -> note(kept, kept.length() / p.shape().positions(), g.hidden());
      case FieldLayer g -> note(kept, g.width(), g.width());
      default -> note(p.u(), inner.inputWidth(), inner.inputWidth());
    }
    w.leave();
  }

  /// The first `count` numbers of every row: pre-activations, behind which stand the factors of a
  /// gated network, or the activations of one without a gate, positive where those are.
  private void note(Slice x, int columns, int count) {
    for (int row = 0; row < x.length(); row += columns) {
      for (int k = 0; k < count; k++) {
        signs.note(x.at(row + k) > 0);
      }
    }
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    inner.tangent(p, record, v, dy, w);
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    inner.adjoint(p, record, lambda, bar, w);
  }

  @Override
  public void secondAdjoint(
      Point p,
      Slice record,
      Variation v,
      Slice lambda,
      Slice dLambda,
      Variation bar,
      Variation barDot,
      Workspace w) {
    inner.secondAdjoint(p, record, v, lambda, dLambda, bar, barDot, w);
  }
}
