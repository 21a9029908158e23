package org.costate.control.constrain;

import java.util.Arrays;
import org.costate.adjoint.LinearMap;
import org.costate.control.Objective;
import org.costate.control.Symmetric;
import org.costate.control.optimise.Optimiser;
import org.costate.control.optimise.OptimiserState;
import org.costate.control.optimise.Outcome;

/// A rule for some of the unknowns, all others kept as they are: a layer, the readout, the biases.
/// The gradient that a step leaves is that of the free ones, 0 elsewhere.
///
/// @param inner the rule; its sets and constraints count the free unknowns alone
/// @param free their indices, ascending
public record Restricted(Optimiser inner, int[] free) implements Optimiser {
  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public String stepName() {
    return inner.stepName();
  }

  @Override
  public boolean stochastic() {
    return inner.stochastic();
  }

  @Override
  public boolean secondOrder() {
    return inner.secondOrder();
  }

  @Override
  public OptimiserState start(int size) {
    return inner.start(free.length);
  }

  @Override
  public Outcome step(
      Objective objective, double rate, double[] c, OptimiserState state, double[] g) {
    double[] x = taken(c, free);
    double[] slope = new double[free.length];
    Part part = new Part(objective, free, c.clone(), g);
    Outcome outcome = inner.step(part, rate, x, state, slope);
    put(x, free, c);
    Arrays.fill(g, 0);
    put(slope, free, g);
    return outcome;
  }

  /// The free ones of all unknowns.
  public static double[] taken(double[] c, int[] free) {
    double[] x = new double[free.length];
    for (int i = 0; i < free.length; i++) {
      x[i] = c[free[i]];
    }
    return x;
  }

  static void put(double[] x, int[] free, double[] c) {
    for (int i = 0; i < free.length; i++) {
      c[free[i]] = x[i];
    }
  }

  /// `J` as a function of the free unknowns.
  private record Part(Objective whole, int[] free, double[] c, double[] g) implements Objective {
    @Override
    public int size() {
      return free.length;
    }

    @Override
    public double value(double[] x) {
      put(x, free, c);
      return whole.value(c);
    }

    @Override
    public double gradient(double[] x, double[] slope) {
      put(x, free, c);
      double value = whole.gradient(c, g);
      System.arraycopy(taken(g, free), 0, slope, 0, slope.length);
      return value;
    }

    @Override
    public LinearMap hessian(double[] x) {
      double[] at = c.clone();
      put(x, free, at);
      LinearMap hessian = whole.hessian(at);
      return new Symmetric(
          free.length,
          (v, out) -> {
            double[] direction = new double[at.length];
            put(v, free, direction);
            double[] product = new double[at.length];
            hessian.apply(direction, product);
            System.arraycopy(taken(product, free), 0, out, 0, out.length);
          });
    }
  }

  /// Constraints as functions of the free unknowns, at controls whose others are `c`.
  public record PartialConstraints(ConstraintFunction whole, int[] free, double[] c)
      implements ConstraintFunction {
    private double[] at(double[] x) {
      double[] all = c.clone();
      put(x, free, all);
      return all;
    }

    @Override
    public int equalities() {
      return whole.equalities();
    }

    @Override
    public int count() {
      return whole.count();
    }

    @Override
    public String name(int k) {
      return whole.name(k);
    }

    @Override
    public void values(double[] x, double[] h) {
      whole.values(at(x), h);
    }

    @Override
    public void jacobian(double[] x, double[] h, double[][] rows) {
      double[][] all = new double[h.length][c.length];
      whole.jacobian(at(x), h, all);
      for (int k = 0; k < h.length; k++) {
        rows[k] = taken(all[k], free);
      }
    }

    @Override
    public void addHessian(double[] x, double[] y, double[] v, double[] out) {
      double[] direction = new double[c.length];
      put(v, free, direction);
      double[] product = new double[c.length];
      whole.addHessian(at(x), y, direction, product);
      for (int i = 0; i < free.length; i++) {
        out[i] += product[free[i]];
      }
    }
  }
}
