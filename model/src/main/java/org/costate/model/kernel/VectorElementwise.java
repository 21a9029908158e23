package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;

import jdk.incubator.vector.DoubleVector;

/// The linear elementwise loops, whole vectors first and the rest one by one.
final class VectorElementwise {
  private VectorElementwise() {}

  /// `y := y + α x`.
  static void axpy(int n, double alpha, double[] x, int xo, double[] y, int yo) {
    int bound = LANES.loopBound(n);
    DoubleVector factor = broadcast(LANES, alpha);
    for (int i = 0; i < bound; i += WIDTH) {
      factor.fma(fromArray(LANES, x, xo + i), fromArray(LANES, y, yo + i)).intoArray(y, yo + i);
    }
    for (int i = bound; i < n; i++) {
      y[yo + i] = Math.fma(alpha, x[xo + i], y[yo + i]);
    }
  }

  /// `y := α x + β y`, `β` not 0.
  static void axpby(int n, double alpha, double[] x, int xo, double beta, double[] y, int yo) {
    int bound = LANES.loopBound(n);
    DoubleVector factor = broadcast(LANES, alpha);
    for (int i = 0; i < bound; i += WIDTH) {
      factor
          .fma(fromArray(LANES, x, xo + i), fromArray(LANES, y, yo + i).mul(beta))
          .intoArray(y, yo + i);
    }
    for (int i = bound; i < n; i++) {
      y[yo + i] = Math.fma(alpha, x[xo + i], beta * y[yo + i]);
    }
  }

  /// `y := α x`.
  static void scaled(int n, double alpha, double[] x, int xo, double[] y, int yo) {
    int bound = LANES.loopBound(n);
    for (int i = 0; i < bound; i += WIDTH) {
      fromArray(LANES, x, xo + i).mul(alpha).intoArray(y, yo + i);
    }
    for (int i = bound; i < n; i++) {
      y[yo + i] = alpha * x[xo + i];
    }
  }

  /// `x := α x`.
  static void scale(int n, double alpha, double[] x, int xo) {
    scaled(n, alpha, x, xo, x, xo);
  }

  /// `y := y + x`.
  static void add(int n, double[] x, int xo, double[] y, int yo) {
    int bound = LANES.loopBound(n);
    for (int i = 0; i < bound; i += WIDTH) {
      fromArray(LANES, y, yo + i).add(fromArray(LANES, x, xo + i)).intoArray(y, yo + i);
    }
    for (int i = bound; i < n; i++) {
      y[yo + i] += x[xo + i];
    }
  }

  /// `z := α x ∘ y`.
  static void multiply(
      int n, double alpha, double[] x, int xo, double[] y, int yo, double[] z, int zo) {
    int bound = LANES.loopBound(n);
    for (int i = 0; i < bound; i += WIDTH) {
      fromArray(LANES, x, xo + i).mul(alpha).mul(fromArray(LANES, y, yo + i)).intoArray(z, zo + i);
    }
    for (int i = bound; i < n; i++) {
      z[zo + i] = alpha * x[xo + i] * y[yo + i];
    }
  }

  /// `z := α x ∘ y + β z`, `β` not 0.
  static void multiplyAdd(
      int n,
      double alpha,
      double[] x,
      int xo,
      double[] y,
      int yo,
      double beta,
      double[] z,
      int zo) {
    int bound = LANES.loopBound(n);
    for (int i = 0; i < bound; i += WIDTH) {
      DoubleVector old = fromArray(LANES, z, zo + i).mul(beta);
      fromArray(LANES, x, xo + i)
          .mul(alpha)
          .fma(fromArray(LANES, y, yo + i), old)
          .intoArray(z, zo + i);
    }
    for (int i = bound; i < n; i++) {
      z[zo + i] = Math.fma(alpha * x[xo + i], y[yo + i], beta * z[zo + i]);
    }
  }
}
