package org.costate.control.optimise;

import java.util.List;
import java.util.Map;
import org.costate.control.Objective;
import org.costate.control.Placement;
import org.costate.model.operator.Parameter.Role;

/// Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101):
///
/// `m := β1 m + (1 − β1) g`, `v := β2 v + (1 − β2) g²`,
/// `c := c − η (m/(1 − β1ᵏ) / (√(v/(1 − β2ᵏ)) + ε) + δ c)`,
///
/// with step count `k`, rate `η`, and the decay `δ` on decayed controls only.
///
/// @param beta1 `β1`, memory of the mean
/// @param beta2 `β2`, memory of the square
/// @param epsilon `ε`
/// @param decay `δ`
/// @param decayed the controls that decay
/// @param clip greatest norm of a gradient; infinite for none
public record AdamW(
    double beta1, double beta2, double epsilon, double decay, List<Stretch> decayed, double clip)
    implements Optimiser {
  /// Controls `from … from + count − 1`.
  public record Stretch(int from, int count) {}

  /// @throws IllegalArgumentException if a number is out of range
  public AdamW {
    decayed = List.copyOf(decayed);
    Clipping.requireFraction("adamw", "beta1", beta1);
    Clipping.requireFraction("adamw", "beta2", beta2);
    Clipping.require("adamw", clip);
    if (!(epsilon > 0) || !(decay >= 0)) {
      throw new IllegalArgumentException(
          "adamw: found epsilon "
              + epsilon
              + " and decay "
              + decay
              + ", expected a positive epsilon and a decay of at least 0");
    }
  }

  /// Adam without decay and clipping.
  public static AdamW plain() {
    return new AdamW(0.9, 0.999, 1e-8, 0, List.of(), Double.POSITIVE_INFINITY);
  }

  /// What decays by custom: matrices and tables, not biases, gains and constraints.
  public static List<Stretch> matrices(List<Placement> placements) {
    return placements.stream()
        .filter(p -> p.parameter().role() == Role.WEIGHT || p.parameter().role() == Role.EMBEDDING)
        .map(p -> new Stretch(p.offset(), p.parameter().size()))
        .toList();
  }

  @Override
  public String name() {
    return "adamw";
  }

  @Override
  public boolean stochastic() {
    return true;
  }

  @Override
  public OptimiserState start(int size) {
    return new OptimiserState(
        Map.of("mean", new double[size], "square", new double[size], "count", new double[1]));
  }

  @Override
  public Outcome step(
      Objective objective, double rate, double[] c, OptimiserState state, double[] g) {
    Outcome outcome = Clipping.gradient(objective, c, clip, rate, g);
    if (outcome.accepted()) {
      double k = state.number("count") + 1;
      state.set("count", k);
      for (Stretch s : decayed) {
        for (int i = s.from(); i < s.from() + s.count(); i++) {
          c[i] -= rate * decay * c[i];
        }
      }
      double meanFactor = rate / (1 - Math.pow(beta1, k));
      double squareFactor = 1 / (1 - Math.pow(beta2, k));
      move(meanFactor, squareFactor, g, state.array("mean"), state.array("square"), c);
    }
    return outcome;
  }

  private void move(
      double meanFactor, double squareFactor, double[] g, double[] m, double[] v, double[] c) {
    for (int i = 0; i < c.length; i++) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * (g[i] * g[i]);
      c[i] -= meanFactor * m[i] / (Math.sqrt(squareFactor * v[i]) + epsilon);
    }
  }
}
