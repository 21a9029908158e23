package org.costate.model.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.model.operator.Parameter.Role;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Layer normalisation: on every token the projection onto `S1(σ1, σ2) = {mean_y u = σ1, mean_y (u
/// − σ1)² = σ2²}`, followed by an affine map per feature,
///
/// ```
/// z = (u − mean u)/√(var u + ε),   y = gain ∘ (σ1 + σ2 z) + bias
/// ```
///
/// With `ε = 0` the first part is the exact projection (Theorem 3.1 of Tai, Liu, Li, Chan, arXiv
/// 2510.03989); `ε > 0` leaves the variance `σ2² ε/(var + ε)` short. A token whose features are all
/// equal has no unique projection: with `ε = 0` it is a [org.costate.model.NumericalException].
///
/// Controls in order: `sigma1`, `sigma2` if `constraint`; `gain` if `gain`; `bias` if `bias`. The
/// record holds `1/√(var u + ε)` and the mean.
///
/// @param width features of a token
/// @param epsilon the floor `ε ≥ 0` under the variance
/// @param gain whether there is a learned gain per feature
/// @param bias whether there is a learned bias per feature
/// @param constraint whether `σ1`, `σ2` are controls; else they are 0 and 1
/// @param featureWeights quadrature in the means over the features; absent: all equal
public record LayerNorm(
    int width,
    double epsilon,
    boolean gain,
    boolean bias,
    boolean constraint,
    Optional<FeatureWeights> featureWeights)
    implements RowNorm {
  /// @throws IllegalArgumentException if a size or `ε` is out of range
  public LayerNorm {
    Widths.requirePositive("layer norm", "width", width);
    Widths.requireNotNegative("layer norm", "epsilon", epsilon);
    if (featureWeights.isPresent() && featureWeights.get().size() != width) {
      throw new IllegalArgumentException(
          "layer norm: found "
              + featureWeights.get().size()
              + " feature weights, expected "
              + width);
    }
  }

  /// The usual layer normalisation: gain and bias, `σ1 = 0`, `σ2 = 1`.
  public static LayerNorm standard(int width, double epsilon) {
    return new LayerNorm(width, epsilon, true, true, false, Optional.empty());
  }

  /// The projection onto `S1(σ1, σ2)` alone, with `σ1` and `σ2` as controls.
  public static LayerNorm projection(int width, double epsilon) {
    return new LayerNorm(width, epsilon, false, false, true, Optional.empty());
  }

  @Override
  public String name() {
    return "layer norm";
  }

  @Override
  public boolean centre() {
    return true;
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
    List<Parameter> all = new ArrayList<>();
    if (constraint) {
      all.add(new Parameter("sigma1", Role.CONSTRAINT_MEAN, 1, 1));
      all.add(new Parameter("sigma2", Role.CONSTRAINT_DEVIATION, 1, 1));
    }
    if (gain) {
      all.add(new Parameter("gain", Role.GAIN, 1, width));
    }
    if (bias) {
      all.add(new Parameter("bias", Role.BIAS, 1, width));
    }
    return List.copyOf(all);
  }

  @Override
  public int controlSize() {
    return biasAt() + (bias ? width : 0);
  }

  @Override
  public int workSize(Shape s) {
    return NormActions.workSize(this, s);
  }

  @Override
  public int recordSize(Shape s) {
    return NormActions.recordSize(this, s);
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    NormActions.apply(this, p, y, record, w);
  }

  @Override
  public boolean isRemade() {
    return true;
  }

  @Override
  public void remake(Point p, Slice record, Slice y, Workspace w) {
    NormActions.remake(this, p, record, y, w);
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    NormActions.tangent(this, p, record, v, dy, w);
  }

  @Override
  public void applyWithTangent(Point p, Slice y, Slice record, Variation v, Slice dy, Workspace w) {
    NormActions.applyWithTangent(this, p, y, record, v, dy, w);
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    NormActions.adjoint(this, p, record, lambda, bar, w);
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
    NormActions.secondAdjoint(this, p, record, v, lambda, dLambda, bar, barDot, w);
  }
}
