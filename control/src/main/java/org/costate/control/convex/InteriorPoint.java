package org.costate.control.convex;

import cern.colt.matrix.DoubleMatrix1D;
import cern.colt.matrix.DoubleMatrix2D;
import cern.colt.matrix.impl.DenseDoubleMatrix1D;
import cern.colt.matrix.impl.DenseDoubleMatrix2D;
import com.joptimizer.exception.JOptimizerException;
import com.joptimizer.functions.ConvexMultivariateRealFunction;
import com.joptimizer.optimizers.NewtonLEConstrainedFSP;
import com.joptimizer.optimizers.OptimizationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Follows the central path `x(t) = argmin t f(x) + Σ φ_k(x)`, `A x = b`, to a duality gap (Boyd
/// and Vandenberghe, *Convex Optimization*, 11.3). Every centre is found by JOptimizer's Newton
/// method with linear equalities, in the coordinates of the step from the last centre: at a large
/// `t` the values `t f` themselves would lose the digits that the line search compares.
///
/// @param gap the duality gap to reach
/// @param growth factor from one `t` to the next
public record InteriorPoint(double gap, double growth) {
  private static final double CENTRED = 1e-6;
  private static final int NEWTON_STEPS = 200;
  private static final double LARGEST = 1e9;

  /// To a gap of 1e-10.
  public static InteriorPoint tight() {
    return new InteriorPoint(1e-10, 10);
  }

  /// @throws IllegalArgumentException if a number is out of range
  public InteriorPoint {
    if (!(gap > 0) || !(growth > 1)) {
      throw new IllegalArgumentException(
          "interior point: found gap " + gap + " and growth " + growth + ", expected > 0 and > 1");
    }
  }

  /// Solves `program` from a point strictly inside all constraints that satisfies the equalities.
  ///
  /// @throws ConvexException if the start is not strictly feasible or no progress is made
  public ConvexSolution minimise(ConvexProgram program, double[] start) {
    return minimise(program, start, x -> false);
  }

  /// As above, but ends at the first point on the way that is `enough`, centre or not.
  ///
  /// @throws ConvexException if the start is not strictly feasible or no progress is made
  public ConvexSolution minimise(
      ConvexProgram program, double[] start, Predicate<double[]> enough) {
    for (Barrier constraint : program.constraints()) {
      if (!Double.isFinite(constraint.value(start))) {
        throw new ConvexException(
            ConvexException.Kind.INFEASIBLE,
            "interior point: found a start that violates "
                + constraint.name()
                + " by "
                + constraint.violation(start)
                + ", expected one strictly inside");
      }
    }
    double order = program.order();
    double[] x = start.clone();
    double t = firstSharpness(program, start, order);
    int centrings = 0;
    double reached = Double.POSITIVE_INFINITY;
    while (true) {
      Centring centring = new Centring(program, x, t, enough);
      x = centring.solve();
      centrings++;
      reached = order / t;
      if (reached <= gap || enough.test(x)) {
        return new ConvexSolution(x, program.objective().value(x), reached, t, centrings);
      }
      t = Math.min(t * growth, Math.max(order / gap, t * 1.0000001));
    }
  }

  /// A point strictly inside all constraints, by phase I: the least `s` with `violation_k(x) ≤ s`,
  /// within `|x_i − guess_i| ≤ reach`.
  ///
  /// @throws ConvexException of kind `INFEASIBLE`, naming the most violated constraint, if there is
  ///     none within reach
  public double[] feasible(ConvexProgram program, double[] guess, double reach) {
    int n = program.size();
    List<Barrier> loosened = new ArrayList<>();
    program.constraints().forEach(c -> loosened.add(c.loosened()));
    double worst = Math.max(0, program.worst(guess).violation(guess));
    double[] lower = new double[n + 1];
    double[] upper = new double[n + 1];
    for (int i = 0; i < n; i++) {
      lower[i] = guess[i] - reach;
      upper[i] = guess[i] + reach;
    }
    lower[n] = -reach;
    upper[n] = 2 * (worst + reach) + 1;
    loosened.add(Halfspaces.box("phase I", lower, upper));
    double[][] equalities = new double[program.equalities().length][];
    for (int i = 0; i < equalities.length; i++) {
      equalities[i] = Forms.extended(program.equalities()[i], 0);
    }
    ConvexProgram phase =
        new ConvexProgram(
            QuadraticForm.linear(Forms.unit(n + 1, n, 1)), equalities, program.values(), loosened);
    double[] start = Forms.extended(guess, worst + Math.min(1, reach / 2));
    double[] found =
        new InteriorPoint(Math.max(gap, 1e-8 * Math.max(1, worst)), growth)
            .minimise(phase, start)
            .x();
    double[] x = java.util.Arrays.copyOf(found, n);
    Barrier most = program.worst(x);
    if (!(most.violation(x) < 0)) {
      throw new ConvexException(
          ConvexException.Kind.INFEASIBLE,
          "found no point that satisfies all constraints: the least that "
              + most.name()
              + " is violated by is "
              + most.violation(x));
    }
    return x;
  }

  /// Where barrier and objective pull alike; at the centre of the sets, where the objective would
  /// gain as much over a unit of distance as the barriers hold.
  private double firstSharpness(ConvexProgram program, double[] x, double order) {
    double[] pull = program.objective().gradient(x);
    double[] push = new double[x.length];
    program.constraints().forEach(c -> c.addGradient(x, push));
    double strength = norm(pull);
    double balanced = Math.max(norm(push), 0.1 * order) / strength;
    return Double.isFinite(balanced) ? Math.min(balanced, order / gap) : order;
  }

  private static double norm(double[] x) {
    return Math.sqrt(Forms.dot(x, x));
  }

  /// Ends where a step no longer decreases the function: the digits are used up.
  private static final class Newton extends NewtonLEConstrainedFSP {
    private final Centring function;
    private double last = Double.POSITIVE_INFINITY;

    Newton(Centring function) {
      this.function = function;
    }

    @Override
    protected boolean checkCustomExitConditions(DoubleMatrix1D step) {
      double value = function.value(step);
      boolean stands = value >= last;
      last = value;
      return stands || function.enough.test(function.at(step.toArray()));
    }
  }

  /// `min t (f(x + d) − f(x)) + Σ (φ_k(x + d) − φ_k(x))` over `d` with `A d = 0`.
  private static final class Centring implements ConvexMultivariateRealFunction {
    private final ConvexProgram program;
    private final double[] origin;
    private final double t;
    private final QuadraticForm form;
    private final double[] barriers;
    private final Predicate<double[]> enough;

    Centring(ConvexProgram program, double[] origin, double t, Predicate<double[]> enough) {
      this.enough = enough;
      this.program = program;
      this.origin = origin;
      this.t = t;
      this.form = program.objective().around(origin);
      this.barriers = program.constraints().stream().mapToDouble(c -> c.value(origin)).toArray();
    }

    double[] solve() {
      OptimizationRequest request = new OptimizationRequest();
      request.setF0(this);
      request.setInitialPoint(new double[origin.length]);
      if (program.equalities().length > 0) {
        request.setA(program.equalities());
        request.setB(new double[program.values().length]);
      }
      request.setTolerance(CENTRED);
      request.setMaxIteration(NEWTON_STEPS);
      NewtonLEConstrainedFSP newton = new Newton(this);
      newton.setOptimizationRequest(request);
      try {
        newton.optimize();
      } catch (ConvexException e) {
        throw e;
      } catch (JOptimizerException | RuntimeException e) {
        throw new ConvexException(
            ConvexException.Kind.FAILED,
            "interior point: JOptimizer gave up at t = " + t + ": " + e.getMessage(),
            e);
      }
      return at(newton.getOptimizationResponse().getSolution());
    }

    private double[] at(double[] d) {
      double[] x = origin.clone();
      Forms.axpy(1, d, x);
      return x;
    }

    @Override
    public double value(DoubleMatrix1D step) {
      double[] d = step.toArray();
      double[] x = at(d);
      double sum = 0;
      for (int k = 0; k < barriers.length; k++) {
        double phi = program.constraints().get(k).value(x);
        if (!Double.isFinite(phi)) {
          return Double.NaN;
        }
        sum += phi - barriers[k];
      }
      if (norm(d) > LARGEST) {
        throw new ConvexException(
            ConvexException.Kind.UNBOUNDED,
            "interior point: found the objective falling without bound at a distance of "
                + norm(d)
                + ", expected a bounded problem. Maybe a box is missing?");
      }
      return t * form.value(d) + sum;
    }

    @Override
    public DoubleMatrix1D gradient(DoubleMatrix1D step) {
      double[] d = step.toArray();
      double[] g = form.gradient(d);
      for (int i = 0; i < g.length; i++) {
        g[i] *= t;
      }
      double[] x = at(d);
      program.constraints().forEach(c -> c.addGradient(x, g));
      return new DenseDoubleMatrix1D(g);
    }

    @Override
    public DoubleMatrix2D hessian(DoubleMatrix1D step) {
      double[] x = at(step.toArray());
      int n = x.length;
      double[][] h = new double[n][n];
      for (int i = 0; i < n; i++) {
        Forms.axpy(t, form.p()[i], h[i]);
      }
      program.constraints().forEach(c -> c.addHessian(x, h));
      return new DenseDoubleMatrix2D(h);
    }

    @Override
    public int getDim() {
      return origin.length;
    }
  }
}
