package org.costate.control.constrain;

import org.costate.control.Vectors;

/// How far a point is from the Karush–Kuhn–Tucker conditions of `min J(c)`, `c ∈ C`, `h(c) = 0`
/// (`≤ 0`), recomputed from `J`, `h` and the projection alone, whatever solver the point came from.
/// With `L = J + yᵀ h`, `p = P_C(c − ∇L)` and the normal `M = c − ∇L − p ∈ N_C(p)`, the multiplier
/// of the sets:
///
/// @param stationarity `‖∇L + M‖_∞ = ‖c − p‖_∞`
/// @param equality `max |h_k|` over the equalities
/// @param inequality largest violation of a set or an inequality
/// @param complementarity `|⟨M, p − c⟩| + max |y_k h_k|` over the inequalities: `⟨M, p⟩` is the
///     support of `C` in direction `M`, so this vanishes only where `M` is normal to `C` at `c`
/// @param multiplier `‖M‖_∞ + max |y|`, what the residuals can be compared with; 0 where no
///     constraint is active
public record Kkt(
    double stationarity,
    double equality,
    double inequality,
    double complementarity,
    double multiplier) {
  /// At which a point counts as one.
  public static final double TOLERANCE = 1e-6;

  /// The residuals at `c` without smooth constraints.
  ///
  /// @param gradient `∇J(c)`
  public static Kkt of(Constraints set, double[] c, double[] gradient) {
    return of(set, new Linearised(new double[0], new double[0][], 0), c, gradient);
  }

  /// The residuals at `c`.
  ///
  /// @param smooth the smooth constraints at `c`
  /// @param gradient `∇J(c)`
  public static Kkt of(Constraints set, Linearised smooth, double[] c, double[] gradient) {
    double[] y = Multipliers.of(set, smooth, c, gradient);
    ProjectedStep step = ProjectedStep.of(set, smooth, c, gradient, y);
    double complementarity = 0;
    double largest = 0;
    for (int k = 0; k < y.length; k++) {
      largest = Math.max(largest, Math.abs(y[k]));
      if (k >= smooth.equalities()) {
        complementarity = Math.max(complementarity, Math.abs(y[k] * smooth.values()[k]));
      }
    }
    return new Kkt(
        largest(step.move()),
        smooth.equalityViolation(),
        Math.max(set.violation(c), smooth.inequalityViolation()),
        Math.abs(Vectors.dot(step.normal(), step.move())) + complementarity,
        largest(step.normal()) + largest);
  }

  /// The largest of the four residuals.
  public double largest() {
    return Math.max(Math.max(stationarity, equality), Math.max(inequality, complementarity));
  }

  private static double largest(double[] x) {
    double largest = 0;
    for (double v : x) {
      largest = Math.max(largest, Math.abs(v));
    }
    return largest;
  }
}
