package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.VectorExponential.CHUNK;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/// The softmax of [PlainRows], lane by lane: the same operations in the same order, so the same
/// bits. Short rows share a chunk, and with it the latency of the exponential; see
/// [VectorExponential] for chunks and for the rule of the loops.
final class VectorSoftmax {
  private VectorSoftmax() {}

  /// As [Kernels#softmaxRows].
  static void rows(int rows, int n, double[] s, int so, double[] sums, int at, double[] t) {
    int each = Math.max(1, CHUNK / n);
    for (int row = 0; row < rows; row += each) {
      int count = Math.min(each, rows - row);
      if (n > CHUNK || !together(count, n, s, so + row * n, sums, at + row, t)) {
        for (int i = row; i < row + count; i++) {
          sums[at + i] = row(n, s, so + i * n, t);
        }
      }
    }
  }

  /// The softmax of rows that fit into a chunk; false, and nothing done, where one sees nothing.
  private static boolean together(
      int rows, int n, double[] s, int so, double[] sums, int at, double[] t) {
    for (int i = 0; i < rows; i++) {
      sums[at + i] = max(n, s, so + i * n);
    }
    if (!shiftRows(rows, n, sums, at, s, so, t)) {
      return false;
    }
    VectorExponential.exp(rows * n, t);
    for (int i = 0; i < rows; i++) {
      double total = VectorSums.sum(n, t, i * n);
      VectorElementwise.scaled(n, 1 / total, t, i * n, s, so + i * n);
      t[i] = total; // of what lies there nothing is needed any more
    }
    for (int i = 0; i < rows; i++) {
      sums[at + i] += Elementary.log(t[i]);
    }
    return true;
  }

  /// As [Kernels#expShiftedRows].
  static void expShiftedRows(
      int rows, int n, double[] shifts, int at, double[] s, int so, double[] t) {
    int each = Math.max(1, CHUNK / n);
    for (int row = 0; row < rows; row += each) {
      int count = Math.min(each, rows - row);
      int from = so + row * n;
      if (n <= CHUNK && shiftRows(count, n, shifts, at + row, s, from, t)) {
        VectorExponential.exp(count * n, t);
        System.arraycopy(t, 0, s, from, count * n);
      } else {
        for (int i = 0; i < count; i++) {
          expShifted(n, shifts[at + row + i], s, from + i * n, t);
        }
      }
    }
  }

  /// `t := s − shift` row by row; false where a row sees nothing.
  private static boolean shiftRows(
      int rows, int n, double[] shifts, int at, double[] s, int so, double[] t) {
    for (int i = 0; i < rows; i++) {
      if (shifts[at + i] == Double.NEGATIVE_INFINITY) {
        return false;
      }
    }
    for (int i = 0; i < rows; i++) {
      shifted(n, shifts[at + i], s, so + i * n, t, i * n);
    }
    return true;
  }

  /// As [Kernels#softmax].
  static double row(int n, double[] s, int so, double[] t) {
    double max = max(n, s, so);
    expShifted(n, max, s, so, t);
    if (max == Double.NEGATIVE_INFINITY) {
      return max;
    }
    double total = VectorSums.sum(n, s, so);
    VectorElementwise.scale(n, 1 / total, s, so);
    return max + Elementary.log(total);
  }

  /// The largest element: the one reduction whose order does not matter.
  private static double max(int n, double[] s, int so) {
    int bound = LANES.loopBound(n);
    DoubleVector m = broadcast(LANES, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < bound; i += WIDTH) {
      m = m.max(fromArray(LANES, s, so + i));
    }
    double max = m.reduceLanes(VectorOperators.MAX);
    for (int i = bound; i < n; i++) {
      max = Math.max(max, s[so + i]);
    }
    return max;
  }

  /// As [Kernels#expShifted].
  static void expShifted(int n, double shift, double[] s, int so, double[] t) {
    if (shift == Double.NEGATIVE_INFINITY) {
      Arrays.fill(s, so, so + n, 0);
      return;
    }
    for (int i = 0; i < n; i += CHUNK) {
      int count = Math.min(CHUNK, n - i);
      shifted(count, shift, s, so + i, t, 0);
      VectorExponential.exp(count, t);
      System.arraycopy(t, 0, s, so + i, count);
    }
  }

  /// `t := s − shift`, the last vector filled up.
  private static void shifted(int n, double shift, double[] s, int so, double[] t, int to) {
    int bound = LANES.loopBound(n);
    for (int i = 0; i < bound; i += WIDTH) {
      fromArray(LANES, s, so + i).sub(shift).intoArray(t, to + i);
    }
    if (bound < n) {
      fromArray(LANES, s, so + bound, LANES.indexInRange(bound, n))
          .sub(shift)
          .intoArray(t, to + bound);
    }
  }

  /// As [Kernels#softmaxJacobianRows], one row.
  static void jacobian(int n, double[] g, int go, double[] x, int xo) {
    double mean = VectorSums.product(n, 0, g, go, 0, x, xo);
    int bound = LANES.loopBound(n);
    for (int i = 0; i < bound; i += WIDTH) {
      DoubleVector centred = fromArray(LANES, x, xo + i).sub(mean);
      fromArray(LANES, g, go + i).mul(centred).intoArray(x, xo + i);
    }
    for (int i = bound; i < n; i++) {
      x[xo + i] = g[go + i] * (x[xo + i] - mean);
    }
  }

  /// As [Kernels#softmaxSecondJacobianRows], one row.
  static void secondJacobian(
      int n,
      double[] g,
      int go,
      double[] gDot,
      int gdo,
      double[] x,
      int xo,
      double[] xDot,
      int xdo) {
    double mean = VectorSums.product(n, 0, g, go, 0, x, xo);
    double across = VectorSums.product(n, 0, gDot, gdo, 0, x, xo);
    double meanDot = VectorSums.product(n, 0, g, go, 0, xDot, xdo) + across;
    int bound = LANES.loopBound(n);
    for (int i = 0; i < bound; i += WIDTH) {
      DoubleVector weight = fromArray(LANES, g, go + i);
      DoubleVector centred = fromArray(LANES, x, xo + i).sub(mean);
      DoubleVector bent = fromArray(LANES, gDot, gdo + i).mul(centred);
      DoubleVector centredDot = fromArray(LANES, xDot, xdo + i).sub(meanDot);
      weight.fma(centredDot, bent).intoArray(xDot, xdo + i);
      weight.mul(centred).intoArray(x, xo + i);
    }
    for (int i = bound; i < n; i++) {
      double centred = x[xo + i] - mean;
      double bent = gDot[gdo + i] * centred;
      xDot[xdo + i] = Math.fma(g[go + i], xDot[xdo + i] - meanDot, bent);
      x[xo + i] = g[go + i] * centred;
    }
  }
}
