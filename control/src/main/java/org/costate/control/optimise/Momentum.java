package org.costate.control.optimise;

import java.util.Map;
import org.costate.control.Objective;

/// Gradient descent with momentum: `b := μ b + g`, `c := c − η b`, or with Nesterov's look-ahead
/// `c := c − η (g + μ b)`. Without momentum, plain (stochastic) gradient descent.
///
/// @param momentum `μ`
/// @param nesterov whether to look ahead
/// @param clip greatest norm of a gradient; infinite for none
public record Momentum(double momentum, boolean nesterov, double clip) implements Optimiser {
  /// @throws IllegalArgumentException if a number is out of range
  public Momentum {
    Clipping.requireFraction("sgd", "momentum", momentum);
    Clipping.require("sgd", clip);
  }

  /// Plain gradient descent.
  public static Momentum none() {
    return new Momentum(0, false, Double.POSITIVE_INFINITY);
  }

  @Override
  public String name() {
    return "sgd";
  }

  @Override
  public boolean stochastic() {
    return true;
  }

  @Override
  public OptimiserState start(int size) {
    return new OptimiserState(Map.of("velocity", new double[size]));
  }

  @Override
  public Outcome step(
      Objective objective, double rate, double[] c, OptimiserState state, double[] g) {
    Outcome outcome = Clipping.gradient(objective, c, clip, rate, g);
    if (outcome.accepted()) {
      double[] b = state.array("velocity");
      for (int i = 0; i < c.length; i++) {
        b[i] = momentum * b[i] + g[i];
        c[i] -= rate * (nesterov ? g[i] + momentum * b[i] : b[i]);
      }
    }
    return outcome;
  }
}
