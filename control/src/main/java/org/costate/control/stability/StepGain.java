package org.costate.control.stability;

import java.util.ArrayList;
import java.util.List;
import org.costate.adjoint.sweep.Linearisation;

/// The gain of one step: the leading singular value `‖A_n‖₂` of its Jacobian `A_n = ∂_u Φ_n`, the
/// most by which it can lengthen a small perturbation of the state.
///
/// @param step `n`
/// @param gain `σ_1(A_n)`
/// @param residual `‖A_nᵀ x − σ_1 y‖`: the gain is off by at most this
/// @param converged whether the residual is within the tolerance
public record StepGain(int step, double gain, double residual, boolean converged) {
  /// The gains of all steps along a trajectory, by products with the tangents and adjoints alone.
  public static List<StepGain> of(Linearisation trajectory, GolubKahan solver) {
    List<StepGain> gains = new ArrayList<>();
    for (int n = 0; n < trajectory.steps(); n++) {
      gains.add(of(trajectory, n, solver));
    }
    return gains;
  }

  /// The gain of step `n`.
  static StepGain of(Linearisation trajectory, int n, GolubKahan solver) {
    GolubKahan.Triplets found = solver.leading(trajectory.propagator(n, n + 1), 1);
    return new StepGain(n, found.values()[0], found.residuals()[0], found.converged());
  }
}
