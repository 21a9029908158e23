package org.costate.control.optimise;

import org.costate.control.Objective;
import org.costate.control.Vectors;

/// The gradient of a first-order step: evaluated, checked, and shortened to a greatest norm.
final class Clipping {
  private Clipping() {}

  /// @param clip greatest norm; infinite for none
  /// @param g overwritten with the gradient, clipped if it was too long
  static Outcome gradient(Objective objective, double[] c, double clip, double rate, double[] g) {
    double value = objective.gradient(c, g);
    double norm = Vectors.norm(g);
    if (!Double.isFinite(value)) {
      return Outcome.rejected(value, norm, 1, "the objective is " + value);
    }
    if (!Double.isFinite(norm)) {
      int at = Vectors.firstNonFinite(g);
      return Outcome.rejected(
          value,
          norm,
          1,
          at < 0
              ? "the norm of the gradient overflows"
              : "the gradient is " + g[at] + " at control " + at);
    }
    boolean clipped = norm > clip;
    if (clipped) {
      Vectors.scale(clip / norm, g);
    }
    return Outcome.taken(value, norm, rate, clipped, 1);
  }

  /// @throws IllegalArgumentException if `clip` is not positive
  static void require(String optimiser, double clip) {
    if (!(clip > 0)) {
      throw new IllegalArgumentException(
          optimiser + ": found clip norm " + clip + ", expected a positive number or infinity");
    }
  }

  /// @throws IllegalArgumentException unless `0 ≤ value < 1`
  static void requireFraction(String optimiser, String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          optimiser + ": found " + name + " " + value + ", expected at least 0 and below 1");
    }
  }
}
