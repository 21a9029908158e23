package org.costate.model.operator;

import java.util.List;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// `y = x W + b` on rows, as a part of an operator: `W` `[in, out]` and, if there is one, `b`
/// `[out]` lie at `at` of the operator's controls. Whatever is absent ([Slice#NONE]) is zero as a
/// factor and skipped as a place to add to.
record DenseMap(int in, int out, boolean bias, int at) {
  DenseMap {
    Math.addExact(Math.multiplyExact(in, out), out);
  }

  /// Number of controls.
  int size() {
    return in * out + (bias ? out : 0);
  }

  /// Adds `NAME.weight` and, if there is one, `NAME.bias` to `all`.
  void addParameters(String name, List<Parameter> all) {
    all.add(new Parameter(name + ".weight", Parameter.Role.WEIGHT, in, out));
    if (bias) {
      all.add(new Parameter(name + ".bias", Parameter.Role.BIAS, 1, out));
    }
  }

  /// `y := x W + b`.
  void apply(int rows, Slice x, Slice theta, Slice y, Workspace w) {
    Dense.affine(w.kernels(), rows, x, weight(theta, w), bias(theta, w), y);
  }

  /// `dy := dx W + x dW + db`.
  void tangent(int rows, Slice x, Slice theta, Slice dx, Slice dTheta, Slice dy, Workspace w) {
    applyWithTangent(rows, x, theta, Slice.NONE, dx, dTheta, dy, w);
  }

  /// [#apply], skipped if `y` is absent, and [#tangent].
  void applyWithTangent(
      int rows, Slice x, Slice theta, Slice y, Slice dx, Slice dTheta, Slice dy, Workspace w) {
    Dense.affineWithTangent(
        w.kernels(),
        rows,
        x,
        weight(theta, w),
        bias(theta, w),
        y,
        dx,
        weight(dTheta, w),
        bias(dTheta, w),
        dy);
  }

  /// `x̄ := λ Wᵀ`.
  void adjoint(int rows, Slice theta, Slice lambda, Slice xBar, Workspace w) {
    Dense.multiplyTransposed(w.kernels(), rows, lambda, weight(theta, w), xBar);
  }

  /// `x̄ := λ Wᵀ` and `x̄' := δλ Wᵀ + λ dWᵀ`.
  void adjointWithTangent(
      int rows,
      Slice theta,
      Slice dTheta,
      Slice lambda,
      Slice dLambda,
      Slice xBar,
      Slice xBarDot,
      Workspace w) {
    Slice dWeight = weight(dTheta, w);
    Dense.multiplyTransposedWithTangent(
        w.kernels(), rows, lambda, weight(theta, w), xBar, dLambda, dWeight, xBarDot);
  }

  /// `x̄ := x̄ + λ Wᵀ`.
  void addAdjoint(int rows, Slice theta, Slice lambda, Slice xBar, Workspace w) {
    Dense.addMultiplyTransposed(w.kernels(), rows, lambda, weight(theta, w), xBar);
  }

  /// `x̄ := x̄ + λ Wᵀ` and `x̄' := x̄' + δλ Wᵀ + λ dWᵀ`.
  void addAdjointWithTangent(
      int rows,
      Slice theta,
      Slice dTheta,
      Slice lambda,
      Slice dLambda,
      Slice xBar,
      Slice xBarDot,
      Workspace w) {
    Slice dWeight = weight(dTheta, w);
    Dense.addMultiplyTransposedWithTangent(
        w.kernels(), rows, lambda, weight(theta, w), xBar, dLambda, dWeight, xBarDot);
  }

  /// `W̄ := W̄ + xᵀ λ`, `b̄ := b̄ + Σ_rows λ`; where their place is fresh, without what it holds.
  void addControls(int rows, Slice x, Slice lambda, Variation bar, Workspace w) {
    Slice thetaBar = bar.theta();
    Dense.addOuter(w.kernels(), rows, x, lambda, bar.isFresh(), weight(thetaBar, w));
    Dense.addBiasAdjoint(w.kernels(), rows, lambda, bar.isFresh(), bias(thetaBar, w));
  }

  /// The tangent of [#addControls]: `W̄' := W̄' + dxᵀ λ + xᵀ δλ`, `b̄' := b̄' + Σ_rows δλ`.
  void addControlsTangent(
      int rows, Slice x, Slice dx, Slice lambda, Slice dLambda, Variation barDot, Workspace w) {
    Slice weightBarDot = weight(barDot.theta(), w);
    boolean isFresh = barDot.isFresh();
    Dense.addOuterTangent(w.kernels(), rows, x, lambda, dx, dLambda, isFresh, weightBarDot);
    Dense.addBiasAdjoint(w.kernels(), rows, dLambda, isFresh, bias(barDot.theta(), w));
  }

  private Slice weight(Slice theta, Workspace w) {
    return Dense.part(w, theta, at, in * out);
  }

  private Slice bias(Slice theta, Workspace w) {
    return Dense.part(w, theta, at + in * out, bias ? out : 0);
  }
}
