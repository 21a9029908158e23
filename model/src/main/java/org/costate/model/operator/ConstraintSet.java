package org.costate.model.operator;

/// The set `S1(σ1, σ2) = {u : mean_y u = σ1, mean_y (u − σ1)² = σ2²}` of one token with `N`
/// features: a sphere of dimension `N − 2`, to which [LayerNorm] projects.
///
/// @param mean `σ1`
/// @param deviation `σ2`; its sign does not matter to the set
public record ConstraintSet(double mean, double deviation) {
  /// @throws IllegalArgumentException if a number is not finite
  public ConstraintSet {
    if (!Double.isFinite(mean) || !Double.isFinite(deviation)) {
      throw new IllegalArgumentException(
          "constraint set: found mean "
              + mean
              + " and deviation "
              + deviation
              + ", expected finite numbers");
    }
  }

  /// Whether some `u ≥ 0` with this many features lies in the set, so that the constraints `S1` and
  /// `S2` can hold at once: iff `σ1 ≥ 0` and `|σ2| ≤ σ1 √(N − 1)`. The bound is reached by one
  /// feature `N σ1` among zeros, whose variance is the largest at a given mean.
  public boolean meetsNonNegative(int features) {
    return mean >= 0 && Math.abs(deviation) <= mean * Math.sqrt(features - 1.0);
  }

  /// Squared distance from a token with `features` features of mean `m` and deviation `s` to the
  /// set: `N (|σ2| − s)² + N (σ1 − m)²` (Theorem 3.1 of Tai, Liu, Li, Chan, arXiv 2510.03989).
  public double distanceSquared(int features, double m, double s) {
    double radial = Math.abs(deviation) - s;
    double shift = mean - m;
    return features * (radial * radial + shift * shift);
  }
}
