package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [Elementary], lane by lane on chunks: the same operations in the same order, so the same bits.
///
/// A chunk is scratch of one thread: arguments, then results, in its first part, what passes
/// between two loops in its second and third. Each loop is a method that calls nothing but the
/// Vector API: the compiler always inlines that, while a method of ours with vectors as arguments
/// would be left out, and its vectors boxed, wherever the caller has grown large.
final class VectorExponential {
  static final VectorSpecies<Double> LANES = DoubleVector.SPECIES_PREFERRED;
  static final int WIDTH = LANES.length();

  /// Numbers in a part of a chunk, a multiple of two vectors: all three parts stay in the
  /// first-level cache.
  static final int CHUNK = 512;

  /// Parts of a chunk.
  static final int PARTS = 3;

  private static final VectorSpecies<Long> INTEGERS =
      VectorSpecies.of(long.class, LANES.vectorShape());

  /// For arguments up to this magnitude `e^x` and the factor `2^k` in it are normal numbers.
  private static final LongVector ORDINARY =
      LongVector.broadcast(INTEGERS, Double.doubleToRawLongBits(708));

  private static final DoubleVector EXP_MAX = broadcast(LANES, Elementary.EXP_MAX);
  private static final DoubleVector EXP_MIN = broadcast(LANES, Elementary.EXP_MIN);
  private static final DoubleVector LOG2_E = broadcast(LANES, Elementary.LOG2_E);
  private static final DoubleVector LOG2_HIGH = broadcast(LANES, Elementary.LOG2_HIGH);
  private static final DoubleVector LOG2_LOW = broadcast(LANES, Elementary.LOG2_LOW);
  private static final DoubleVector ROUND = broadcast(LANES, Elementary.ROUND);
  private static final DoubleVector BIASED = broadcast(LANES, Elementary.ROUND_BIASED);
  private static final DoubleVector ONE = broadcast(LANES, 1);
  private static final DoubleVector HALF = broadcast(LANES, 0.5);
  private static final DoubleVector E0 = broadcast(LANES, Elementary.E0);
  private static final DoubleVector E1 = broadcast(LANES, Elementary.E1);
  private static final DoubleVector E2 = broadcast(LANES, Elementary.E2);
  private static final DoubleVector E3 = broadcast(LANES, Elementary.E3);
  private static final DoubleVector E4 = broadcast(LANES, Elementary.E4);
  private static final DoubleVector E5 = broadcast(LANES, Elementary.E5);
  private static final DoubleVector E6 = broadcast(LANES, Elementary.E6);
  private static final DoubleVector E7 = broadcast(LANES, Elementary.E7);
  private static final DoubleVector E8 = broadcast(LANES, Elementary.E8);
  private static final DoubleVector E9 = broadcast(LANES, Elementary.E9);
  private static final DoubleVector E10 = broadcast(LANES, Elementary.E10);
  private static final DoubleVector T0 = broadcast(LANES, Elementary.T0);
  private static final DoubleVector T1 = broadcast(LANES, Elementary.T1);
  private static final DoubleVector T2 = broadcast(LANES, Elementary.T2);
  private static final DoubleVector T3 = broadcast(LANES, Elementary.T3);
  private static final DoubleVector T4 = broadcast(LANES, Elementary.T4);
  private static final DoubleVector T5 = broadcast(LANES, Elementary.T5);
  private static final DoubleVector T6 = broadcast(LANES, Elementary.T6);
  private static final DoubleVector T7 = broadcast(LANES, Elementary.T7);
  private static final DoubleVector T8 = broadcast(LANES, Elementary.T8);
  private static final DoubleVector T9 = broadcast(LANES, Elementary.T9);
  private static final DoubleVector T10 = broadcast(LANES, Elementary.T10);
  private static final DoubleVector T11 = broadcast(LANES, Elementary.T11);
  private static final DoubleVector T12 = broadcast(LANES, Elementary.T12);
  private static final DoubleVector T13 = broadcast(LANES, Elementary.T13);
  private static final DoubleVector T14 = broadcast(LANES, Elementary.T14);
  private static final DoubleVector T15 = broadcast(LANES, Elementary.T15);
  private static final DoubleVector T16 = broadcast(LANES, Elementary.T16);
  private static final DoubleVector T17 = broadcast(LANES, Elementary.T17);
  private static final DoubleVector T18 = broadcast(LANES, Elementary.T18);
  private static final DoubleVector T19 = broadcast(LANES, Elementary.T19);
  private static final DoubleVector T20 = broadcast(LANES, Elementary.T20);
  private static final DoubleVector T21 = broadcast(LANES, Elementary.T21);
  private static final DoubleVector T22 = broadcast(LANES, Elementary.T22);

  private VectorExponential() {}

