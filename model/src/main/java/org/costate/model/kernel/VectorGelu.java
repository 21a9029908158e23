package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// GELU with the normal distribution, `f(x) = x Φ(x)`, `f'(x) = Φ(x) + x φ(x)`, `f''(x) = φ(x) (2 −
/// x²)`, lane by lane as in [ScalarActivation]; see [VectorExponential] for the rule of the loops.
/// Everything from the argument to the result stays in registers: the exponential needs no check,
/// since arguments end before it leaves the normal numbers.
final class VectorGelu {
  private VectorGelu() {}

  /// `y := f(x)`, `slope := f'(x)` and `curvature := f''(x)` for `n` numbers, a multiple of the
  /// lanes. An array of length zero is absent.
  static void valueAndDerivatives(
      int n,
      double[] x,
      int xo,
      double[] y,
      int yo,
      double[] slope,
      int so,
      double[] curvature,
      int co) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector at = fromArray(LANES, x, xo + i);
      DoubleVector z = at.abs();
      VectorMask<Double> isFar =
          z.compare(VectorOperators.GE, broadcast(LANES, Elementary.NORMAL_MAX));
      z = z.blend(broadcast(LANES, Elementary.NORMAL_MAX), isFar);
      DoubleVector minusSquare = z.mul(z).neg();
      DoubleVector lost = z.fma(z, minusSquare);
      DoubleVector exponent = minusSquare.mul(0.5);
      DoubleVector k =
          exponent.fma(broadcast(LANES, Elementary.LOG2_E), broadcast(LANES, Elementary.ROUND));
      DoubleVector minusK = broadcast(LANES, Elementary.ROUND).sub(k);
      DoubleVector r =
          minusK.fma(
              broadcast(LANES, Elementary.LOG2_LOW),
              minusK.fma(broadcast(LANES, Elementary.LOG2_HIGH), exponent));
      DoubleVector p = r.fma(broadcast(LANES, Elementary.E9), broadcast(LANES, Elementary.E8));
      p = p.fma(r, broadcast(LANES, Elementary.E7));
      p = p.fma(r, broadcast(LANES, Elementary.E6));
      p = p.fma(r, broadcast(LANES, Elementary.E5));
      p = p.fma(r, broadcast(LANES, Elementary.E4));
      p = p.fma(r, broadcast(LANES, Elementary.E3));
      p = p.fma(r, broadcast(LANES, Elementary.E2));
      p = p.fma(r, broadcast(LANES, Elementary.E1));
      p = p.fma(r, broadcast(LANES, Elementary.E0));
      p = r.mul(r).fma(p, r).add(1);
      LongVector power = k.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52);
      DoubleVector e = p.reinterpretAsLongs().add(power).reinterpretAsDoubles();
      e = e.fma(lost.mul(-0.5), e).blend(0.0, isFar);
      DoubleVector density = e.mul(broadcast(LANES, Elementary.INVERSE_SQRT_TWO_PI));
      if (curvature.length > 0) {
        density.mul(z.neg().fma(z, broadcast(LANES, 2))).intoArray(curvature, co + i);
      }
      if (y.length == 0 && slope.length == 0) {
        continue;
      }
      DoubleVector above = z.fma(broadcast(LANES, Elementary.P9), broadcast(LANES, Elementary.P8));
      DoubleVector below = z.fma(broadcast(LANES, Elementary.Q10), broadcast(LANES, Elementary.Q9));
      below = below.fma(z, broadcast(LANES, Elementary.Q8));
      above = above.fma(z, broadcast(LANES, Elementary.P7));
      below = below.fma(z, broadcast(LANES, Elementary.Q7));
      above = above.fma(z, broadcast(LANES, Elementary.P6));
      below = below.fma(z, broadcast(LANES, Elementary.Q6));
      above = above.fma(z, broadcast(LANES, Elementary.P5));
      below = below.fma(z, broadcast(LANES, Elementary.Q5));
      above = above.fma(z, broadcast(LANES, Elementary.P4));
      below = below.fma(z, broadcast(LANES, Elementary.Q4));
      above = above.fma(z, broadcast(LANES, Elementary.P3));
      below = below.fma(z, broadcast(LANES, Elementary.Q3));
      above = above.fma(z, broadcast(LANES, Elementary.P2));
      below = below.fma(z, broadcast(LANES, Elementary.Q2));
      above = above.fma(z, broadcast(LANES, Elementary.P1));
      below = below.fma(z, broadcast(LANES, Elementary.Q1));
      above = above.fma(z, broadcast(LANES, Elementary.P0));
      below = below.fma(z, broadcast(LANES, 1));
      DoubleVector tail = e.mul(above).div(below);
      DoubleVector normal =
          broadcast(LANES, 1).sub(tail).blend(tail, at.compare(VectorOperators.LT, 0));
      if (y.length > 0) {
        at.mul(normal).intoArray(y, yo + i);
      }
      if (slope.length > 0) {
        at.fma(density, normal).intoArray(slope, so + i);
      }
    }
  }
}
