package org.costate.control.constrain;

import org.costate.control.Vectors;

/// A step of length 1 against the gradient of the Lagrangian `L = J + yᵀ h`, projected back onto
/// the sets. All of it is measured from where it begins, so that nothing cancels near a stationary
/// point.
///
/// @param slope `∇L`
/// @param move `P_C(c − ∇L) − c`, 0 exactly where `c` is stationary
/// @param normal `c − ∇L − P_C(c − ∇L)`, normal to `C` where the step ends
record ProjectedStep(double[] slope, double[] move, double[] normal) {
  /// The step from `c`.
  ///
  /// @param gradient `∇J(c)`
  /// @param y the multipliers of `h`
  static ProjectedStep of(
      Constraints set, Linearised smooth, double[] c, double[] gradient, double[] y) {
    double[] slope = gradient.clone();
    smooth.addTransposed(1, y, slope);
    double[] z = c.clone();
    Vectors.axpy(-1, slope, z);
    double[] move = set.projection(z);
    double[] normal = z;
    Vectors.axpy(-1, move, normal);
    Vectors.axpy(-1, c, move);
    return new ProjectedStep(slope, move, normal);
  }
}
