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
/// between two loops in its second. Each loop is a method that calls nothing but the
/// Vector API: the compiler always inlines that, while a method of ours with vectors as arguments
/// would be left out, and its vectors boxed, wherever the caller has grown large.
///
/// Coefficients are broadcast where they are needed. Kept as vectors, they would be loaded before
/// the loop, more of them than there are registers, and pushed out to the stack, each across two
/// lines of the cache.
final class VectorExponential {
  static final VectorSpecies<Double> LANES = DoubleVector.SPECIES_PREFERRED;
  static final int WIDTH = LANES.length();

  /// Numbers in a part of a chunk, a multiple of a vector: both parts stay in the
  /// first-level cache.
  static final int CHUNK = 512;

  /// Parts of a chunk.
  static final int PARTS = 2;

  private static final VectorSpecies<Long> INTEGERS =
      VectorSpecies.of(long.class, LANES.vectorShape());

  /// For arguments up to this magnitude `e^x` and the factor `2^k` in it are normal numbers.
  private static final LongVector ORDINARY =
      LongVector.broadcast(INTEGERS, Double.doubleToRawLongBits(708));

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

  /// `t := e^t`: with nothing to clamp, and `2^k` added to the exponent.
  private static void ordinary(int n, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector x = fromArray(LANES, t, i);
      DoubleVector k =
          x.fma(broadcast(LANES, Elementary.LOG2_E), broadcast(LANES, Elementary.ROUND));
      DoubleVector minusK = broadcast(LANES, Elementary.ROUND).sub(k);
      DoubleVector r =
          minusK.fma(
              broadcast(LANES, Elementary.LOG2_LOW),
              minusK.fma(broadcast(LANES, Elementary.LOG2_HIGH), x));
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
      p.reinterpretAsLongs().add(power).reinterpretAsDoubles().intoArray(t, i);
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
      x =
          x.blend(
              broadcast(LANES, Elementary.EXP_MAX),
              x.compare(VectorOperators.GT, broadcast(LANES, Elementary.EXP_MAX)));
      x =
          x.blend(
              broadcast(LANES, Elementary.EXP_MIN),
              x.compare(VectorOperators.LT, broadcast(LANES, Elementary.EXP_MIN)));
      x.intoArray(t, i);
      DoubleVector minusK =
          x.fma(broadcast(LANES, Elementary.LOG2_E), broadcast(LANES, Elementary.ROUND))
              .sub(broadcast(LANES, Elementary.ROUND))
              .neg();
      DoubleVector r =
          minusK.fma(
              broadcast(LANES, Elementary.LOG2_LOW),
              minusK.fma(broadcast(LANES, Elementary.LOG2_HIGH), x));
      DoubleVector p = r.fma(broadcast(LANES, Elementary.E9), broadcast(LANES, Elementary.E8));
      p = p.fma(r, broadcast(LANES, Elementary.E7));
      p = p.fma(r, broadcast(LANES, Elementary.E6));
      p = p.fma(r, broadcast(LANES, Elementary.E5));
      p = p.fma(r, broadcast(LANES, Elementary.E4));
      p = p.fma(r, broadcast(LANES, Elementary.E3));
      p = p.fma(r, broadcast(LANES, Elementary.E2));
      p = p.fma(r, broadcast(LANES, Elementary.E1));
      p = p.fma(r, broadcast(LANES, Elementary.E0));
      r.mul(r).fma(p, r).intoArray(t, CHUNK + i);
    }
  }

  /// `t := (1 + second part) 2^k`, in two factors so that neither overflows.
  private static void scale(int n, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector k =
          fromArray(LANES, t, i)
              .fma(broadcast(LANES, Elementary.LOG2_E), broadcast(LANES, Elementary.ROUND))
              .sub(broadcast(LANES, Elementary.ROUND));
      DoubleVector half =
          k.fma(broadcast(LANES, 0.5), broadcast(LANES, Elementary.ROUND))
              .sub(broadcast(LANES, Elementary.ROUND));
      LongVector a =
          half.add(broadcast(LANES, Elementary.ROUND_BIASED))
              .reinterpretAsLongs()
              .lanewise(VectorOperators.LSHL, 52);
      LongVector b =
          k.sub(half)
              .add(broadcast(LANES, Elementary.ROUND_BIASED))
              .reinterpretAsLongs()
              .lanewise(VectorOperators.LSHL, 52);
      fromArray(LANES, t, CHUNK + i)
          .add(1)
          .mul(a.reinterpretAsDoubles())
          .mul(b.reinterpretAsDoubles())
          .intoArray(t, i);
    }
  }

  private static void scaleLessOne(int n, double[] t) {
    for (int i = 0; i < n; i += WIDTH) {
      DoubleVector k =
          fromArray(LANES, t, i)
              .fma(broadcast(LANES, Elementary.LOG2_E), broadcast(LANES, Elementary.ROUND))
              .sub(broadcast(LANES, Elementary.ROUND));
      LongVector a =
          k.add(broadcast(LANES, Elementary.ROUND_BIASED))
              .reinterpretAsLongs()
              .lanewise(VectorOperators.LSHL, 52);
      DoubleVector power = a.reinterpretAsDoubles();
      power.fma(fromArray(LANES, t, CHUNK + i), power.sub(1)).intoArray(t, i);
    }
  }
}
