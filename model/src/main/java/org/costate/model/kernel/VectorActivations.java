package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.Kernels.ABSENT;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [ScalarActivation], lane by lane on chunks; see [VectorExponential] for the rule of the loops.
///
/// An activation takes the exponential that it rests on, and makes of it what is asked for: value,
/// slope, curvature. The form of GELU that models use most has a loop of its own, [VectorGelu].
final class VectorActivations {
  private static final DoubleVector ONE = broadcast(LANES, 1);
  private static final DoubleVector TWO = broadcast(LANES, 2);
  private static final DoubleVector SLOPE = broadcast(LANES, ScalarActivation.GELU_SLOPE);
  private static final double CUBIC = ScalarActivation.GELU_CUBIC;
  private static final double CURVATURE = ScalarActivation.GELU_SLOPE * 6 * CUBIC;
  private static final DoubleVector MAX = broadcast(LANES, ScalarActivation.GELU_MAX);
  private static final DoubleVector MIN = broadcast(LANES, -ScalarActivation.GELU_MAX);

  private VectorActivations() {}

  /// `y := f(x)` for `n` numbers, a multiple of the lanes; `t` is scratch. `y` may be `x`.
  static void value(Activation f, int n, double[] x, int xo, double[] t, double[] y, int yo) {
    all(f, n, x, xo, t, y, yo, ABSENT, 0, ABSENT, 0);
  }

  /// `slope := f'(x)`. `slope` may be `x`.
  static void first(Activation f, int n, double[] x, int xo, double[] t, double[] slope, int so) {
    all(f, n, x, xo, t, ABSENT, 0, slope, so, ABSENT, 0);
  }

  /// `curvature := f''(x)`. `curvature` may be `x`.
  static void second(
      Activation f, int n, double[] x, int xo, double[] t, double[] curvature, int co) {
    all(f, n, x, xo, t, ABSENT, 0, ABSENT, 0, curvature, co);
  }

  /// `y := f(x)`, `slope := f'(x)` and `curvature := f''(x)` from one exponential. An array of
  /// length zero is absent; if there are several, none is `x`.
  static void all(
      Activation f,
      int n,
      double[] x,
      int xo,
      double[] t,
      double[] y,
      int yo,
      double[] slope,
      int so,
      double[] curvature,
      int co) {
    switch (f) {
      case IDENTITY -> {
        copy(n, x, xo, y, yo);
        fill(n, 1, slope, so);
        fill(n, 0, curvature, co);
      }
      case RELU -> {
        relu(n, x, xo, y, yo);
        reluFirst(n, x, xo, slope, so);
        fill(n, 0, curvature, co);
      }
      case GELU_ERF -> VectorGelu.valueAndDerivatives(n, x, xo, y, yo, slope, so, curvature, co);
      case GELU_TANH -> {
        geluArgument(n, x, xo, t);
        VectorExponential.exp(n, t);
        gated(n, x, xo, t, y, yo);
        geluTanhFirst(n, x, xo, t, slope, so);
        geluTanhSecond(n, x, xo, t, curvature, co);
      }
      case SILU -> {
        siluArgument(n, x, xo, t);
        VectorExponential.exp(n, t);
        gated(n, x, xo, t, y, yo);
        siluFirst(n, x, xo, t, slope, so);
        siluSecond(n, x, xo, t, curvature, co);
      }
      case TANH -> {
        tanhArgument(n, x, xo, t);
        VectorExponential.expm1(n, t);
        tanh(n, x, xo, t, y, yo);
        tanhFirst(n, t, slope, so);
        tanhSecond(n, x, xo, t, curvature, co);
      }
    }
  }

  private static void copy(int n, double[] x, int xo, double[] y, int yo) {
    if (y.length > 0) {
      System.arraycopy(x, xo, y, yo, n);
    }
  }

  private static void fill(int n, double value, double[] y, int yo) {
    if (y.length > 0) {
      Arrays.fill(y, yo, yo + n, value);
    }
  }

  private static void relu(int n, double[] x, int xo, double[] y, int yo) {
    int end = y.length > 0 ? n : 0;
    for (int i = 0; i < end; i += WIDTH) {
      fromArray(LANES, x, xo + i).max(0).intoArray(y, yo + i);
    }
  }

  private static void reluFirst(int n, double[] x, int xo, double[] y, int yo) {
    int end = y.length > 0 ? n : 0;
    DoubleVector zero = DoubleVector.zero(LANES);
    for (int i = 0; i < end; i += WIDTH) {
      VectorMask<Double> on = fromArray(LANES, x, xo + i).compare(VectorOperators.GT, 0);
      zero.blend(1, on).intoArray(y, yo + i);
    }
  }

