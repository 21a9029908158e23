package org.costate.model.equation;

import java.util.Optional;
import org.costate.model.operator.Operator;

/// The constraint set `S1(σ1(t), σ2(t)) = {u : mean_y u = σ1, mean_y (u − σ1)² = σ2²}`: on every
/// token a sphere in the hyperplane of given mean.
///
/// @param projection the projection onto it, whose controls are `σ1`, `σ2`
/// @param block name of these controls
/// @param epsilon floor under the variance in its tangent space
/// @param moving whether `σ1` and `σ2` depend on time
public record Sphere(Operator projection, String block, double epsilon, boolean moving) {
  /// @throws IllegalArgumentException if the projection has other controls
  public Sphere {
    if (projection.controlSize() != 2) {
      throw new IllegalArgumentException(
          "constraint set: found a projection with "
              + projection.controlSize()
              + " control values, expected sigma1 and sigma2");
    }
  }

  Optional<Controlled> asControlled() {
    return Optional.of(Controlled.of(projection, block));
  }
}
