package org.costate.model.operator;

import java.util.List;
import java.util.Optional;
import org.costate.model.operator.Parameter.Role;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Root-mean-square normalisation: on every token the projection onto `{mean_y u² = 1}`, followed
/// by a gain per feature: `y = gain ∘ u/√(mean u² + ε)`.
///
/// A token that is zero has no unique projection: with `ε = 0` it is a
/// [org.costate.model.NumericalException]. The record holds `1/√(mean u² + ε)`.
///
/// @param width features of a token
/// @param epsilon the floor `ε ≥ 0` under the mean square
/// @param gain whether there is a learned gain per feature
public record RmsNorm(int width, double epsilon, boolean gain) implements RowNorm {
  /// @throws IllegalArgumentException if a size or `ε` is out of range
  public RmsNorm {
    Widths.requirePositive("rms norm", "width", width);
    Widths.requireNotNegative("rms norm", "epsilon", epsilon);
  }

  @Override
  public String name() {
    return "rms norm";
  }

  @Override
  public boolean centre() {
    return false;
  }

  @Override
  public boolean bias() {
    return false;
  }

  @Override
  public boolean constraint() {
    return false;
  }

  @Override
  public Optional<FeatureWeights> featureWeights() {
    return Optional.empty();
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
    return gain ? List.of(new Parameter("gain", Role.GAIN, 1, width)) : List.of();
  }

  @Override
  public int controlSize() {
    return gain ? width : 0;
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
