package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;

import jdk.incubator.vector.DoubleVector;

/// [PlainRows], lane by lane: the same operations in the same order, so the same bits. See
/// [VectorExponential] for the rule of the loops.
final class VectorRows {
  private VectorRows() {}

  /// As [PlainRows#standardize].
  static void standardize(
      boolean centre,
      int n,
      double epsilon,
      double[] x,
      int xo,
      double[] z,
      int zo,
      double[] r,
      int ro,
      int stride) {
    double mean = centre ? VectorSums.sum(n, x, xo) / n : 0;
    double variance = VectorSums.product(n, mean, x, xo, mean, x, xo) / n;
    double rest = 0;
    if (PlainRows.dominates(mean, variance)) {
      restandardize(n, mean, 0, 1, x, xo, z, zo);
      rest = VectorSums.sum(n, z, zo) / n;
      r[ro] = 1 / Math.sqrt(VectorSums.product(n, rest, z, zo, rest, z, zo) / n + epsilon);
      restandardize(n, rest, 0, r[ro], z, zo, z, zo);
    } else {
      r[ro] = 1 / Math.sqrt(variance + epsilon);
      restandardize(n, mean, 0, r[ro], x, xo, z, zo);
    }
    r[ro + stride] = mean;
    r[ro + 2 * stride] = rest;
  }

  /// As [PlainRows#restandardize].
  static void restandardize(
      int n, double mean, double rest, double r, double[] x, int xo, double[] z, int zo) {
    int bound = LANES.loopBound(n);
    for (int i = 0; i < bound; i += WIDTH) {
      fromArray(LANES, x, xo + i).sub(mean).sub(rest).mul(r).intoArray(z, zo + i);
    }
    for (int i = bound; i < n; i++) {
      z[zo + i] = (x[xo + i] - mean - rest) * r;
    }
  }

  /// `y := G ∘ (((x − mean) − rest) r) + B`.
  static void restandardizeAndMap(
      int n,
      double mean,
      double rest,
      double r,
      double[] x,
      int xo,
      double[] map,
      int mo,
      double[] y,
      int yo) {
    int bound = LANES.loopBound(n);
    for (int i = 0; i < bound; i += WIDTH) {
      DoubleVector z = fromArray(LANES, x, xo + i).sub(mean).sub(rest).mul(r);
      fromArray(LANES, map, mo + i)
          .mul(z)
          .add(fromArray(LANES, map, mo + n + i))
          .intoArray(y, yo + i);
    }
    for (int i = bound; i < n; i++) {
      double z = (x[xo + i] - mean - rest) * r;
      y[yo + i] = map[mo + i] * z + map[mo + n + i];
    }
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
    double mean = centre ? VectorSums.sum(n, v, vo) / n : 0;
    double along = VectorSums.product(n, 0, z, zo, 0, v, vo) / n;
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
    double meanV = centre ? VectorSums.sum(n, v, vo) / n : 0;
    double meanLambda = centre ? VectorSums.sum(n, lambda, lo) / n : 0;
    double a = VectorSums.product(n, 0, z, zo, 0, v, vo) / n;
    double b = VectorSums.product(n, 0, z, zo, 0, lambda, lo) / n;
    double c = VectorSums.product(n, meanV, v, vo, meanLambda, lambda, lo) / n;
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
}