  private static void siluArgument(int n, double[] x, int xo, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      fromArray(LANES, x, xo + i).abs().neg().intoArray(t, i);
    }
  }

  private static void geluArgument(int n, double[] x, int xo, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector c = fromArray(LANES, x, xo + i);
      c = c.blend(MAX, c.compare(VectorOperators.GT, MAX));
      c = c.blend(MIN, c.compare(VectorOperators.LT, MIN));
      c.mul(CUBIC).mul(c).fma(c, c).mul(SLOPE).abs().neg().intoArray(t, i);
    }
  }

  /// `x σ(a)` from `t = e^{−|a|}`, where `a` has the sign of `x`.
  private static void gated(int n, double[] x, int xo, double[] t, double[] y, int yo) {
    int end = y.length > 0 ? n : 0;
    for (int i = 0; i < end; i += WIDTH) {
      DoubleVector at = fromArray(LANES, x, xo + i);
      DoubleVector e = fromArray(LANES, t, i);
      DoubleVector side = ONE.blend(e, at.compare(VectorOperators.LT, 0));
      at.mul(side.div(e.add(1))).intoArray(y, yo + i);
    }
  }

  private static void siluFirst(int n, double[] x, int xo, double[] t, double[] y, int yo) {
    int end = y.length > 0 ? n : 0;
    for (int i = 0; i < end; i += WIDTH) {
      DoubleVector at = fromArray(LANES, x, xo + i);
      DoubleVector e = fromArray(LANES, t, i);
      DoubleVector d = e.add(1);
      DoubleVector sigma = ONE.blend(e, at.compare(VectorOperators.LT, 0)).div(d);
      at.mul(e.div(d.mul(d))).fma(ONE, sigma).intoArray(y, yo + i);
    }
  }

  private static void siluSecond(int n, double[] x, int xo, double[] t, double[] y, int yo) {
    int end = y.length > 0 ? n : 0;
    for (int i = 0; i < end; i += WIDTH) {
      DoubleVector at = fromArray(LANES, x, xo + i);
      DoubleVector e = fromArray(LANES, t, i);
      DoubleVector d = e.add(1);
      DoubleVector up = e.sub(1);
      DoubleVector odd = up.blend(up.neg(), at.compare(VectorOperators.LT, 0)).div(d);
      e.div(d.mul(d)).mul(at.fma(odd, TWO)).intoArray(y, yo + i);
    }
  }

  private static void geluTanhFirst(int n, double[] x, int xo, double[] t, double[] y, int yo) {
    int end = y.length > 0 ? n : 0;
    for (int i = 0; i < end; i += WIDTH) {
      DoubleVector c = fromArray(LANES, x, xo + i);
      c = c.blend(MAX, c.compare(VectorOperators.GT, MAX));
      c = c.blend(MIN, c.compare(VectorOperators.LT, MIN));
      DoubleVector slope = c.mul(3 * CUBIC).fma(c, ONE).mul(SLOPE);
      DoubleVector e = fromArray(LANES, t, i);
      DoubleVector d = e.add(1);
      DoubleVector sigma = ONE.blend(e, c.compare(VectorOperators.LT, 0)).div(d);
      c.mul(e.div(d.mul(d))).fma(slope, sigma).intoArray(y, yo + i);
    }
  }

  private static void geluTanhSecond(int n, double[] x, int xo, double[] t, double[] y, int yo) {
    int end = y.length > 0 ? n : 0;
    for (int i = 0; i < end; i += WIDTH) {
      DoubleVector c = fromArray(LANES, x, xo + i);
      c = c.blend(MAX, c.compare(VectorOperators.GT, MAX));
      c = c.blend(MIN, c.compare(VectorOperators.LT, MIN));
      DoubleVector slope = c.mul(3 * CUBIC).fma(c, ONE).mul(SLOPE);
      DoubleVector e = fromArray(LANES, t, i);
      DoubleVector d = e.add(1);
      DoubleVector up = e.sub(1);
      DoubleVector odd = up.blend(up.neg(), c.compare(VectorOperators.LT, 0)).div(d);
      DoubleVector inner = odd.mul(slope).fma(slope, c.mul(CURVATURE));
      e.div(d.mul(d)).mul(c.fma(inner, slope.mul(2))).intoArray(y, yo + i);
    }
  }

  private static void tanhArgument(int n, double[] x, int xo, double[] t) {
    double max = Elementary.TANH_MAX;
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector z = fromArray(LANES, x, xo + i).abs();
      z.blend(max, z.compare(VectorOperators.GT, max)).mul(2).intoArray(t, i);
    }
  }

  private static void tanh(int n, double[] x, int xo, double[] t, double[] y, int yo) {
    int end = y.length > 0 ? n : 0;
    for (int i = 0; i < end; i += WIDTH) {
      DoubleVector em = fromArray(LANES, t, i);
      DoubleVector at = fromArray(LANES, x, xo + i);
      at.reinterpretAsLongs()
          .and(Long.MIN_VALUE)
          .or(em.div(em.add(2)).reinterpretAsLongs())
          .reinterpretAsDoubles()
          .intoArray(y, yo + i);
    }
  }

  private static void tanhFirst(int n, double[] t, double[] y, int yo) {
    int end = y.length > 0 ? n : 0;
    for (int i = 0; i < end; i += WIDTH) {
      DoubleVector em = fromArray(LANES, t, i);
      DoubleVector inverse = ONE.div(em.add(2));
      inverse.mul(4).mul(em.add(1).mul(inverse)).intoArray(y, yo + i);
    }
  }

  private static void tanhSecond(int n, double[] x, int xo, double[] t, double[] y, int yo) {
    int end = y.length > 0 ? n : 0;
    for (int i = 0; i < end; i += WIDTH) {
      DoubleVector em = fromArray(LANES, t, i);
      DoubleVector at = fromArray(LANES, x, xo + i);
      DoubleVector inverse = ONE.div(em.add(2));
      DoubleVector bell = inverse.mul(4).mul(em.add(1).mul(inverse));
      DoubleVector tanh =
          at.reinterpretAsLongs()
              .and(Long.MIN_VALUE)
              .or(em.mul(inverse).reinterpretAsLongs())
              .reinterpretAsDoubles();
      tanh.mul(-2).mul(bell).intoArray(y, yo + i);
    }
  }
}
