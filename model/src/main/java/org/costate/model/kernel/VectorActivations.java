package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.VectorExponential.CHUNK;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [ScalarActivation], lane by lane on chunks; see [VectorExponential] for the rule of the loops.
///
/// An activation runs in two steps: the exponential it rests on ([#prepare]), then one of its
/// orders, which leaves `f(x)`, `f'(x)` or `f''(x)` in the first half of the chunk. The form of
/// GELU that models use most has a loop of its own, [VectorGelu].
final class VectorActivations {
  private static final DoubleVector ONE = broadcast(LANES, 1);
  private static final DoubleVector TWO = broadcast(LANES, 2);
  private static final DoubleVector SLOPE = broadcast(LANES, ScalarActivation.GELU_SLOPE);
  private static final double CUBIC = ScalarActivation.GELU_CUBIC;
  private static final double CURVATURE = ScalarActivation.GELU_SLOPE * 6 * CUBIC;
  private static final DoubleVector MAX = broadcast(LANES, ScalarActivation.GELU_MAX);
  private static final DoubleVector MIN = broadcast(LANES, -ScalarActivation.GELU_MAX);

  private static final double[] ABSENT = new double[0];

  private VectorActivations() {}

  /// `y := f(x)` for `n` numbers, a multiple of the lanes; `t` is scratch.
  static void value(Activation f, int n, double[] x, int xo, double[] t, double[] y, int yo) {
    if (f == Activation.GELU_ERF) {
      VectorGelu.valueAndDerivatives(n, x, xo, y, yo, ABSENT, 0, ABSENT, 0);
      return;
    }
    prepare(f, n, x, xo, t);
    finishValue(f, n, x, xo, t);
    System.arraycopy(t, 0, y, yo, n);
  }

  private static void finishValue(Activation f, int n, double[] x, int xo, double[] t) {
    switch (f) {
      case IDENTITY -> System.arraycopy(x, xo, t, 0, n);
      case RELU -> relu(n, x, xo, t);
      case GELU_ERF -> throw ownLoop();
      case GELU_TANH, SILU -> gated(n, x, xo, t);
      case TANH -> tanh(n, x, xo, t);
    }
  }

  /// `t := f'(x)`.
  static void first(Activation f, int n, double[] x, int xo, double[] t) {
    if (f == Activation.GELU_ERF) {
      VectorGelu.valueAndDerivatives(n, x, xo, ABSENT, 0, t, 0, ABSENT, 0);
      return;
    }
    prepare(f, n, x, xo, t);
    finishFirst(f, n, x, xo, t);
  }

  /// `y := f(x)` and `slope := f'(x)` from one exponential; `t` is scratch.
  static void valueAndFirst(
      Activation f,
      int n,
      double[] x,
      int xo,
      double[] t,
      double[] y,
      int yo,
      double[] slope,
      int so) {
    if (f == Activation.GELU_ERF) {
      VectorGelu.valueAndDerivatives(n, x, xo, y, yo, slope, so, ABSENT, 0);
      return;
    }
    prepare(f, n, x, xo, t);
    System.arraycopy(t, 0, t, CHUNK, n);
    finishValue(f, n, x, xo, t);
    System.arraycopy(t, 0, y, yo, n);
    System.arraycopy(t, CHUNK, t, 0, n);
    finishFirst(f, n, x, xo, t);
    System.arraycopy(t, 0, slope, so, n);
  }

  private static void finishFirst(Activation f, int n, double[] x, int xo, double[] t) {
    switch (f) {
      case IDENTITY -> Arrays.fill(t, 0, n, 1);
      case RELU -> reluFirst(n, x, xo, t);
      case GELU_ERF -> throw ownLoop();
      case GELU_TANH -> geluTanhFirst(n, x, xo, t);
      case SILU -> siluFirst(n, x, xo, t);
      case TANH -> tanhFirst(n, t);
    }
  }

  /// `t := f''(x)`.
  static void second(Activation f, int n, double[] x, int xo, double[] t) {
    if (f == Activation.GELU_ERF) {
      VectorGelu.valueAndDerivatives(n, x, xo, ABSENT, 0, ABSENT, 0, t, 0);
      return;
    }
    prepare(f, n, x, xo, t);
    switch (f) {
      case IDENTITY, RELU -> Arrays.fill(t, 0, n, 0);
      case GELU_ERF -> throw ownLoop();
      case GELU_TANH -> geluTanhSecond(n, x, xo, t);
      case SILU -> siluSecond(n, x, xo, t);
      case TANH -> tanhSecond(n, x, xo, t);
    }
  }

  private static AssertionError ownLoop() {
    return new AssertionError("GELU with the normal distribution runs in a loop of its own");
  }

  /// The exponential: `e^{−|a(x)|}` or `e^{2|x|} − 1`.
  private static void prepare(Activation f, int n, double[] x, int xo, double[] t) {
    switch (f) {
      case IDENTITY, RELU -> {}
      case GELU_ERF -> throw ownLoop();
      case GELU_TANH -> {
        geluArgument(n, x, xo, t);
        VectorExponential.exp(n, t);
      }
      case SILU -> {
        siluArgument(n, x, xo, t);
        VectorExponential.exp(n, t);
      }
      case TANH -> {
        tanhArgument(n, x, xo, t);
        VectorExponential.expm1(n, t);
      }
    }
  }

