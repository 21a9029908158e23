package org.costate.control.constrain;

import org.costate.control.Objective;
import org.costate.control.optimise.Optimiser;
import org.costate.control.optimise.OptimiserState;
import org.costate.control.optimise.Outcome;

/// A first-order rule with a projection behind every step: `c := P_C(step(c))`. The controls are
/// feasible from the first step on.
///
/// @param inner the rule, one that keeps no secants of earlier gradients
/// @param set `C`
public record Projected(Optimiser inner, Constraints set) implements Optimiser {
  /// @throws IllegalArgumentException if the rule cannot do with its controls being moved
  public Projected {
    if (!inner.stochastic()) {
      throw new IllegalArgumentException(
          "projection: found " + inner.name() + ", expected a first-order rule");
    }
  }

  @Override
  public String name() {
    return "projected " + inner.name();
  }

  @Override
  public String stepName() {
    return inner.stepName();
  }

  @Override
  public boolean stochastic() {
    return true;
  }

  @Override
  public OptimiserState start(int size) {
    return inner.start(size);
  }

  @Override
  public Outcome step(
      Objective objective, double rate, double[] c, OptimiserState state, double[] g) {
    Outcome outcome = inner.step(objective, rate, c, state, g);
    set.project(c);
    return outcome;
  }
}
