package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.VectorExponential.CHUNK;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [PlainRows] with vectors of eight or of four lanes: the same eight partial sums, so the same
/// bits. Other vectors leave the sums to the plain form. See [VectorExponential] for the rule of
/// the
/// loops.
final class VectorRows {
  private VectorRows() {}

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

  /// As [PlainRows#standardize].
  static double standardize(
      boolean centre, int n, double epsilon, double[] x, int xo, double[] z, int zo) {
    double mean = centre ? sum(n, x, xo) / n : 0;
    double r = 1 / Math.sqrt(product(n, mean, x, xo, mean, x, xo) / n + epsilon);
    int bound = LANES.loopBound(n);
    for (int i = 0; i < bound; i += WIDTH) {
      fromArray(LANES, x, xo + i).sub(mean).mul(r).intoArray(z, zo + i);
    }
    for (int i = bound; i < n; i++) {
      z[zo + i] = (x[xo + i] - mean) * r;
    }
    return r;
  }

  /// As [PlainRows#standardizeTangent].
  static void standardizeTangent(
      boolean centre,
      int n,
      double[] z,
      int zo,
      double r,
      double[] v,
      int vo,
      double beta,
      double[] y,
      int yo) {
    double mean = centre ? sum(n, v, vo) / n : 0;
    double along = product(n, 0, z, zo, 0, v, vo) / n;
    int bound = LANES.loopBound(n);
    if (beta == 0) {
      tangent(bound, z, zo, r, v, vo, mean, along, y, yo);
      for (int i = bound; i < n; i++) {
        y[yo + i] = r * Math.fma(-along, z[zo + i], v[vo + i] - mean);
      }
    } else {
      addTangent(bound, z, zo, r, v, vo, mean, along, beta, y, yo);
      for (int i = bound; i < n; i++) {
        y[yo + i] = Math.fma(r, Math.fma(-along, z[zo + i], v[vo + i] - mean), beta * y[yo + i]);
      }
    }
  }

  private static void tangent(
      int bound,
      double[] z,
      int zo,
      double r,
      double[] v,
      int vo,
      double mean,
      double along,
      double[] y,
      int yo) {
    DoubleVector minusAlong = broadcast(LANES, -along);
    for (int i = 0; i < bound; i += WIDTH) {
      DoubleVector centred = fromArray(LANES, v, vo + i).sub(mean);
      minusAlong.fma(fromArray(LANES, z, zo + i), centred).mul(r).intoArray(y, yo + i);
    }
  }

  private static void addTangent(
      int bound,
      double[] z,
      int zo,
      double r,
      double[] v,
      int vo,
      double mean,
      double along,
      double beta,
      double[] y,
      int yo) {
    DoubleVector minusAlong = broadcast(LANES, -along);
    DoubleVector factor = broadcast(LANES, r);
    for (int i = 0; i < bound; i += WIDTH) {
      DoubleVector centred = fromArray(LANES, v, vo + i).sub(mean);
      DoubleVector inner = minusAlong.fma(fromArray(LANES, z, zo + i), centred);
      factor.fma(inner, fromArray(LANES, y, yo + i).mul(beta)).intoArray(y, yo + i);
    }
  }

  /// As [PlainRows#standardizeSecond].
  static void standardizeSecond(
      boolean centre,
      int n,
      double[] z,
      int zo,
      double r,
      double[] v,
      int vo,
      double[] lambda,
      int lo,
      double[] y,
      int yo) {
    double meanV = centre ? sum(n, v, vo) / n : 0;
    double meanLambda = centre ? sum(n, lambda, lo) / n : 0;
    double a = product(n, 0, z, zo, 0, v, vo) / n;
    double b = product(n, 0, z, zo, 0, lambda, lo) / n;
    double c = product(n, meanV, v, vo, meanLambda, lambda, lo) / n;
    double d = Math.fma(-3 * a, b, c);
    double factor = -r * r;
    int bound = LANES.loopBound(n);
    second(bound, z, zo, d, v, vo, meanV, b, lambda, lo, meanLambda, a, factor, y, yo);
    for (int i = bound; i < n; i++) {
      double inner = Math.fma(b, v[vo + i] - meanV, z[zo + i] * d);
      inner = Math.fma(a, lambda[lo + i] - meanLambda, inner);
      y[yo + i] = Math.fma(factor, inner, y[yo + i]);
    }
  }

  private static void second(
      int bound,
      double[] z,
      int zo,
      double d,
      double[] v,
      int vo,
      double meanV,
      double b,
      double[] lambda,
      int lo,
      double meanLambda,
      double a,
      double factor,
      double[] y,
      int yo) {
    DoubleVector av = broadcast(LANES, a);
    DoubleVector bv = broadcast(LANES, b);
    DoubleVector fv = broadcast(LANES, factor);
    for (int i = 0; i < bound; i += WIDTH) {
      DoubleVector inner = fromArray(LANES, z, zo + i).mul(d);
      inner = bv.fma(fromArray(LANES, v, vo + i).sub(meanV), inner);
      inner = av.fma(fromArray(LANES, lambda, lo + i).sub(meanLambda), inner);
      fv.fma(inner, fromArray(LANES, y, yo + i)).intoArray(y, yo + i);
    }
  }

  /// As [Kernels#softmax].
  static double softmax(int n, double[] s, int so, double[] t) {
    double max = max(n, s, so);
    expShifted(n, max, s, so, t);
    if (max == Double.NEGATIVE_INFINITY) {
      return max;
    }
    double total = sum(n, s, so);
    VectorElementwise.scale(n, 1 / total, s, so);
    return max + StrictMath.log(total);
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
      java.util.Arrays.fill(s, so, so + n, 0);
      return;
    }
    for (int i = 0; i < n; i += CHUNK) {
      int count = Math.min(CHUNK, n - i);
      shifted(count, shift, s, so + i, t);
      VectorExponential.exp(count, t);
      System.arraycopy(t, 0, s, so + i, count);
    }
  }

  /// `t := s − shift`, the last vector filled with zeros.
  private static void shifted(int n, double shift, double[] s, int so, double[] t) {
    int bound = LANES.loopBound(n);
    for (int i = 0; i < bound; i += WIDTH) {
      fromArray(LANES, s, so + i).sub(shift).intoArray(t, i);
    }
    if (bound < n) {
      fromArray(LANES, s, so + bound, LANES.indexInRange(bound, n)).sub(shift).intoArray(t, bound);
    }
  }

  /// As [Kernels#softmaxJacobian].
  static double softmaxJacobian(int n, double[] g, int go, double[] x, int xo, double[] y, int yo) {
    double mean = product(n, 0, g, go, 0, x, xo);
    int bound = LANES.loopBound(n);
    for (int i = 0; i < bound; i += WIDTH) {
      DoubleVector centred = fromArray(LANES, x, xo + i).sub(mean);
      fromArray(LANES, g, go + i).mul(centred).intoArray(y, yo + i);
    }
    for (int i = bound; i < n; i++) {
      y[yo + i] = g[go + i] * (x[xo + i] - mean);
    }
    return mean;
  }
}