  private static void relu(int n, double[] x, int xo, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      fromArray(LANES, x, xo + i).max(0).intoArray(t, i);
    }
  }

  private static void reluFirst(int n, double[] x, int xo, double[] t) {
    DoubleVector zero = DoubleVector.zero(LANES);
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Double> on = fromArray(LANES, x, xo + i).compare(VectorOperators.GT, 0);
      zero.blend(1, on).intoArray(t, i);
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
  private static void gated(int n, double[] x, int xo, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector at = fromArray(LANES, x, xo + i);
      DoubleVector e = fromArray(LANES, t, i);
      DoubleVector side = ONE.blend(e, at.compare(VectorOperators.LT, 0));
      at.mul(side.div(e.add(1))).intoArray(t, i);
    }
  }

  private static void siluFirst(int n, double[] x, int xo, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector at = fromArray(LANES, x, xo + i);
      DoubleVector e = fromArray(LANES, t, i);
      DoubleVector d = e.add(1);
      DoubleVector sigma = ONE.blend(e, at.compare(VectorOperators.LT, 0)).div(d);
      at.mul(e.div(d.mul(d))).fma(ONE, sigma).intoArray(t, i);
    }
  }

  private static void siluSecond(int n, double[] x, int xo, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector at = fromArray(LANES, x, xo + i);
      DoubleVector e = fromArray(LANES, t, i);
      DoubleVector d = e.add(1);
      DoubleVector up = e.sub(1);
      DoubleVector odd = up.blend(up.neg(), at.compare(VectorOperators.LT, 0)).div(d);
      e.div(d.mul(d)).mul(at.fma(odd, TWO)).intoArray(t, i);
    }
  }

  private static void geluTanhFirst(int n, double[] x, int xo, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector c = fromArray(LANES, x, xo + i);
      c = c.blend(MAX, c.compare(VectorOperators.GT, MAX));
      c = c.blend(MIN, c.compare(VectorOperators.LT, MIN));
      DoubleVector slope = c.mul(3 * CUBIC).fma(c, ONE).mul(SLOPE);
      DoubleVector e = fromArray(LANES, t, i);
      DoubleVector d = e.add(1);
      DoubleVector sigma = ONE.blend(e, c.compare(VectorOperators.LT, 0)).div(d);
      c.mul(e.div(d.mul(d))).fma(slope, sigma).intoArray(t, i);
    }
  }

  private static void geluTanhSecond(int n, double[] x, int xo, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector c = fromArray(LANES, x, xo + i);
      c = c.blend(MAX, c.compare(VectorOperators.GT, MAX));
      c = c.blend(MIN, c.compare(VectorOperators.LT, MIN));
      DoubleVector slope = c.mul(3 * CUBIC).fma(c, ONE).mul(SLOPE);
      DoubleVector e = fromArray(LANES, t, i);
      DoubleVector d = e.add(1);
      DoubleVector up = e.sub(1);
      DoubleVector odd = up.blend(up.neg(), c.compare(VectorOperators.LT, 0)).div(d);
      DoubleVector inner = odd.mul(slope).fma(slope, c.mul(CURVATURE));
      e.div(d.mul(d)).mul(c.fma(inner, slope.mul(2))).intoArray(t, i);
    }
  }

  private static void tanhArgument(int n, double[] x, int xo, double[] t) {
    double max = Elementary.TANH_MAX;
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector z = fromArray(LANES, x, xo + i).abs();
      z.blend(max, z.compare(VectorOperators.GT, max)).mul(2).intoArray(t, i);
    }
  }

  private static void tanh(int n, double[] x, int xo, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector em = fromArray(LANES, t, i);
      DoubleVector at = fromArray(LANES, x, xo + i);
      at.reinterpretAsLongs()
          .and(Long.MIN_VALUE)
          .or(em.div(em.add(2)).reinterpretAsLongs())
          .reinterpretAsDoubles()
          .intoArray(t, i);
    }
  }

  private static void tanhFirst(int n, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector em = fromArray(LANES, t, i);
      DoubleVector inverse = ONE.div(em.add(2));
      inverse.mul(4).mul(em.add(1).mul(inverse)).intoArray(t, i);
    }
  }

  private static void tanhSecond(int n, double[] x, int xo, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector em = fromArray(LANES, t, i);
      DoubleVector at = fromArray(LANES, x, xo + i);
      DoubleVector inverse = ONE.div(em.add(2));
      DoubleVector bell = inverse.mul(4).mul(em.add(1).mul(inverse));
      DoubleVector tanh =
          at.reinterpretAsLongs()
              .and(Long.MIN_VALUE)
              .or(em.mul(inverse).reinterpretAsLongs())
              .reinterpretAsDoubles();
      tanh.mul(-2).mul(bell).intoArray(t, i);
    }
  }
}