  /// `t := e^t` for the first `n` numbers, rounded up to whole vectors; the second part is scratch.
  static void exp(int n, double[] t) {
    if (isOrdinary(n, t)) {
      ordinary(n, t);
    } else {
      reduce(n, t);
      scale(n, t);
    }
  }

  /// Whether no exponential comes near an end of the numbers; not where an argument is none.
  /// Magnitudes are compared as integers, whose order is the same: a mask carried from turn to turn
  /// would now and then be an object.
  private static boolean isOrdinary(int n, double[] t) {
    LongVector negativeWhereNot = LongVector.zero(INTEGERS);
    for (int i = 0; i < n; i += WIDTH) {
      LongVector magnitude = fromArray(LANES, t, i).abs().reinterpretAsLongs();
      negativeWhereNot = negativeWhereNot.or(ORDINARY.sub(magnitude));
    }
    return !negativeWhereNot.compare(VectorOperators.LT, 0).anyTrue();
  }

  /// `t := e^t`: with nothing to clamp, and `2^k` added to the exponent. Two vectors at a time
  /// share the coefficients, which do not all fit into registers.
  private static void ordinary(int n, double[] t) {
    for (int i = 0; i < n; i += 2 * WIDTH) {
      DoubleVector x = fromArray(LANES, t, i);
      DoubleVector x2 = fromArray(LANES, t, i + WIDTH);
      DoubleVector k = x.fma(LOG2_E, ROUND);
      DoubleVector k2 = x2.fma(LOG2_E, ROUND);
      DoubleVector r = ROUND.sub(k).fma(LOG2_LOW, ROUND.sub(k).fma(LOG2_HIGH, x));
      DoubleVector r2 = ROUND.sub(k2).fma(LOG2_LOW, ROUND.sub(k2).fma(LOG2_HIGH, x2));
      DoubleVector p = r.fma(E10, E9);
      DoubleVector p2 = r2.fma(E10, E9);
      p = p.fma(r, E8);
      p2 = p2.fma(r2, E8);
      p = p.fma(r, E7);
      p2 = p2.fma(r2, E7);
      p = p.fma(r, E6);
      p2 = p2.fma(r2, E6);
      p = p.fma(r, E5);
      p2 = p2.fma(r2, E5);
      p = p.fma(r, E4);
      p2 = p2.fma(r2, E4);
      p = p.fma(r, E3);
      p2 = p2.fma(r2, E3);
      p = p.fma(r, E2);
      p2 = p2.fma(r2, E2);
      p = p.fma(r, E1);
      p2 = p2.fma(r2, E1);
      p = p.fma(r, E0);
      p2 = p2.fma(r2, E0);
      p = r.mul(r).fma(p, r).add(1);
      p2 = r2.mul(r2).fma(p2, r2).add(1);
      LongVector power = k.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52);
      LongVector power2 = k2.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52);
      p.reinterpretAsLongs().add(power).reinterpretAsDoubles().intoArray(t, i);
      p2.reinterpretAsLongs().add(power2).reinterpretAsDoubles().intoArray(t, i + WIDTH);
    }
  }

  /// `t := e^t − 1` for arguments in `0 … 700`, likewise.
  static void expm1(int n, double[] t) {
    reduce(n, t);
    scaleLessOne(n, t);
  }

  /// `e^{t − k log 2} − 1` into the second part; `t` is clamped.
  private static void reduce(int n, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector x = fromArray(LANES, t, i);
      x = x.blend(EXP_MAX, x.compare(VectorOperators.GT, EXP_MAX));
      x = x.blend(EXP_MIN, x.compare(VectorOperators.LT, EXP_MIN));
      x.intoArray(t, i);
      DoubleVector minusK = x.fma(LOG2_E, ROUND).sub(ROUND).neg();
      DoubleVector r = minusK.fma(LOG2_LOW, minusK.fma(LOG2_HIGH, x));
      DoubleVector p = r.fma(E10, E9);
      p = p.fma(r, E8);
      p = p.fma(r, E7);
      p = p.fma(r, E6);
      p = p.fma(r, E5);
      p = p.fma(r, E4);
      p = p.fma(r, E3);
      p = p.fma(r, E2);
      p = p.fma(r, E1);
      p = p.fma(r, E0);
      r.mul(r).fma(p, r).intoArray(t, CHUNK + i);
    }
  }

  /// `t := (1 + second part) 2^k`, in two factors so that neither overflows.
  private static void scale(int n, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector k = fromArray(LANES, t, i).fma(LOG2_E, ROUND).sub(ROUND);
      DoubleVector half = k.fma(HALF, ROUND).sub(ROUND);
      LongVector a = half.add(BIASED).reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52);
      LongVector b =
          k.sub(half).add(BIASED).reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52);
      fromArray(LANES, t, CHUNK + i)
          .add(1)
          .mul(a.reinterpretAsDoubles())
          .mul(b.reinterpretAsDoubles())
          .intoArray(t, i);
    }
  }

  private static void scaleLessOne(int n, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector k = fromArray(LANES, t, i).fma(LOG2_E, ROUND).sub(ROUND);
      LongVector a = k.add(BIASED).reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52);
      DoubleVector power = a.reinterpretAsDoubles();
      power.fma(fromArray(LANES, t, CHUNK + i), power.sub(1)).intoArray(t, i);
    }
  }

  /// `z = |x|`, at most [Elementary#NORMAL_MAX], into the third part, and `t := −½ z²`.
  static void gaussArgument(int n, double[] x, int xo, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector z = fromArray(LANES, x, xo + i).abs();
      z = z.blend(Elementary.NORMAL_MAX, z.compare(VectorOperators.GT, Elementary.NORMAL_MAX));
      z.intoArray(t, 2 * CHUNK + i);
      z.mul(z).mul(-0.5).intoArray(t, i);
    }
  }

  /// `t := e^{−z²/2}` from the exponential of the rounded argument: as [Elementary#gauss].
  static void gauss(int n, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector z = fromArray(LANES, t, 2 * CHUNK + i);
      DoubleVector e = fromArray(LANES, t, i);
      e.fma(z.fma(z, z.mul(z).neg()).mul(-0.5), e).intoArray(t, i);
    }
  }

  /// `Φ(−z)` into the second part and `t := e^{−z²/2}`, from the exponential of the rounded
  /// argument: as [Elementary#tail]. Two vectors at a time, as in [#ordinary].
  static void tail(int n, double[] t) {
    for (int i = 0; i < n; i += 2 * WIDTH) {
      DoubleVector z = fromArray(LANES, t, 2 * CHUNK + i);
      DoubleVector z2 = fromArray(LANES, t, 2 * CHUNK + i + WIDTH);
      DoubleVector near = z.add(1);
      DoubleVector near2 = z2.add(1);
      DoubleVector far = z.add(6);
      DoubleVector far2 = z2.add(6);
      DoubleVector inverse = ONE.div(far.mul(near));
      DoubleVector inverse2 = ONE.div(far2.mul(near2));
      DoubleVector q = z.sub(6).mul(near).mul(inverse);
      DoubleVector q2 = z2.sub(6).mul(near2).mul(inverse2);
      DoubleVector square = q.mul(q);
      DoubleVector square2 = q2.mul(q2);
      DoubleVector even = square.fma(T22, T20);
      DoubleVector even2 = square2.fma(T22, T20);
      DoubleVector odd = square.fma(T21, T19);
      DoubleVector odd2 = square2.fma(T21, T19);
      even = even.fma(square, T18);
      even2 = even2.fma(square2, T18);
      odd = odd.fma(square, T17);
      odd2 = odd2.fma(square2, T17);
      even = even.fma(square, T16);
      even2 = even2.fma(square2, T16);
      odd = odd.fma(square, T15);
      odd2 = odd2.fma(square2, T15);
      even = even.fma(square, T14);
      even2 = even2.fma(square2, T14);
      odd = odd.fma(square, T13);
      odd2 = odd2.fma(square2, T13);
      even = even.fma(square, T12);
      even2 = even2.fma(square2, T12);
      odd = odd.fma(square, T11);
      odd2 = odd2.fma(square2, T11);
      even = even.fma(square, T10);
      even2 = even2.fma(square2, T10);
      odd = odd.fma(square, T9);
      odd2 = odd2.fma(square2, T9);
      even = even.fma(square, T8);
      even2 = even2.fma(square2, T8);
      odd = odd.fma(square, T7);
      odd2 = odd2.fma(square2, T7);
      even = even.fma(square, T6);
      even2 = even2.fma(square2, T6);
      odd = odd.fma(square, T5);
      odd2 = odd2.fma(square2, T5);
      even = even.fma(square, T4);
      even2 = even2.fma(square2, T4);
      odd = odd.fma(square, T3);
      odd2 = odd2.fma(square2, T3);
      even = even.fma(square, T2);
      even2 = even2.fma(square2, T2);
      odd = odd.fma(square, T1);
      odd2 = odd2.fma(square2, T1);
      even = even.fma(square, T0);
      even2 = even2.fma(square2, T0);
      DoubleVector e = fromArray(LANES, t, i);
      DoubleVector e2 = fromArray(LANES, t, i + WIDTH);
      e = e.fma(z.fma(z, z.mul(z).neg()).mul(-0.5), e);
      e2 = e2.fma(z2.fma(z2, z2.mul(z2).neg()).mul(-0.5), e2);
      e.intoArray(t, i);
      e2.intoArray(t, i + WIDTH);
      e.mul(odd.fma(q, even)).mul(far.mul(inverse)).intoArray(t, CHUNK + i);
      e2.mul(odd2.fma(q2, even2)).mul(far2.mul(inverse2)).intoArray(t, CHUNK + i + WIDTH);
    }
  }
}
