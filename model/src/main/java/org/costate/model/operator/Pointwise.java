package org.costate.model.operator;

import java.util.List;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// A function of every feature by itself, `y = f(u)`, without controls. With [Activation#RELU] it
/// is the projection onto `S2 = {u ≥ 0}`, whose derivative at the kink is taken as 0.
///
/// @param width features of a token
/// @param activation `f`
public record Pointwise(int width, Activation activation) implements Operator {
  /// @throws IllegalArgumentException if the width is not positive
  public Pointwise {
    Widths.requirePositive("pointwise", "width", width);
  }

  @Override
  public String name() {
    return "pointwise";
  }

  @Override
  public int inputWidth() {
    return width;
  }

  @Override
  public int outputWidth() {
    return width;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public int controlSize() {
    return 0;
  }

  @Override
  public int workSize(Shape s) {
    return s.size(width);
  }

  @Override
  public int recordSize(Shape s) {
    return 0;
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    Slice u = p.u();
    w.kernels().activate(activation, u.length(), u.array(), u.offset(), y.array(), y.offset());
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    if (v.u().isNone()) {
      dy.fill(0);
    } else {
      derivative(p.u(), v.u(), dy, w.kernels());
    }
  }

  /// `out := f'(u) ∘ v`.
  private void derivative(Slice u, Slice v, Slice out, Kernels k) {
    k.activateTangent(
        activation,
        u.length(),
        u.array(),
        u.offset(),
        v.array(),
        v.offset(),
        out.array(),
        out.offset());
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    if (bar.u().isNone()) {
      return;
    }
    w.enter();
    Slice product = w.take(lambda.length());
    derivative(p.u(), lambda, product, w.kernels());
    Tables.add(w.kernels(), product, bar.u());
    w.leave();
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
    adjoint(p, record, lambda, bar, w);
    adjoint(p, record, dLambda, barDot, w);
    if (barDot.u().isNone() || v.u().isNone()) {
      return;
    }
    Slice u = p.u();
    w.kernels()
        .activateSecond(
            activation,
            u.length(),
            u.array(),
            u.offset(),
            v.u().array(),
            v.u().offset(),
            lambda.array(),
            lambda.offset(),
            barDot.u().array(),
            barDot.u().offset());
  }
}
