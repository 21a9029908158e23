package org.costate.control.convex;

import java.util.Arrays;

/// Small dense sums.
final class Forms {
  private Forms() {}

  static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  static void axpy(double alpha, double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      y[i] += alpha * x[i];
    }
  }

  /// `H := H + α v vᵀ`.
  static void addOuter(double alpha, double[] v, double[][] h) {
    for (int i = 0; i < v.length; i++) {
      if (v[i] != 0) {
        axpy(alpha * v[i], v, h[i]);
      }
    }
  }

  /// `tr(X Y)`.
  static double traceOfProduct(double[][] x, double[][] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x.length; j++) {
        sum += x[i][j] * y[j][i];
      }
    }
    return sum;
  }

  static double[] unit(int n, int at, double value) {
    double[] v = new double[n];
    v[at] = value;
    return v;
  }

  /// `x` with one more entry.
  static double[] extended(double[] x, double last) {
    double[] longer = Arrays.copyOf(x, x.length + 1);
    longer[x.length] = last;
    return longer;
  }

  static void requireLength(String name, int found, int expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          name + ": found length " + found + ", expected " + expected);
    }
  }
}
