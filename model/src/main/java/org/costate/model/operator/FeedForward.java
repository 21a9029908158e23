package org.costate.model.operator;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Parameter.Role;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// The feed-forward network, local in the tokens: `y = f(u W₁ + b₁) W₂ + b₂`, or gated `y = (f(u
/// W_g + b_g) ∘ (u W_u + b_u)) W₂ + b₂` with `W₁ = [W_g, W_u]`.
///
/// The record holds the pre-activations `x = u W₁ + b₁`. The activations are computed again from
/// them: a record of their own would be the largest of a whole block, and computing them costs
/// about a tenth of the products around them, with SiLU a seventh. Tokens are taken in blocks of
/// [Dense#BLOCK], so that scratch does not grow with their number.
///
/// @param width features of `u` and `y`
/// @param hidden features of the activations
/// @param activation `f`
/// @param gated whether a second linear map multiplies the activations
/// @param bias whether there are `b₁` and `b₂`
public record FeedForward(int width, int hidden, Activation activation, boolean gated, boolean bias)
    implements Operator {
  /// @throws IllegalArgumentException if a width is not positive
  public FeedForward {
    Widths.requirePositive("feed-forward", "width", width);
    Widths.requirePositive("feed-forward", "hidden width", hidden);
    Widths.requireSize("feed-forward", width, hidden);
  }

  @Override
  public String name() {
    return "feed-forward";
  }

  @Override
  public int inputWidth() {
    return width;
  }

  @Override
  public int outputWidth() {
    return width;
  }

  /// Columns of `W₁`: the gate, then the factor.
  int columns() {
    return gated ? 2 * hidden : hidden;
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    all.add(new Parameter("in.weight", Role.WEIGHT, width, columns()));
    if (bias) {
      all.add(new Parameter("in.bias", Role.BIAS, 1, columns()));
    }
    all.add(new Parameter("out.weight", Role.WEIGHT, hidden, width));
    if (bias) {
      all.add(new Parameter("out.bias", Role.BIAS, 1, width));
    }
    return List.copyOf(all);
  }

  @Override
  public int controlSize() {
    return outWeightAt() + hidden * width + (bias ? width : 0);
  }

  @Override
  public int workSize(Shape s) {
    int rows = Math.min(s.positions(), Dense.BLOCK);
    return Math.multiplyExact(rows, 3 * columns() + 4 * hidden) + (gated ? hidden : 0);
  }

  @Override
  public int recordSize(Shape s) {
    return s.size(columns());
  }

  private Slice inWeight(Workspace w, Slice theta) {
    return Dense.part(w, theta, 0, width * columns());
  }

  private Slice inBias(Workspace w, Slice theta) {
    return Dense.part(w, theta, width * columns(), bias ? columns() : 0);
  }

  private int outWeightAt() {
    return width * columns() + (bias ? columns() : 0);
  }

  private Slice outWeight(Workspace w, Slice theta) {
    return Dense.part(w, theta, outWeightAt(), hidden * width);
  }

  private Slice outBias(Workspace w, Slice theta) {
    return Dense.part(w, theta, outWeightAt() + hidden * width, bias ? width : 0);
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    Kernels k = w.kernels();
    for (int from = 0; from < p.shape().positions(); from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, p.shape().positions() - from);
      w.enter();
      Slice x =
          record.isNone() ? w.take(rows * columns()) : Dense.rows(w, record, from, rows, columns());
      Slice a = w.take(rows * hidden);
      Slice yRows = Dense.rows(w, y, from, rows, width);
      Dense.multiply(k, rows, Dense.rows(w, p.u(), from, rows, width), inWeight(w, p.theta()), x);
      Dense.addBias(k, rows, inBias(w, p.theta()), x);
      HiddenLayer.apply(this, rows, x, a, w);
      Dense.multiply(k, rows, a, outWeight(w, p.theta()), yRows);
      Dense.addBias(k, rows, outBias(w, p.theta()), yRows);
      w.leave();
    }
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    Kernels k = w.kernels();
    for (int from = 0; from < p.shape().positions(); from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, p.shape().positions() - from);
      w.enter();
      Slice x = Dense.rows(w, record, from, rows, columns());
      Slice dx = w.take(rows * columns());
      Slice da = w.take(rows * hidden);
      Slice a = v.theta().isNone() ? Slice.NONE : w.take(rows * hidden);
      Slice dyRows = Dense.rows(w, dy, from, rows, width);
      hiddenTangent(p, v, from, dx, w);
      if (a.isNone()) {
        HiddenLayer.tangent(this, rows, x, dx, da, w);
      } else {
        Slice slope = w.take(rows * columns());
        HiddenLayer.applyWithSlope(this, rows, x, a, slope, w);
        HiddenLayer.tangentFromSlope(this, rows, x, dx, slope, da, w);
      }
      k.gather();
      Dense.multiply(k, rows, da, outWeight(w, p.theta()), dyRows);
      Dense.addMultiply(k, rows, a, outWeight(w, v.theta()), dyRows);
      k.complete();
      Dense.addBias(k, rows, outBias(w, v.theta()), dyRows);
      w.leave();
    }
  }

  /// `δx := δu W₁ + u δW₁ + δb₁` for the rows from `from` on.
  private void hiddenTangent(Point p, Variation v, int from, Slice dx, Workspace w) {
    Kernels k = w.kernels();
    int rows = dx.length() / columns();
    dx.fill(0);
    k.gather();
    Dense.addMultiply(k, rows, Dense.rows(w, v.u(), from, rows, width), inWeight(w, p.theta()), dx);
    Dense.addMultiply(k, rows, Dense.rows(w, p.u(), from, rows, width), inWeight(w, v.theta()), dx);
    k.complete();
    Dense.addBias(k, rows, inBias(w, v.theta()), dx);
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    Kernels k = w.kernels();
    for (int from = 0; from < p.shape().positions(); from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, p.shape().positions() - from);
      w.enter();
      Slice x = Dense.rows(w, record, from, rows, columns());
      Slice aBar = w.take(rows * hidden);
      Slice xBar = w.take(rows * columns());
      Slice lambdaRows = Dense.rows(w, lambda, from, rows, width);
      Slice uRows = Dense.rows(w, p.u(), from, rows, width);
      Dense.multiplyTransposed(k, rows, lambdaRows, outWeight(w, p.theta()), aBar);
      if (bar.theta().isNone()) {
        HiddenLayer.adjoint(this, rows, x, aBar, xBar, w);
        addInAdjoint(uRows, inWeight(w, p.theta()), xBar, from, bar, w);
      } else {
        Slice a = w.take(rows * hidden);
        HiddenLayer.applyWithSlope(this, rows, x, a, xBar, w);
        HiddenLayer.adjointFromSlope(this, rows, x, aBar, xBar, w);
        k.gather();
        addOutAdjoint(a, lambdaRows, bar, w);
        addInAdjoint(uRows, inWeight(w, p.theta()), xBar, from, bar, w);
        Dense.addBiasAdjoint(k, rows, xBar, inBias(w, bar.theta()));
        k.complete();
      }
      w.leave();
    }
  }

  /// `W̄₂ := W̄₂ + aᵀ λ`, `b̄₂ := b̄₂ + Σ λ`.
  private void addOutAdjoint(Slice a, Slice lambda, Variation bar, Workspace w) {
    int rows = a.length() / hidden;
    Dense.addOuter(w.kernels(), rows, a, lambda, outWeight(w, bar.theta()));
    Dense.addBiasAdjoint(w.kernels(), rows, lambda, outBias(w, bar.theta()));
  }

  /// `ū := ū + x̄ W₁ᵀ`, `W̄₁ := W̄₁ + uᵀ x̄`; `bar` is that of all rows, `u` and `x̄` those from
  /// `from` on.
  private void addInAdjoint(
      Slice u, Slice weight, Slice xBar, int from, Variation bar, Workspace w) {
    int rows = xBar.length() / columns();
    Slice uBar = Dense.rows(w, bar.u(), from, rows, width);
    Dense.addMultiplyTransposed(w.kernels(), rows, xBar, weight, uBar);
    Dense.addOuter(w.kernels(), rows, u, xBar, inWeight(w, bar.theta()));
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
    for (int from = 0; from < p.shape().positions(); from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, p.shape().positions() - from);
      w.enter();
      Slice x = Dense.rows(w, record, from, rows, columns());
      Slice dx = w.take(rows * columns());
      Slice a = w.take(rows * hidden);
      Slice da = w.take(rows * hidden);
      Slice aBar = w.take(rows * hidden);
      Slice aBarDot = w.take(rows * hidden);
      Slice xBar = w.take(rows * columns());
      Slice xBarDot = w.take(rows * columns());
      Slice lambdaRows = Dense.rows(w, lambda, from, rows, width);
      Slice dLambdaRows = Dense.rows(w, dLambda, from, rows, width);
      hiddenTangent(p, v, from, dx, w);
      costates(p, v, lambdaRows, dLambdaRows, aBar, aBarDot, w);
      HiddenLayer.applyWithSlope(this, rows, x, a, xBar, w);
      HiddenLayer.tangentFromSlope(this, rows, x, dx, xBar, da, w);
      HiddenLayer.adjointTangent(this, rows, x, dx, aBar, aBarDot, xBar, xBarDot, w);
      HiddenLayer.adjointFromSlope(this, rows, x, aBar, xBar, w);
      Slice u = Dense.rows(w, p.u(), from, rows, width);
      w.kernels().gather();
      addOutAdjoint(a, lambdaRows, bar, w);
      addOutAdjoint(a, dLambdaRows, barDot, w);
      Dense.addOuter(w.kernels(), rows, da, lambdaRows, outWeight(w, barDot.theta()));
      addInAdjoint(u, inWeight(w, p.theta()), xBar, from, bar, w);
      addInAdjoint(u, inWeight(w, p.theta()), xBarDot, from, barDot, w);
      addInAdjoint(
          Dense.rows(w, v.u(), from, rows, width), inWeight(w, v.theta()), xBar, from, barDot, w);
      Dense.addBiasAdjoint(w.kernels(), rows, xBar, inBias(w, bar.theta()));
      Dense.addBiasAdjoint(w.kernels(), rows, xBarDot, inBias(w, barDot.theta()));
      w.kernels().complete();
      w.leave();
    }
  }

  /// `ā := λ W₂ᵀ` and its derivative `ȧ := δλ W₂ᵀ + λ δW₂ᵀ`.
  private void costates(
      Point p, Variation v, Slice lambda, Slice dLambda, Slice aBar, Slice aBarDot, Workspace w) {
    Kernels k = w.kernels();
    int rows = aBar.length() / hidden;
    Slice weight = outWeight(w, p.theta());
    k.gather();
    Dense.multiplyTransposed(k, rows, lambda, weight, aBar);
    Dense.multiplyTransposed(k, rows, dLambda, weight, aBarDot);
    Dense.addMultiplyTransposed(k, rows, lambda, outWeight(w, v.theta()), aBarDot);
    k.complete();
  }
}
