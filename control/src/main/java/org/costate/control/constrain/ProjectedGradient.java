package org.costate.control.constrain;

import java.util.Map;
import org.costate.control.Objective;
import org.costate.control.Vectors;
import org.costate.control.optimise.Optimality;
import org.costate.control.optimise.Optimiser;
import org.costate.control.optimise.OptimiserState;
import org.costate.control.optimise.Outcome;

/// Gradient projection with an Armijo rule along the projection arc `c(α) = P_C(c − α ∇J)`
/// (Bertsekas 1976): the first `α`, halved from a trial, with `J(c(α)) ≤ max J − σ/α ‖c − c(α)‖²`,
/// the maximum over the last ten iterations (Grippo, Lampariello and Lucidi 1986): asking for a
/// decrease in every single one would cut the long steps that make it fast. The trial is the
/// spectral step `⟨s, s⟩/⟨s, y⟩` of the last change `s` of the controls and `y` of the gradient
/// (Barzilai and Borwein 1988; Birgin, Martínez and Raydan 2000), which makes it far faster than
/// plain gradient projection.
///
/// The norm that the outcome reports is that of the projected gradient `c − P_C(c − ∇J)`, which is
/// `‖∇J‖₂` without constraints and vanishes at a stationary point.
///
/// @param set `C`
public record ProjectedGradient(Constraints set) implements Optimiser {
  private static final int REMEMBERED = 10;
  private static final double ARMIJO = 1e-4;
  private static final double SHORTEST = 1e-14;
  private static final double LONGEST = 1e10;
  private static final int HALVINGS = 60;
  private static final double ROUND_OFF = 1e-15;

  @Override
  public String name() {
    return "projected gradient";
  }

  @Override
  public String stepName() {
    return "α";
  }

  @Override
  public boolean stochastic() {
    return false;
  }

  /// The controls and the gradient before the last step, the last values as a ring, and how many
  /// steps there were.
  @Override
  public OptimiserState start(int size) {
    return new OptimiserState(
        Map.of(
            "controls", new double[size],
            "gradient", new double[size],
            "values", new double[REMEMBERED],
            "count", new double[1]));
  }

  @Override
  public Outcome step(
      Objective objective, double rate, double[] c, OptimiserState state, double[] g) {
    double[] last = state.arrays().get("controls");
    double[] lastGradient = state.arrays().get("gradient");
    double[] count = state.arrays().get("count");
    double[] feasible = set.projection(c);
    double value = objective.gradient(feasible, g);
    double length = Vectors.norm(g);
    if (!Double.isFinite(value) || !Double.isFinite(length)) {
      return Outcome.rejected(value, length, 1, "the objective or its gradient is not finite");
    }
    double residual = Vectors.norm(arc(feasible, g, 1));
    double trial =
        count[0] == 0 ? rate / Math.max(1, length) : spectral(feasible, last, g, lastGradient);
    double reference = reference(state.arrays().get("values"), (long) count[0], value);
    int evaluations = 1;
    double alpha = trial;
    for (int halving = 0; halving < HALVINGS; halving++, alpha /= 2) {
      double[] d = arc(feasible, g, alpha);
      double square = Vectors.dot(d, d);
      double required = ARMIJO / alpha * square;
      double[] next = feasible.clone();
      Vectors.axpy(1, d, next);
      double there = objective.value(next);
      evaluations++;
      double slack = ROUND_OFF * Math.abs(value);
      if (there <= reference - required + slack && square > 0) {
        System.arraycopy(feasible, 0, last, 0, c.length);
        System.arraycopy(g, 0, lastGradient, 0, c.length);
        System.arraycopy(next, 0, c, 0, c.length);
        count[0]++;
        return Outcome.taken(value, residual, alpha, false, evaluations)
            .with(alpha, Optimality.requiring(required));
      }
      if (square == 0) {
        break;
      }
    }
    System.arraycopy(feasible, 0, c, 0, c.length);
    return Outcome.stalled(
        value, residual, evaluations, "no step along the projected gradient decreases J");
  }

  /// Keeps `value` and returns the largest of the last ones.
  private static double reference(double[] values, long count, double value) {
    values[(int) (count % REMEMBERED)] = value;
    double largest = value;
    for (int i = 0; i < Math.min(REMEMBERED, count + 1); i++) {
      largest = Math.max(largest, values[i]);
    }
    return largest;
  }

  /// `P_C(c − α g) − c`.
  private double[] arc(double[] c, double[] g, double alpha) {
    double[] x = c.clone();
    Vectors.axpy(-alpha, g, x);
    set.project(x);
    Vectors.axpy(-1, c, x);
    return x;
  }

  /// `⟨s, s⟩/⟨s, y⟩` of the last step `s` and the change `y` of the gradient; without curvature
  /// along the step, one twice as long as the last.
  private static double spectral(double[] c, double[] last, double[] g, double[] lastGradient) {
    double ss = 0;
    double sy = 0;
    for (int i = 0; i < c.length; i++) {
      double s = c[i] - last[i];
      ss += s * s;
      sy += s * (g[i] - lastGradient[i]);
    }
    if (sy > 0) {
      return Math.clamp(ss / sy, SHORTEST, LONGEST);
    }
    double taken = Math.sqrt(ss) / Vectors.norm(lastGradient);
    return Math.clamp(2 * taken, 1, LONGEST);
  }
}
