package org.costate.control.stability;

import java.util.AbstractList;
import org.costate.adjoint.LinearMap;
import org.hipparchus.analysis.differentiation.Gradient;

/// The Lorenz equations of 1963 and one step of the classical Runge–Kutta method on them, in dual
/// numbers.
final class Lorenz {
  private Lorenz() {}

  private static Gradient[] field(Gradient[] u) {
    return new Gradient[] {
      u[1].subtract(u[0]).multiply(10),
      u[0].multiply(u[2].negate().add(28)).subtract(u[1]),
      u[0].multiply(u[1]).subtract(u[2].multiply(8.0 / 3)),
    };
  }

  private static Gradient[] moved(Gradient[] u, double h, Gradient[] slope) {
    Gradient[] sum = new Gradient[3];
    for (int i = 0; i < 3; i++) {
      sum[i] = u[i].add(slope[i].multiply(h));
    }
    return sum;
  }

  private static Gradient[] rungeKutta(Gradient[] u, double h) {
    Gradient[] k1 = field(u);
    Gradient[] k2 = field(moved(u, h / 2, k1));
    Gradient[] k3 = field(moved(u, h / 2, k2));
    Gradient[] k4 = field(moved(u, h, k3));
    return moved(moved(moved(moved(u, h / 6, k1), h / 3, k2), h / 3, k3), h / 6, k4);
  }

  private static Gradient[] variables(double[] u) {
    Gradient[] v = new Gradient[3];
    for (int i = 0; i < 3; i++) {
      v[i] = Gradient.variable(3, i, u[i]);
    }
    return v;
  }

  static double[] step(double[] u, double h) {
    Gradient[] next = rungeKutta(variables(u), h);
    return new double[] {next[0].getValue(), next[1].getValue(), next[2].getValue()};
  }

  static double[][] stepJacobian(double[] u, double h) {
    Gradient[] next = rungeKutta(variables(u), h);
    return new double[][] {
      next[0].getGradient(), next[1].getGradient(), next[2].getGradient(),
    };
  }

  /// The Jacobians of steps one after the other, each made when it is asked for, in order.
  static final class Trajectory extends AbstractList<LinearMap> {
    private final double h;
    private final int steps;
    private double[] u;
    private int at;
    private double logDeterminants;

    Trajectory(double[] start, double h, int steps) {
      this.u = start;
      this.h = h;
      this.steps = steps;
    }

    @Override
    public LinearMap get(int index) {
      if (index != at++) {
        throw new IllegalStateException("found step " + index + ", expected " + (at - 1));
      }
      double[][] a = stepJacobian(u, h);
      double determinant = 0;
      for (int i = 0; i < 3; i++) {
        int j = (i + 1) % 3;
        int k = (i + 2) % 3;
        determinant += a[0][i] * (a[1][j] * a[2][k] - a[1][k] * a[2][j]);
      }
      logDeterminants += Math.log(determinant);
      u = step(u, h);
      return new Matrix(a);
    }

    /// By cofactors, of the steps so far.
    double meanLogDeterminant() {
      return logDeterminants / at;
    }

    @Override
    public int size() {
      return steps;
    }
  }
}
