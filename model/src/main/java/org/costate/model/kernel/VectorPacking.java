package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;
import static org.costate.model.kernel.VectorTile.COLUMNS;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/// Packs columns of the right-hand side of a product into a panel, as many side by side as a tile
/// of [VectorGemm] has.
final class VectorPacking {
  /// Numbers in a line of the cache.
  private static final int LINE = 8;

  /// Lanes of the squares that are transposed in registers.
  private static final int SQUARE = 8;

  // Numbers pass as integers: beside doubles the numbers of lanes would have to be doubles too,
  // converted at every exchange.
  private static final VectorSpecies<Long> INTEGERS =
      VectorSpecies.of(long.class, LANES.vectorShape());

  // Of two vectors, those lanes whose numbers lack a bit, and those that have it, in pairs.
  private static final LongVector EVEN = lacking(1);
  private static final LongVector ODD = having(1);
  private static final LongVector EVEN_PAIRS = lacking(2);
  private static final LongVector ODD_PAIRS = having(2);
  private static final LongVector LOW_HALVES = lacking(4);
  private static final LongVector HIGH_HALVES = having(4);

  private VectorPacking() {}

  /// From the first vector the lanes without `bit`, in their places; beside them the same lanes of
  /// the second.
  private static LongVector lacking(int bit) {
    return places(i -> (i & bit) == 0 ? i : WIDTH + (i ^ bit));
  }

  /// The lanes with `bit`, those of the second vector in their places.
  private static LongVector having(int bit) {
    return places(i -> (i & bit) == 0 ? i ^ bit : WIDTH + i);
  }

  /// Numbers of lanes of two vectors; taken modulo their count, so that vectors shorter than a
  /// square, which do not use them, have valid ones.
  private static LongVector places(IntUnaryOperator source) {
    long[] lanes =
        IntStream.range(0, WIDTH).mapToLong(i -> source.applyAsInt(i) % (2 * WIDTH)).toArray();
    return LongVector.fromArray(INTEGERS, lanes, 0);
  }

  /// Columns of `op(B)` `[k, columns]` side by side, `width` to a row of the panel, which begins at
  /// `at`; columns that are not there are zero.
  ///
  /// @param spare where [#fetch] may write in the panel
  static void pack(
      int k,
      int columns,
      int width,
      double[] b,
      int bo,
      int br,
      int bs,
      double[] panel,
      int at,
      int spare) {
    if (columns < width) {
      Arrays.fill(panel, at, at + k * width, 0);
    }
    if (bs == 1 && columns == width) {
      rows(k, width, b, bo, br, panel, at);
      return;
    }
    if (br != 1) {
      columns(k, columns, width, b, bo, br, bs, panel, at);
      return;
    }
    if (bs == k) {
      fetch(b, bo, columns * k, panel, spare);
    }
    int inSquares = WIDTH == SQUARE ? columns & -SQUARE : 0;
    for (int j = 0; j < inSquares; j += SQUARE) {
      squares(k, width, b, bo + j * bs, bs, panel, at + j);
    }
    contiguousColumns(k, inSquares, columns, width, b, bo, bs, panel, at);
  }

