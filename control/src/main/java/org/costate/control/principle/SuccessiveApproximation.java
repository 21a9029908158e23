package org.costate.control.principle;

import java.util.Map;
import org.costate.control.Hamiltonians;
import org.costate.control.Objective;
import org.costate.control.Vectors;
import org.costate.control.optimise.Optimality;
import org.costate.control.optimise.Optimiser;
import org.costate.control.optimise.OptimiserState;
import org.costate.control.optimise.Outcome;

/// The method of successive approximations (MSA) and its extended form: every layer's Hamiltonian,
/// along the trajectories at the present controls, is maximised by itself,
///
/// `θ_n := argmax_θ H_n(θ) − ρ/2 ‖v − f_n(θ)‖² − ρ/2 ‖q + ∂_u H_n(θ)‖²`, `p = −λ`,
///
/// all layers at once, in parallel (Li, Chen, Tai, E, arXiv 1710.09513). `ρ = 0` is the basic MSA,
/// which can diverge.
///
/// The adaptive form raises `ρ` and maximises again until the objective falls by at least
/// [#SUFFICIENT] of `Σ_n h ΔH_n`, what the maximisation gained, and lowers it after a success (the
/// sequential quadratic Hamiltonian method, Breitenbach and Borzì 2019). As the feasibility terms
/// are bounded by `2/ρ` of the gain, such a `ρ` exists wherever the maximum principle does not hold
/// yet. The fixed form takes every finite step.
///
/// It remembers `ρ` only, so every step may see another objective.
///
/// @param name `msa` or `emsa`
/// @param penalty first `ρ ≥ 0`
/// @param adaptive whether `ρ` follows the decrease
/// @param maximiser how a layer's Hamiltonian is maximised
public record SuccessiveApproximation(
    String name, double penalty, boolean adaptive, LayerMaximiser maximiser) implements Optimiser {
  /// Part of the gain in the Hamiltonians by which the objective must fall.
  public static final double SUFFICIENT = 0.01;

  private static final double RISE = 4;
  private static final double FALL = 0.5;
  private static final double LEAST = 1e-12;
  private static final double ROUND_OFF = 1e-14;
  private static final int TRIALS = 40;

  /// @throws IllegalArgumentException if `ρ` is out of range
  public SuccessiveApproximation {
    if (!(penalty >= 0) || Double.isInfinite(penalty) || (adaptive && penalty == 0)) {
      throw new IllegalArgumentException(
          name
              + ": found penalty "
              + penalty
              + ", expected a finite number of at least 0, and above 0 where it is adapted");
    }
  }

  /// The basic method: `ρ = 0`.
  public static SuccessiveApproximation basic(LayerMaximiser maximiser) {
    return new SuccessiveApproximation("msa", 0, false, maximiser);
  }

  /// The extended method.
  ///
  /// @param penalty first `ρ`
  /// @param adaptive whether it follows the decrease
  public static SuccessiveApproximation extended(
      double penalty, boolean adaptive, LayerMaximiser maximiser) {
    return new SuccessiveApproximation("emsa", penalty, adaptive, maximiser);
  }

  @Override
  public String stepName() {
    return "ρ";
  }

  @Override
  public boolean stochastic() {
    return true;
  }

  @Override
  public OptimiserState start(int size) {
    return new OptimiserState(Map.of("penalty", new double[] {penalty}));
  }

  @Override
  public Outcome step(
      Objective objective, double rate, double[] c, OptimiserState state, double[] g) {
    double rho = state.number("penalty");
    double value = objective.gradient(c, g);
    double norm = Vectors.norm(g);
    if (!Double.isFinite(value) || !Double.isFinite(norm)) {
      String cause = "the objective is " + value + ", the norm of its gradient " + norm;
      return Outcome.rejected(value, norm, 1, cause).with(rho, Optimality.UNKNOWN);
    }
    Hamiltonians hamiltonians = objective.hamiltonians(c, new double[c.length]);
    LayerMaximiser.Team team = maximiser.team(hamiltonians, c);
    int evaluations = 1;
    for (int k = 0; k < (adaptive ? TRIALS : 1); k++) {
      LayerMaximiser.Found found = team.maximise(rho);
      if (found.gain() <= ROUND_OFF * Math.abs(value)) {
        return Outcome.stalled(value, norm, evaluations, "no Hamiltonian can be raised")
            .with(rho, optimality(found));
      }
      double after = objective.value(found.controls());
      evaluations++;
      if (Double.isFinite(after) && (!adaptive || value - after >= SUFFICIENT * found.gain())) {
        System.arraycopy(found.controls(), 0, c, 0, c.length);
        state.set("penalty", adaptive ? Math.max(LEAST, FALL * rho) : rho);
        return Outcome.taken(value, norm, rho, false, evaluations).with(rho, optimality(found));
      }
      if (!adaptive) {
        String cause = "the objective at the maximum of the Hamiltonians is " + after;
        return Outcome.rejected(value, norm, evaluations, cause).with(rho, optimality(found));
      }
      rho *= RISE;
      state.set("penalty", rho);
    }
    return Outcome.stalled(value, norm, evaluations, "no penalty gives a sufficient decrease")
        .with(rho, Optimality.UNKNOWN);
  }

  private Optimality optimality(LayerMaximiser.Found found) {
    double required = adaptive ? SUFFICIENT * found.gain() : Double.NaN;
    return new Optimality(found.gain(), found.stateTerm(), found.costateTerm(), required);
  }
}
