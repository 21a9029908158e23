package org.costate.control.optimise;

import org.costate.adjoint.LinearMap;
import org.costate.control.Objective;

/// Which matrix a second-order method models `J` with.
public enum SecondOrder {
  /// The Hessian: Newton's method. May be indefinite.
  HESSIAN,
  /// The Gauss–Newton matrix: without second derivatives of the dynamics, positive semidefinite for
  /// convex costs.
  GAUSS_NEWTON;

  LinearMap of(Objective objective, double[] c) {
    return this == HESSIAN ? objective.hessian(c) : objective.gaussNewton(c);
  }
}
