package org.costate.control.constrain;

import java.util.Map;
import java.util.Optional;
import org.costate.control.Objective;
import org.costate.control.Vectors;
import org.costate.control.optimise.Optimality;
import org.costate.control.optimise.Optimiser;
import org.costate.control.optimise.OptimiserState;
import org.costate.control.optimise.Outcome;
import org.costate.model.InputException;

/// Sequential quadratic programming for `min J(c)`, `c ∈ C`, `h_E(c) = 0`, `h_I(c) ≤ 0` with few
/// unknowns (Nocedal and Wright, *Numerical Optimization*, chapter 18): every step solves a convex
/// [Subproblem] with the exact [Curvature] of the Lagrangian, and is taken as far as the merit
/// function `J + σ (Σ|h_E| + Σ max(0, h_I))` falls, with a second-order correction where the full
/// step is refused. The sets themselves are kept in every iteration; where the linearised
/// constraints leave them nothing, only a part of the violation is asked for.
///
/// The norm that the outcome reports is the largest of the [Kkt] residuals before the step.
///
/// @param set `C`
/// @param smooth `h`
public record Sqp(Constraints set, ConstraintFunction smooth) implements Optimiser {
  /// Most unknowns of a subproblem.
  public static final int MOST_UNKNOWNS = 300;

  private static final double ARMIJO = 1e-4;
  private static final double[] SHARES = {1, 0.5, 0.1, 0.01};
  private static final int HALVINGS = 40;
  private static final int CORRECTIONS = 3;
  private static final int REDUCTIONS = 8;
  private static final double ROUND_OFF = 1e-14;

  @Override
  public String name() {
    return "sqp";
  }

  @Override
  public String stepName() {
    return "α";
  }

  @Override
  public boolean stochastic() {
    return false;
  }

  @Override
  public boolean secondOrder() {
    return true;
  }

  /// The multipliers of the smooth constraints, the penalty `σ`, and how often it has fallen.
  ///
  /// @throws InputException if there are too many unknowns
  @Override
  public OptimiserState start(int size) {
    requireSize(size);
    return new OptimiserState(
        Map.of("multipliers", new double[smooth.count()], "penalty", new double[2]));
  }

  /// Refuses more unknowns than a subproblem can have.
  ///
  /// @throws InputException if there are too many unknowns
  public void requireSize(int size) {
    if (size > MOST_UNKNOWNS) {
      throw new InputException(
          "sqp: found " + size + " unknowns",
          "at most " + MOST_UNKNOWNS + ": its subproblems are dense",
          "Maybe fewer with optimiser.free, or projected-gradient?");
    }
  }

  @Override
  public Outcome step(
      Objective objective, double rate, double[] c, OptimiserState state, double[] g) {
    double[] here = set.projection(c);
    double value = objective.gradient(here, g);
    if (!Double.isFinite(value) || Vectors.firstNonFinite(g) >= 0) {
      return Outcome.rejected(
          value, Vectors.norm(g), 1, "the objective or its gradient is not finite");
    }
    Linearised at = Linearised.of(smooth, here);
    double residual = Kkt.of(set, at, here, g).largest();
    double[] y = state.arrays().get("multipliers");
    double[][] b = Curvature.of(objective, smooth, at, here, y);
    Optional<Step> step = step(at, here, g, b);
    if (step.isEmpty()) {
      System.arraycopy(here, 0, c, 0, c.length);
      return Outcome.stalled(value, residual, 1, "no step within the sets " + worst(at));
    }
    Step found = step.get();
    double[] multipliers = multipliers(at, here, g, b, found);
    System.arraycopy(multipliers, 0, y, 0, y.length);
    double[] penalty = state.arrays().get("penalty");
    raise(penalty, multipliers, found, at, g);
    Merit merit = new Merit(objective, smooth, penalty[0]);
    return search(merit, at, here, found, c, g, value, residual);
  }

  /// A step and the part of the violation that it takes away.
  private record Step(double[] d, double share) {}

  private record Merit(Objective objective, ConstraintFunction smooth, double penalty) {
    double violation(double[] c) {
      double[] h = new double[smooth.count()];
      smooth.values(c, h);
      return new Linearised(h, new double[0][], smooth.equalities()).totalViolation();
    }

    double value(double[] c) {
      return objective.value(c) + penalty * violation(c);
    }
  }

