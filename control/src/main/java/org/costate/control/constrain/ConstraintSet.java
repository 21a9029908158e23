package org.costate.control.constrain;

/// A closed convex set `S ⊂ R^n` with its exact projection
/// `P(x) = argmin { ‖y − x‖₂ : y ∈ S }`, and so with its normal cone: `M ∈ N_S(P(x))` for
/// `M = x − P(x)`.
public sealed interface ConstraintSet permits Box, NormBall, SpectralBall, Polyhedron {
  /// Number `n` of unknowns.
  int size();

  /// Projects the `n` numbers from `x[from]` on in place.
  void project(double[] x, int from);

  /// By how much the `n` numbers from `x[from]` on violate the constraint, in its own units: 0
  /// inside and on the boundary.
  double violation(double[] x, int from);

  /// The constraint as people write it: `|x_i| <= 1`.
  String formula();
}
