package org.costate.control;

import org.costate.adjoint.LinearMap;
import org.costate.adjoint.sweep.Ensemble;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.model.Model;

/// The cost of a model on one fixed ensemble, by its sweeps:
/// `J(c) = mean_b [G(y) + Σ_n h ℓ(u_n, u_{n+1}, θ_n)] + R(c)`.
///
/// Objectives on one sweep must not be evaluated at the same time.
///
/// @param model whose controls are the unknowns
/// @param sweep the sweeps over `model`; with tangents if the Hessian is asked for
/// @param ensemble prepared by `sweep`
public record ModelObjective(Model model, EnsembleSweep sweep, Ensemble ensemble)
    implements Objective {
  @Override
  public int size() {
    return model.layout().size();
  }

  @Override
  public double value(double[] c) {
    return sweep.value(c, ensemble);
  }

  @Override
  public double gradient(double[] c, double[] g) {
    return sweep.gradient(c, ensemble, g);
  }

  @Override
  public LinearMap hessian(double[] c) {
    return new Symmetric(size(), (v, out) -> sweep.hessianVector(c, ensemble, v, out));
  }

  @Override
  public Hamiltonians hamiltonians(double[] c, double[] g) {
    return new ModelHamiltonians(model, sweep, ensemble, c, g);
  }

  @Override
  public LinearMap gaussNewton(double[] c) {
    return new Symmetric(size(), (v, out) -> sweep.gaussNewtonVector(c, ensemble, v, out));
  }
}
