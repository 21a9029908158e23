package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;
import static org.costate.model.kernel.VectorTile.COLUMNS;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/// Packs columns of the right-hand side of a product into a panel, as many side by side as a tile
/// of [VectorGemm] has.
final class VectorPacking {
  /// Numbers in a line of the cache.
  private static final int LINE = 8;

  /// Lanes of the squares that are transposed in registers.
  private static final int SQUARE = 8;

  // Lanes that change places, and of two such lanes the second.
  private static final VectorShuffle<Double> NEIGHBOURS = exchange(1);
  private static final VectorShuffle<Double> PAIRS = exchange(2);
  private static final VectorShuffle<Double> HALVES = exchange(4);
  private static final VectorMask<Double> SECOND_OF_TWO = having(1);
  private static final VectorMask<Double> SECOND_OF_FOUR = having(2);
  private static final VectorMask<Double> SECOND_OF_EIGHT = having(4);

  private VectorPacking() {}

  /// The lanes whose numbers differ in `bit` only change places.
  private static VectorShuffle<Double> exchange(int bit) {
    return VectorShuffle.fromOp(LANES, i -> (i ^ bit) % WIDTH);
  }

  private static VectorMask<Double> having(int bit) {
    long lanes = 0;
    for (int i = 0; i < WIDTH; i++) {
      lanes |= (i & bit) == 0 ? 0 : 1L << i;
    }
    return VectorMask.fromLong(LANES, lanes);
  }

  /// Columns of `op(B)` `[k, columns]` side by side, `width` to a row of the panel; columns that
  /// are not there are zero.
  static void pack(
      int k, int columns, int width, double[] b, int bo, int br, int bs, double[] panel) {
    if (columns < width) {
      Arrays.fill(panel, 0, k * width, 0);
    }
    if (bs == 1 && columns == width) {
      rows(k, width, b, bo, br, panel);
      return;
    }
    if (br != 1) {
      columns(k, columns, width, b, bo, br, bs, panel);
      return;
    }
    if (bs == k) {
      fetch(b, bo, columns * k, panel, k * width);
    }
    int inSquares = WIDTH == SQUARE ? columns & -SQUARE : 0;
    for (int j = 0; j < inSquares; j += SQUARE) {
      squares(k, width, b, bo + j * bs, bs, panel, j);
    }
    contiguousColumns(k, inSquares, columns, width, b, bo, bs, panel);
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

  private static void rows(int k, int width, double[] b, int bo, int br, double[] panel) {
    int at = bo;
    for (int l = 0; l < k; l++) {
      fromArray(LANES, b, at).intoArray(panel, l * width);
      if (width > WIDTH) {
        fromArray(LANES, b, at + WIDTH).intoArray(panel, l * width + WIDTH);
      }
      at += br;
    }
  }

  /// Eight contiguous columns, square by square: three exchanges, of neighbours, pairs and halves,
  /// transpose a square.
  private static void squares(
      int k, int width, double[] b, int bo, int bs, double[] panel, int first) {
    int to = first;
    int end = bo + (k & -SQUARE);
    for (int at = bo; at < end; at += SQUARE) {
      DoubleVector r0 = fromArray(LANES, b, at);
      DoubleVector r1 = fromArray(LANES, b, at + bs);
      DoubleVector r2 = fromArray(LANES, b, at + 2 * bs);
      DoubleVector r3 = fromArray(LANES, b, at + 3 * bs);
      DoubleVector r4 = fromArray(LANES, b, at + 4 * bs);
      DoubleVector r5 = fromArray(LANES, b, at + 5 * bs);
      DoubleVector r6 = fromArray(LANES, b, at + 6 * bs);
      DoubleVector r7 = fromArray(LANES, b, at + 7 * bs);
      DoubleVector s0 = r0.blend(r1.rearrange(NEIGHBOURS), SECOND_OF_TWO);
      DoubleVector s1 = r0.rearrange(NEIGHBOURS).blend(r1, SECOND_OF_TWO);
      DoubleVector s2 = r2.blend(r3.rearrange(NEIGHBOURS), SECOND_OF_TWO);
      DoubleVector s3 = r2.rearrange(NEIGHBOURS).blend(r3, SECOND_OF_TWO);
      DoubleVector s4 = r4.blend(r5.rearrange(NEIGHBOURS), SECOND_OF_TWO);
      DoubleVector s5 = r4.rearrange(NEIGHBOURS).blend(r5, SECOND_OF_TWO);
      DoubleVector s6 = r6.blend(r7.rearrange(NEIGHBOURS), SECOND_OF_TWO);
      DoubleVector s7 = r6.rearrange(NEIGHBOURS).blend(r7, SECOND_OF_TWO);
      DoubleVector t0 = s0.blend(s2.rearrange(PAIRS), SECOND_OF_FOUR);
      DoubleVector t2 = s0.rearrange(PAIRS).blend(s2, SECOND_OF_FOUR);
      DoubleVector t1 = s1.blend(s3.rearrange(PAIRS), SECOND_OF_FOUR);
      DoubleVector t3 = s1.rearrange(PAIRS).blend(s3, SECOND_OF_FOUR);
      DoubleVector t4 = s4.blend(s6.rearrange(PAIRS), SECOND_OF_FOUR);
      DoubleVector t6 = s4.rearrange(PAIRS).blend(s6, SECOND_OF_FOUR);
      DoubleVector t5 = s5.blend(s7.rearrange(PAIRS), SECOND_OF_FOUR);
      DoubleVector t7 = s5.rearrange(PAIRS).blend(s7, SECOND_OF_FOUR);
      t0.blend(t4.rearrange(HALVES), SECOND_OF_EIGHT).intoArray(panel, to);
      t1.blend(t5.rearrange(HALVES), SECOND_OF_EIGHT).intoArray(panel, to + width);
      t2.blend(t6.rearrange(HALVES), SECOND_OF_EIGHT).intoArray(panel, to + 2 * width);
      t3.blend(t7.rearrange(HALVES), SECOND_OF_EIGHT).intoArray(panel, to + 3 * width);
      t0.rearrange(HALVES).blend(t4, SECOND_OF_EIGHT).intoArray(panel, to + 4 * width);
      t1.rearrange(HALVES).blend(t5, SECOND_OF_EIGHT).intoArray(panel, to + 5 * width);
      t2.rearrange(HALVES).blend(t6, SECOND_OF_EIGHT).intoArray(panel, to + 6 * width);
      t3.rearrange(HALVES).blend(t7, SECOND_OF_EIGHT).intoArray(panel, to + 7 * width);
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
      int k, int from, int columns, int width, double[] b, int bo, int bs, double[] panel) {
    for (int j = from; j < columns; j++) {
      int at = bo + j * bs;
      if (width == COLUMNS) {
        for (int l = 0; l < k; l++) {
          panel[l * COLUMNS + j] = b[at + l];
        }
      } else {
        for (int l = 0; l < k; l++) {
          panel[l * WIDTH + j] = b[at + l];
        }
      }
    }
  }

  private static void columns(
      int k, int columns, int width, double[] b, int bo, int br, int bs, double[] panel) {
    for (int j = 0; j < columns; j++) {
      int at = bo + j * bs;
      for (int l = 0; l < k; l++) {
        panel[l * width + j] = b[at];
        at += br;
      }
    }
  }
}
