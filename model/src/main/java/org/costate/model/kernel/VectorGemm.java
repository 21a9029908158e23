package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;
import static org.costate.model.kernel.VectorTile.COLUMNS;

import jdk.incubator.vector.DoubleVector;

/// Matrix products by tiles of a few rows and two vectors of columns; the columns of `B` are packed
/// once for all rows.
///
/// Every result is one chain of fused multiply-adds over the inner index in its order, as in
/// [PlainGemm], so the bits are the same.
final class VectorGemm {

  /// Rows of a tile: as many as leave the registers for it (32 with eight lanes, else 16).
  private static final int ROWS = WIDTH >= 8 ? 8 : 4;

  /// Up to so many rows of `A`, rows of `B` are read where they lie: packing them costs more than
  /// it gains.
  private static final int UNPACKED = 4 * ROWS;

  /// Numbers of `A`, or of weights, to keep in the second-level cache.
  private static final int CACHED = 1 << 16;

  private static final double[] ABSENT = {};

  /// Packed columns of `B` followed by one tile of results; grown once to the longest inner index.
  private final ThreadLocal<double[]> scratch = ThreadLocal.withInitial(() -> new double[0]);

  /// As [PlainGemm#multiply], `C := α (op(A) op(B) + 1 rᵀ) + β C`: a row is added where it is not
  /// absent, which it must be unless whole vectors fill the columns.
  void multiply(
      int m,
      int n,
      int k,
      double[] row,
      int ro,
      double alpha,
      double[] a,
      int ao,
      int ar,
      int as,
      double[] b,
      int bo,
      int br,
      int bs,
      double beta,
      double[] c,
      int co,
      int ldc) {
    multiplyTwice(
        m, n, k, row, ro, alpha, a, ao, ABSENT, 0, ar, as, b, bo, br, bs, beta, c, co, ABSENT, 0,
        ldc);
  }

  /// [#multiply] of `A` into `C` and of `A'`, unless it has no length, into `C'`: what is packed of
  /// `B` serves both.
  void multiplyTwice(
      int m,
      int n,
      int k,
      double[] row,
      int ro,
      double alpha,
      double[] a,
      int ao,
      double[] secondA,
      int sao,
      int ar,
      int as,
      double[] b,
      int bo,
      int br,
      int bs,
      double beta,
      double[] c,
      int co,
      double[] secondC,
      int sco,
      int ldc) {
    int block = rowBlock(k);
    for (int i = 0; i < m; i += block) {
      int rows = Math.min(block, m - i);
      int down = i * ldc;
      multiplyRows(
          rows,
          n,
          k,
          row,
          ro,
          alpha,
          a,
          ao + i * ar,
          secondA,
          sao + i * ar,
          ar,
          as,
          b,
          bo,
          br,
          bs,
          beta,
          c,
          co + down,
          secondC,
          sco + down,
          ldc);
    }
  }

  /// As many rows of `A` as stay in the second-level cache while all columns of `B` pass.
  private static int rowBlock(int k) {
    return Math.max(64, CACHED / Math.max(1, k) & -ROWS);
  }

  private void multiplyRows(
      int m,
      int n,
      int k,
      double[] row,
      int ro,
      double alpha,
      double[] a,
      int ao,
      double[] secondA,
      int sao,
      int ar,
      int as,
      double[] b,
      int bo,
      int br,
      int bs,
      double beta,
      double[] c,
      int co,
      double[] secondC,
      int sco,
      int ldc) {
    double[] panel = scratch(k);
    boolean isLikeWeights = as == 1 && bs == 1 && br == n;
    if (isLikeWeights && n > COLUMNS && (long) n * k <= CACHED) {
      VectorPacking.fetch(b, bo, n * k, panel, k * COLUMNS);
    }
    for (int j = 0; j < n; j += COLUMNS) {
      int columns = Math.min(COLUMNS, n - j);
      int width = columns <= WIDTH ? WIDTH : COLUMNS;
      boolean asItIs = m <= UNPACKED && bs == 1 && columns == width;
      if (!asItIs) {
        VectorPacking.pack(k, columns, width, b, bo + j * bs, br, bs, panel);
      }
      double[] right = asItIs ? b : panel;
      int from = asItIs ? bo + j : 0;
      int stride = asItIs ? br : width;
      tiles(
          m, columns, width, k, row, ro + j, alpha, a, ao, ar, as, right, from, stride, beta, c,
          co + j, ldc, panel);
      if (secondA.length > 0) {
        tiles(
            m, columns, width, k, row, ro + j, alpha, secondA, sao, ar, as, right, from, stride,
            beta, secondC, sco + j, ldc, panel);
      }
    }
  }

