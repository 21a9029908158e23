package org.costate.control;

import org.costate.adjoint.LinearMap;

/// A scalar function `J(c)` of the coefficients `c` of the controls, with its derivatives. What an
/// optimiser sees; it sees no Transformer.
public interface Objective {
  /// Number of unknowns.
  int size();

  /// `J(c)`.
  double value(double[] c);

  /// `J(c)`, and its gradient.
  ///
  /// @param g overwritten with `∇J(c)`
  double gradient(double[] c, double[] g);

  /// The Hessian `∇²J(c)` as a map; valid as long as `c` is not changed.
  LinearMap hessian(double[] c);

  /// The generalised Gauss–Newton matrix at `c` as a map, `Σ (∂a)ᵀ ∇²ℓ (∂a)` over the costs
  /// `ℓ(a(c))` that `J` is a sum of: `JᵀJ` for least squares. Valid as long as `c` is not changed.
  ///
  /// @throws UnsupportedOperationException if `J` is not known as a sum of costs
  default LinearMap gaussNewton(double[] c) {
    throw new UnsupportedOperationException("objective: found no Gauss–Newton matrix");
  }

  /// The Hamiltonians along the trajectories at `c`.
  ///
  /// @param c copied
  /// @param g overwritten with `∇J(c)`
  /// @throws UnsupportedOperationException if `J` is not known as a cost of steps
  default Hamiltonians hamiltonians(double[] c, double[] g) {
    throw new UnsupportedOperationException("objective: found no Hamiltonians");
  }
}
