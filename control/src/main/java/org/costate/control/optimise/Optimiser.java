package org.costate.control.optimise;

import org.costate.control.Objective;

/// A rule that takes one step towards a minimum. Immutable: all that it remembers is in the
/// [OptimiserState], so a run can be stopped and continued to the same bits.
public interface Optimiser {
  /// Short name for reports: `adamw`, `l-bfgs`.
  String name();

  /// What [Outcome#step] is: `rate`, `α`, `Δ`, `μ`, `ρ`.
  default String stepName() {
    return "rate";
  }

  /// Whether every step may see another objective (another mini-batch); if not, the objective must
  /// stay the same over the whole run.
  boolean stochastic();

  /// Whether it multiplies with the Hessian or the Gauss–Newton matrix, so sweeps need tangents.
  default boolean secondOrder() {
    return false;
  }

  /// The state before the first step.
  ///
  /// @param size number of unknowns
  OptimiserState start(int size);

  /// One step. A step that would come from a value or gradient that is not finite is rejected: the
  /// controls and the state stay as they were, and the outcome says why.
  ///
  /// @param objective what is minimised
  /// @param rate learning rate, or the factor of the first trial of a line search
  /// @param c the controls, modified
  /// @param state modified
  /// @param g scratch of the same length as `c`: holds the gradient, clipped if it was, on return
  Outcome step(Objective objective, double rate, double[] c, OptimiserState state, double[] g);
}
