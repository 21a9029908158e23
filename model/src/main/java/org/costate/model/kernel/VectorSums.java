package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;

/// The sums of [PlainRows] with vectors of eight or of four lanes: the same eight partial sums in
/// the same tree, so the same bits. Other vectors leave the sums to the plain form.
final class VectorSums {
  private VectorSums() {}

  /// `Σ x_i`.
  static double sum(int n, double[] x, int xo) {
    return switch (WIDTH) {
      case 8 -> sum8(n, x, xo);
      case 4 -> sum4(n, x, xo);
      default -> PlainRows.sum(n, x, xo);
    };
  }

  private static double sum8(int n, double[] x, int xo) {
    int bound = n & -8;
    DoubleVector s = DoubleVector.zero(LANES);
    for (int i = 0; i < bound; i += 8) {
      s = s.add(fromArray(LANES, x, xo + i));
    }
    if (bound < n) {
      s = s.add(fromArray(LANES, x, xo + bound, LANES.indexInRange(bound, n)));
    }
    return PlainRows.tree(
        s.lane(0), s.lane(1), s.lane(2), s.lane(3), s.lane(4), s.lane(5), s.lane(6), s.lane(7));
  }

  private static double sum4(int n, double[] x, int xo) {
    int bound = n & -8;
    DoubleVector s = DoubleVector.zero(LANES);
    DoubleVector t = s;
    for (int i = 0; i < bound; i += 8) {
      s = s.add(fromArray(LANES, x, xo + i));
      t = t.add(fromArray(LANES, x, xo + i + 4));
    }
    if (bound < n) {
      s = s.add(fromArray(LANES, x, xo + bound, LANES.indexInRange(bound, n)));
    }
    if (bound + 4 < n) {
      t = t.add(fromArray(LANES, x, xo + bound + 4, LANES.indexInRange(bound + 4, n)));
    }
    return PlainRows.tree(
        s.lane(0), s.lane(1), s.lane(2), s.lane(3), t.lane(0), t.lane(1), t.lane(2), t.lane(3));
  }

  /// `Σ (x_i − p)(y_i − q)`.
  static double product(int n, double p, double[] x, int xo, double q, double[] y, int yo) {
    return switch (WIDTH) {
      case 8 -> product8(n, p, x, xo, q, y, yo);
      case 4 -> product4(n, p, x, xo, q, y, yo);
      default -> PlainRows.product(n, p, x, xo, q, y, yo);
    };
  }

  private static double product8(
      int n, double p, double[] x, int xo, double q, double[] y, int yo) {
    int bound = n & -8;
    DoubleVector s = DoubleVector.zero(LANES);
    for (int i = 0; i < bound; i += 8) {
      s = fromArray(LANES, x, xo + i).sub(p).fma(fromArray(LANES, y, yo + i).sub(q), s);
    }
    if (bound < n) {
      VectorMask<Double> inside = LANES.indexInRange(bound, n);
      DoubleVector u = fromArray(LANES, x, xo + bound, inside).sub(p, inside);
      DoubleVector v = fromArray(LANES, y, yo + bound, inside).sub(q, inside);
      s = u.fma(v, s);
    }
    return PlainRows.tree(
        s.lane(0), s.lane(1), s.lane(2), s.lane(3), s.lane(4), s.lane(5), s.lane(6), s.lane(7));
  }

  private static double product4(
      int n, double p, double[] x, int xo, double q, double[] y, int yo) {
    int bound = n & -8;
    DoubleVector s = DoubleVector.zero(LANES);
    DoubleVector t = s;
    for (int i = 0; i < bound; i += 8) {
      int j = i + 4;
      s = fromArray(LANES, x, xo + i).sub(p).fma(fromArray(LANES, y, yo + i).sub(q), s);
      t = fromArray(LANES, x, xo + j).sub(p).fma(fromArray(LANES, y, yo + j).sub(q), t);
    }
    if (bound < n) {
      VectorMask<Double> inside = LANES.indexInRange(bound, n);
      DoubleVector u = fromArray(LANES, x, xo + bound, inside).sub(p, inside);
      DoubleVector v = fromArray(LANES, y, yo + bound, inside).sub(q, inside);
      s = u.fma(v, s);
    }
    if (bound + 4 < n) {
      VectorMask<Double> inside = LANES.indexInRange(bound + 4, n);
      DoubleVector u = fromArray(LANES, x, xo + bound + 4, inside).sub(p, inside);
      DoubleVector v = fromArray(LANES, y, yo + bound + 4, inside).sub(q, inside);
      t = u.fma(v, t);
    }
    return PlainRows.tree(
        s.lane(0), s.lane(1), s.lane(2), s.lane(3), t.lane(0), t.lane(1), t.lane(2), t.lane(3));
  }
}
