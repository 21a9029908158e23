package org.costate.model.operator;

import java.util.List;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Parameter.Role;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// One layer of the local field of the continuous equation: `y = f(u W + b)` with a square `W`, the
/// `W_j` of Tai, Liu, Li, Chan (arXiv 2510.03989). The feed-forward network of a Transformer is
/// such layers one after the other as substeps `u + dt (u W_j + b_j)`, each followed by the
/// projection [Pointwise] onto `S2`, so `W_j = W_FFN − I`.
///
/// The record holds `x = u W + b`.
///
/// @param width features of `u` and `y`
/// @param activation `f`; [Activation#IDENTITY] for the linear field
/// @param bias whether there is a `b`
public record FieldLayer(int width, Activation activation, boolean bias) implements Operator {
  /// @throws IllegalArgumentException if the width is out of range
  public FieldLayer {
    Widths.requirePositive("field layer", "width", width);
    Widths.requireSize("field layer", width, width);
  }

  @Override
  public String name() {
    return "field layer";
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
    Parameter weight = new Parameter("weight", Role.WEIGHT, width, width);
    return bias ? List.of(weight, new Parameter("bias", Role.BIAS, 1, width)) : List.of(weight);
  }

  @Override
  public int controlSize() {
    return width * width + (bias ? width : 0);
  }

  @Override
  public int workSize(Shape s) {
    return Math.multiplyExact(3, s.size(width));
  }

  @Override
  public int recordSize(Shape s) {
    return s.size(width);
  }

  private Slice weight(Workspace w, Slice theta) {
    return Dense.part(w, theta, 0, width * width);
  }

  private Slice bias(Workspace w, Slice theta) {
    return Dense.part(w, theta, width * width, bias ? width : 0);
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    w.enter();
    Kernels k = w.kernels();
    int rows = p.shape().positions();
    Slice x = record.isNone() ? w.take(y.length()) : record;
    Dense.affine(k, rows, p.u(), weight(w, p.theta()), bias(w, p.theta()), x);
    k.activate(activation, y.length(), x.array(), x.offset(), y.array(), y.offset());
    w.leave();
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    w.enter();
    Slice dx = preActivationTangent(p, v, w);
    derivative(record, dx, dy, w.kernels());
    w.leave();
  }

  /// `δx = δu W + u δW + δb` in scratch of the open frame.
  private Slice preActivationTangent(Point p, Variation v, Workspace w) {
    int rows = p.shape().positions();
    Slice dx = w.take(rows * width);
    Dense.affineWithTangent(
        w.kernels(),
        rows,
        p.u(),
        weight(w, p.theta()),
        Slice.NONE,
        Slice.NONE,
        v.u(),
        weight(w, v.theta()),
        bias(w, v.theta()),
        dx);
    return dx;
  }

  /// `out := f'(x) ∘ v`.
  private void derivative(Slice x, Slice v, Slice out, Kernels k) {
    k.activateTangent(
        activation,
        x.length(),
        x.array(),
        x.offset(),
        v.array(),
        v.offset(),
        out.array(),
        out.offset());
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    w.enter();
    Slice xBar = w.take(lambda.length());
    derivative(record, lambda, xBar, w.kernels());
    Slice weight = weight(w, p.theta());
    Dense.addMultiplyTransposed(w.kernels(), p.shape().positions(), xBar, weight, bar.u());
    addControls(p, xBar, bar, w);
    w.leave();
  }

  /// `W̄ := W̄ + uᵀ x̄`, `b̄ := b̄ + Σ x̄`.
  private void addControls(Point p, Slice xBar, Variation bar, Workspace w) {
    Kernels k = w.kernels();
    int rows = p.shape().positions();
    Dense.addOuter(k, rows, p.u(), xBar, weight(w, bar.theta()));
    Dense.addBiasAdjoint(k, rows, xBar, bias(w, bar.theta()));
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
    w.enter();
    Kernels k = w.kernels();
    int rows = p.shape().positions();
    Slice dx = preActivationTangent(p, v, w);
    Slice xBar = w.take(lambda.length());
    Slice xBarDot = w.take(lambda.length());
    derivative(record, lambda, xBar, k);
    derivative(record, dLambda, xBarDot, k);
    k.activateSecond(
        activation,
        record.length(),
        record.array(),
        record.offset(),
        dx.array(),
        dx.offset(),
        lambda.array(),
        lambda.offset(),
        xBarDot.array(),
        xBarDot.offset());
    Slice weight = weight(w, p.theta());
    Slice dWeight = weight(w, v.theta());
    Dense.addMultiplyTransposedWithTangent(
        k, rows, xBar, weight, bar.u(), xBarDot, dWeight, barDot.u());
    addControls(p, xBar, bar, w);
    Slice weightBarDot = weight(w, barDot.theta());
    Dense.addOuterTangent(k, rows, p.u(), xBar, v.u(), xBarDot, false, weightBarDot);
    Dense.addBiasAdjoint(k, rows, xBarDot, bias(w, barDot.theta()));
    w.leave();
  }
}
