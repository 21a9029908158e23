package org.costate.control.convex;

import java.util.Arrays;

/// `A x ≤ b`, row by row; `φ = −Σ_i log(b_i − a_i·x)`.
///
/// @param name what messages call it
/// @param a rows `[m, n]`
/// @param b `[m]`
public record Halfspaces(String name, double[][] a, double[] b) implements Barrier {
  /// @throws IllegalArgumentException if there are no rows or shapes do not fit
  public Halfspaces {
    if (a.length == 0 || a.length != b.length) {
      throw new IllegalArgumentException(
          name + ": found " + a.length + " rows and " + b.length + " bounds, expected as many");
    }
    for (double[] row : a) {
      Forms.requireLength(name, row.length, a[0].length);
    }
  }

  /// `lower ≤ x ≤ upper`; infinite bounds are left out.
  ///
  /// @throws IllegalArgumentException if every bound is infinite
  public static Halfspaces box(String name, double[] lower, double[] upper) {
    int n = lower.length;
    double[][] rows = new double[2 * n][];
    double[] bounds = new double[2 * n];
    int m = 0;
    for (int i = 0; i < n; i++) {
      if (upper[i] < Double.POSITIVE_INFINITY) {
        bounds[m] = upper[i];
        rows[m++] = Forms.unit(n, i, 1);
      }
      if (lower[i] > Double.NEGATIVE_INFINITY) {
        bounds[m] = -lower[i];
        rows[m++] = Forms.unit(n, i, -1);
      }
    }
    return new Halfspaces(name, Arrays.copyOf(rows, m), Arrays.copyOf(bounds, m));
  }

  @Override
  public int size() {
    return a[0].length;
  }

  @Override
  public double order() {
    return a.length;
  }

  @Override
  public double violation(double[] x) {
    double worst = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < a.length; i++) {
      worst = Math.max(worst, Forms.dot(a[i], x) - b[i]);
    }
    return worst;
  }

  @Override
  public double value(double[] x) {
    double phi = 0;
    for (int i = 0; i < a.length; i++) {
      phi -= Math.log(b[i] - Forms.dot(a[i], x));
    }
    return phi;
  }

  @Override
  public void addGradient(double[] x, double[] g) {
    for (int i = 0; i < a.length; i++) {
      Forms.axpy(1 / (b[i] - Forms.dot(a[i], x)), a[i], g);
    }
  }

  @Override
  public void addHessian(double[] x, double[][] h) {
    for (int i = 0; i < a.length; i++) {
      double slack = b[i] - Forms.dot(a[i], x);
      Forms.addOuter(1 / (slack * slack), a[i], h);
    }
  }

  @Override
  public Barrier loosened() {
    double[][] rows = new double[a.length][];
    for (int i = 0; i < a.length; i++) {
      rows[i] = Forms.extended(a[i], -1);
    }
    return new Halfspaces(name, rows, b);
  }
}