  private Optional<Step> step(Linearised at, double[] here, double[] g, double[][] b) {
    Subproblem subproblem = new Subproblem(set, at, here);
    for (double share : SHARES) {
      Optional<double[]> d = subproblem.solve(g, b, share);
      if (d.isPresent()) {
        return Optional.of(new Step(d.get(), share));
      }
      if (at.totalViolation() == 0) {
        break;
      }
    }
    return Optional.empty();
  }

  /// Those of the subproblem at its solution.
  private double[] multipliers(Linearised at, double[] here, double[] g, double[][] b, Step step) {
    double[] slope = g.clone();
    double[] there = here.clone();
    Vectors.axpy(1, step.d(), there);
    for (int i = 0; i < slope.length; i++) {
      slope[i] += Vectors.dot(b[i], step.d());
    }
    double[] left = new double[at.count()];
    for (int k = at.equalities(); k < left.length; k++) {
      left[k] = Math.min(0, at.values()[k] + Vectors.dot(at.rows()[k], step.d()));
    }
    Linearised then = new Linearised(left, at.rows(), at.equalities());
    return Multipliers.of(set, then, there, slope);
  }

  /// The penalty must exceed every multiplier, and make the step a descent direction. One that was
  /// raised far from the solution may fall again, but not for ever.
  private static void raise(
      double[] penalty, double[] multipliers, Step step, Linearised at, double[] g) {
    double largest = 0;
    for (double y : multipliers) {
      largest = Math.max(largest, Math.abs(y));
    }
    double taken = step.share() * at.totalViolation();
    double slope = Vectors.dot(g, step.d());
    double needed = taken > 0 ? 2 * slope / taken : 0;
    double least = Math.max(1.5 * largest, needed);
    if (penalty[0] < least) {
      penalty[0] = 1.5 * least;
    } else if (penalty[0] > 6 * least && penalty[1] < REDUCTIONS) {
      penalty[0] = Math.max(1.5 * least, penalty[0] / 4);
      penalty[1]++;
    }
  }

  private Outcome search(
      Merit merit,
      Linearised at,
      double[] here,
      Step step,
      double[] c,
      double[] g,
      double value,
      double residual) {
    double violation = at.totalViolation();
    double start = value + merit.penalty() * violation;
    double slope = Vectors.dot(g, step.d()) - merit.penalty() * step.share() * violation;
    double slack = ROUND_OFF * (Math.abs(start) + merit.penalty());
    int evaluations = 1;
    double alpha = 1;
    for (int halving = 0; halving < HALVINGS; halving++, alpha /= 2) {
      double required = ARMIJO * alpha * -slope;
      double[] next = here.clone();
      Vectors.axpy(alpha, step.d(), next);
      set.project(next);
      boolean taken = merit.value(next) <= start - required + slack;
      evaluations++;
      for (int k = 0; !taken && halving == 0 && at.count() > 0 && k < CORRECTIONS; k++) {
        next = corrected(at, next);
        taken = merit.value(next) <= start - required + slack;
        evaluations++;
      }
      if (taken) {
        System.arraycopy(next, 0, c, 0, c.length);
        Optimality known = new Optimality(Double.NaN, worstValue(at), Double.NaN, required);
        return Outcome.taken(value, residual, alpha, false, evaluations).with(alpha, known);
      }
    }
    System.arraycopy(here, 0, c, 0, c.length);
    return Outcome.stalled(
        value, residual, evaluations, "no part of the step decreases the merit function");
  }

  /// One more step across the surface, by what the constraints are violated at the full step.
  private double[] corrected(Linearised at, double[] next) {
    double[] h = new double[smooth.count()];
    smooth.values(next, h);
    for (int k = 0; k < h.length; k++) {
      h[k] = k < at.equalities() ? -h[k] : -Math.max(0, h[k]);
    }
    double[] x = next.clone();
    Vectors.axpy(1, Normal.leastNorm(at.rows(), h, x.length), x);
    set.project(x);
    return x;
  }

  private static double worstValue(Linearised at) {
    return at.count() == 0
        ? Double.NaN
        : Math.max(at.equalityViolation(), at.inequalityViolation());
  }

  private String worst(Linearised at) {
    int worst = -1;
    double most = 0;
    for (int k = 0; k < at.count(); k++) {
      double v = smooth.violation(k, at.values()[k]);
      if (v > most) {
        most = v;
        worst = k;
      }
    }
    return worst < 0
        ? "was found by the convex solvers"
        : "reduces the violation of " + smooth.name(worst) + ", which is " + most;
  }
}
