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

  /// Numbers of `A` to keep in the second-level cache.
  private static final int CACHED = 1 << 16;

  /// Packed columns of `B` followed by one tile of results; grown once to the longest inner index.
  private final ThreadLocal<double[]> scratch = ThreadLocal.withInitial(() -> new double[0]);

  /// As [PlainGemm#multiply].
  void multiply(
      int m,
      int n,
      int k,
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
    int block = rowBlock(k);
    for (int i = 0; i < m; i += block) {
      int rows = Math.min(block, m - i);
      multiplyRows(
          rows, n, k, alpha, a, ao + i * ar, ar, as, b, bo, br, bs, beta, c, co + i * ldc, ldc);
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
    double[] panel = scratch(k);
    int tile = k * COLUMNS;
    for (int j = 0; j < n; j += COLUMNS) {
      int columns = Math.min(COLUMNS, n - j);
      pack(k, columns, b, bo + j * bs, br, bs, panel);
      int i = 0;
      while (i < m) {
        int ai = ao + i * ar;
        int rows = rows(m - i);
        switch (rows) {
          case 8 -> VectorTile.rows8(k, a, ai, ar, as, panel, tile);
          case 4 -> VectorTile.rows4(k, a, ai, ar, as, panel, tile);
          case 2 -> VectorTile.rows2(k, a, ai, ar, as, panel, tile);
          default -> VectorTile.rows1(k, a, ai, as, panel, tile);
        }
        int at = co + i * ldc + j;
        if (columns == COLUMNS) {
          writeWhole(rows, alpha, panel, tile, beta, c, at, ldc);
        } else {
          write(rows, columns, alpha, panel, tile, beta, c, at, ldc);
        }
        i += rows;
      }
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

  /// Columns of `op(B)` side by side; columns that are not there are zero.
  private static void pack(int k, int columns, double[] b, int bo, int br, int bs, double[] panel) {
    if (columns < COLUMNS) {
      java.util.Arrays.fill(panel, 0, k * COLUMNS, 0);
    }
    if (bs == 1 && columns == COLUMNS) {
      packRows(k, b, bo, br, panel);
      return;
    }
    if (br == 1) {
      packColumns(k, columns, b, bo, bs, panel);
      return;
    }
    for (int j = 0; j < columns; j++) {
      int at = bo + j * bs;
      for (int l = 0; l < k; l++) {
        panel[l * COLUMNS + j] = b[at];
        at += br;
      }
    }
  }

  /// For columns that are contiguous: the compiler drops the bounds checks of this loop.
  private static void packColumns(int k, int columns, double[] b, int bo, int bs, double[] panel) {
    for (int j = 0; j < columns; j++) {
      int at = bo + j * bs;
      for (int l = 0; l < k; l++) {
        panel[l * COLUMNS + j] = b[at + l];
      }
    }
  }

  private static void packRows(int k, double[] b, int bo, int br, double[] panel) {
    int at = bo;
    for (int l = 0; l < k; l++) {
      fromArray(LANES, b, at).intoArray(panel, l * COLUMNS);
      fromArray(LANES, b, at + WIDTH).intoArray(panel, l * COLUMNS + WIDTH);
      at += br;
    }
  }

  /// `C := α tile + β C` for all columns of the tile.
  private static void writeWhole(
      int rows, double alpha, double[] panel, int tile, double beta, double[] c, int co, int ldc) {
    int from = tile;
    int to = co;
    for (int row = 0; row < rows; row++) {
      DoubleVector left = fromArray(LANES, panel, from);
      DoubleVector right = fromArray(LANES, panel, from + WIDTH);
      if (beta == 0) {
        left.mul(alpha).intoArray(c, to);
        right.mul(alpha).intoArray(c, to + WIDTH);
      } else {
        DoubleVector factor = broadcast(LANES, alpha);
        factor.fma(left, fromArray(LANES, c, to).mul(beta)).intoArray(c, to);
        factor.fma(right, fromArray(LANES, c, to + WIDTH).mul(beta)).intoArray(c, to + WIDTH);
      }
      from += COLUMNS;
      to += ldc;
    }
  }

  /// `C := α tile + β C`.
  private static void write(
      int rows,
      int columns,
      double alpha,
      double[] panel,
      int tile,
      double beta,
      double[] c,
      int co,
      int ldc) {
    for (int row = 0; row < rows; row++) {
      int from = tile + row * COLUMNS;
      int to = co + row * ldc;
      if (beta == 0) {
        VectorElementwise.scaled(columns, alpha, panel, from, c, to);
      } else {
        VectorElementwise.axpby(columns, alpha, panel, from, beta, c, to);
      }
    }
  }
}