  /// The tiles of some columns, one below the other.
  private static void tiles(
      int m,
      int columns,
      int width,
      int k,
      double[] row,
      int ro,
      double alpha,
      double[] a,
      int ao,
      int ar,
      int as,
      double[] right,
      int from,
      int stride,
      double beta,
      double[] c,
      int co,
      int ldc,
      double[] panel) {
    boolean narrow = width == WIDTH;
    boolean direct = columns == width && (beta == 0 || beta == 1);
    int i = 0;
    while (i < m) {
      int ai = ao + i * ar;
      int rows = rows(m - i);
      int at = co + i * ldc;
      if (direct) {
        tile(
            narrow, rows, k, a, ai, ar, as, right, from, stride, row, ro, alpha, beta == 1, c, at,
            ldc);
      } else {
        tile(
            narrow, rows, k, a, ai, ar, as, right, from, stride, row, ro, 1, false, panel,
            k * width, width);
        write(rows, columns, alpha, panel, k * width, width, beta, c, at, ldc);
      }
      i += rows;
    }
  }

  private static void tile(
      boolean narrow,
      int rows,
      int k,
      double[] a,
      int ao,
      int ar,
      int as,
      double[] b,
      int bo,
      int br,
      double[] row,
      int ro,
      double alpha,
      boolean add,
      double[] c,
      int co,
      int ldc) {
    if (narrow) {
      VectorNarrowTile.multiply(rows, k, a, ao, ar, as, b, bo, br, row, ro, alpha, add, c, co, ldc);
    } else {
      VectorTile.multiply(rows, k, a, ao, ar, as, b, bo, br, row, ro, alpha, add, c, co, ldc);
    }
  }

  private static int rows(int left) {
    return left >= ROWS ? ROWS : Integer.highestOneBit(left);
  }

  private double[] scratch(int k) {
    double[] panel = scratch.get();
    int size = Math.multiplyExact(Math.addExact(k, ROWS), COLUMNS);
    if (panel.length < size) {
      panel = new double[size];
      scratch.set(panel);
    }
    return panel;
  }

  /// `C := α tile + β C`, where a tile does not do it itself.
  private static void write(
      int rows,
      int columns,
      double alpha,
      double[] panel,
      int tile,
      int width,
      double beta,
      double[] c,
      int co,
      int ldc) {
    if (columns == COLUMNS) {
      writeWide(rows, alpha, panel, tile, beta, c, co, ldc);
    } else if (columns == WIDTH) {
      writeNarrow(rows, alpha, panel, tile, beta, c, co, ldc);
    } else {
      writePart(rows, columns, alpha, panel, tile, width, beta, c, co, ldc);
    }
  }

  private static void writeWide(
      int rows, double alpha, double[] panel, int tile, double beta, double[] c, int co, int ldc) {
    DoubleVector factor = broadcast(LANES, alpha);
    int from = tile;
    int to = co;
    for (int row = 0; row < rows; row++) {
      DoubleVector left = fromArray(LANES, panel, from);
      DoubleVector right = fromArray(LANES, panel, from + WIDTH);
      factor.fma(left, fromArray(LANES, c, to).mul(beta)).intoArray(c, to);
      factor.fma(right, fromArray(LANES, c, to + WIDTH).mul(beta)).intoArray(c, to + WIDTH);
      from += COLUMNS;
      to += ldc;
    }
  }

  private static void writeNarrow(
      int rows, double alpha, double[] panel, int tile, double beta, double[] c, int co, int ldc) {
    DoubleVector factor = broadcast(LANES, alpha);
    int from = tile;
    int to = co;
    for (int row = 0; row < rows; row++) {
      DoubleVector sum = fromArray(LANES, panel, from);
      factor.fma(sum, fromArray(LANES, c, to).mul(beta)).intoArray(c, to);
      from += WIDTH;
      to += ldc;
    }
  }

  private static void writePart(
      int rows,
      int columns,
      double alpha,
      double[] panel,
      int tile,
      int width,
      double beta,
      double[] c,
      int co,
      int ldc) {
    for (int row = 0; row < rows; row++) {
      int from = tile + row * width;
      int to = co + row * ldc;
      if (beta == 0) {
        VectorElementwise.scaled(columns, alpha, panel, from, c, to);
      } else {
        VectorElementwise.axpby(columns, alpha, panel, from, beta, c, to);
      }
    }
  }
}