  /// Reads a number of every line of a stretch in the order in which they lie. What comes from far,
  /// as the weights of a deep model do, comes much faster so than in the order of squares or tiles.
  ///
  /// @param spare modified at `at`, so that the compiler does not leave it all out
  static void fetch(double[] b, int from, int count, double[] spare, int at) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int end = from + count - 3 * LINE;
    for (int i = from; i < end; i += 4 * LINE) {
      s0 += b[i];
      s1 += b[i + LINE];
      s2 += b[i + 2 * LINE];
      s3 += b[i + 3 * LINE];
    }
    spare[at] = s0 + s1 + s2 + s3;
  }

  private static void rows(int k, int width, double[] b, int bo, int br, double[] panel, int at) {
    int from = bo;
    for (int l = 0; l < k; l++) {
      int to = at + l * width;
      fromArray(LANES, b, from).intoArray(panel, to);
      if (width > WIDTH) {
        fromArray(LANES, b, from + WIDTH).intoArray(panel, to + WIDTH);
      }
      from += br;
    }
  }

  /// Eight contiguous columns, square by square: three exchanges between two vectors, of
  /// neighbours, pairs and halves, transpose a square.
  private static void squares(
      int k, int width, double[] b, int bo, int bs, double[] panel, int first) {
    int to = first;
    int end = bo + (k & -SQUARE);
    for (int at = bo; at < end; at += SQUARE) {
      LongVector r0 = fromArray(LANES, b, at).reinterpretAsLongs();
      LongVector r1 = fromArray(LANES, b, at + bs).reinterpretAsLongs();
      LongVector r2 = fromArray(LANES, b, at + 2 * bs).reinterpretAsLongs();
      LongVector r3 = fromArray(LANES, b, at + 3 * bs).reinterpretAsLongs();
      LongVector r4 = fromArray(LANES, b, at + 4 * bs).reinterpretAsLongs();
      LongVector r5 = fromArray(LANES, b, at + 5 * bs).reinterpretAsLongs();
      LongVector r6 = fromArray(LANES, b, at + 6 * bs).reinterpretAsLongs();
      LongVector r7 = fromArray(LANES, b, at + 7 * bs).reinterpretAsLongs();
      LongVector s0 = EVEN.selectFrom(r0, r1);
      LongVector s1 = ODD.selectFrom(r0, r1);
      LongVector s2 = EVEN.selectFrom(r2, r3);
      LongVector s3 = ODD.selectFrom(r2, r3);
      LongVector s4 = EVEN.selectFrom(r4, r5);
      LongVector s5 = ODD.selectFrom(r4, r5);
      LongVector s6 = EVEN.selectFrom(r6, r7);
      LongVector s7 = ODD.selectFrom(r6, r7);
      LongVector t0 = EVEN_PAIRS.selectFrom(s0, s2);
      LongVector t2 = ODD_PAIRS.selectFrom(s0, s2);
      LongVector t1 = EVEN_PAIRS.selectFrom(s1, s3);
      LongVector t3 = ODD_PAIRS.selectFrom(s1, s3);
      LongVector t4 = EVEN_PAIRS.selectFrom(s4, s6);
      LongVector t6 = ODD_PAIRS.selectFrom(s4, s6);
      LongVector t5 = EVEN_PAIRS.selectFrom(s5, s7);
      LongVector t7 = ODD_PAIRS.selectFrom(s5, s7);
      LOW_HALVES.selectFrom(t0, t4).reinterpretAsDoubles().intoArray(panel, to);
      LOW_HALVES.selectFrom(t1, t5).reinterpretAsDoubles().intoArray(panel, to + width);
      LOW_HALVES.selectFrom(t2, t6).reinterpretAsDoubles().intoArray(panel, to + 2 * width);
      LOW_HALVES.selectFrom(t3, t7).reinterpretAsDoubles().intoArray(panel, to + 3 * width);
      HIGH_HALVES.selectFrom(t0, t4).reinterpretAsDoubles().intoArray(panel, to + 4 * width);
      HIGH_HALVES.selectFrom(t1, t5).reinterpretAsDoubles().intoArray(panel, to + 5 * width);
      HIGH_HALVES.selectFrom(t2, t6).reinterpretAsDoubles().intoArray(panel, to + 6 * width);
      HIGH_HALVES.selectFrom(t3, t7).reinterpretAsDoubles().intoArray(panel, to + 7 * width);
      to += SQUARE * width;
    }
    for (int l = k & -SQUARE; l < k; l++) {
      for (int j = 0; j < SQUARE; j++) {
        panel[l * width + first + j] = b[bo + j * bs + l];
      }
    }
  }

  /// Contiguous columns from `from` on: the compiler drops the bounds checks of these loops.
  private static void contiguousColumns(
      int k, int from, int columns, int width, double[] b, int bo, int bs, double[] panel, int at) {
    for (int j = from; j < columns; j++) {
      int column = bo + j * bs;
      int to = at + j;
      if (width == COLUMNS) {
        for (int l = 0; l < k; l++) {
          panel[to + l * COLUMNS] = b[column + l];
        }
      } else {
        for (int l = 0; l < k; l++) {
          panel[to + l * WIDTH] = b[column + l];
        }
      }
    }
  }

  private static void columns(
      int k, int columns, int width, double[] b, int bo, int br, int bs, double[] panel, int at) {
    for (int j = 0; j < columns; j++) {
      int from = bo + j * bs;
      for (int l = 0; l < k; l++) {
        panel[at + l * width + j] = b[from];
        from += br;
      }
    }
  }
}
