package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;

import jdk.incubator.vector.DoubleVector;

/// Matrix products by tiles of a few rows and two vectors of columns; the columns of `B` are packed
/// once for all rows.
///
/// Every result is one chain of fused multiply-adds over the inner index in its order, as in
/// [PlainGemm], so the bits are the same.
final class VectorGemm {
  private static final int COLUMNS = 2 * WIDTH;

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
          case 8 -> rows8(k, a, ai, ar, as, panel, tile);
          case 4 -> rows4(k, a, ai, ar, as, panel, tile);
          case 2 -> rows2(k, a, ai, ar, as, panel, tile);
          default -> rows1(k, a, ai, as, panel, tile);
        }
        write(rows, columns, alpha, panel, tile, beta, c, co + i * ldc + j, ldc);
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
    for (int j = 0; j < columns; j++) {
      int at = bo + j * bs;
      for (int l = 0; l < k; l++) {
        panel[l * COLUMNS + j] = b[at];
        at += br;
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

  /// 8 rows of a tile.
  private static void rows8(int k, double[] a, int ao, int ar, int as, double[] scratch, int tile) {
    DoubleVector c00 = DoubleVector.zero(LANES);
    DoubleVector c01 = c00;
    DoubleVector c10 = c00;
    DoubleVector c11 = c00;
    DoubleVector c20 = c00;
    DoubleVector c21 = c00;
    DoubleVector c30 = c00;
    DoubleVector c31 = c00;
    DoubleVector c40 = c00;
    DoubleVector c41 = c00;
    DoubleVector c50 = c00;
    DoubleVector c51 = c00;
    DoubleVector c60 = c00;
    DoubleVector c61 = c00;
    DoubleVector c70 = c00;
    DoubleVector c71 = c00;
    int ai = ao;
    for (int l = 0; l < k; l++) {
      DoubleVector b0 = fromArray(LANES, scratch, l * COLUMNS);
      DoubleVector b1 = fromArray(LANES, scratch, l * COLUMNS + WIDTH);
      DoubleVector a0 = broadcast(LANES, a[ai]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      DoubleVector a1 = broadcast(LANES, a[ai + ar]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      DoubleVector a2 = broadcast(LANES, a[ai + 2 * ar]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      DoubleVector a3 = broadcast(LANES, a[ai + 3 * ar]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      DoubleVector a4 = broadcast(LANES, a[ai + 4 * ar]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      DoubleVector a5 = broadcast(LANES, a[ai + 5 * ar]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      DoubleVector a6 = broadcast(LANES, a[ai + 6 * ar]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      DoubleVector a7 = broadcast(LANES, a[ai + 7 * ar]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      ai += as;
    }
    c00.intoArray(scratch, tile);
    c01.intoArray(scratch, tile + WIDTH);
    c10.intoArray(scratch, tile + COLUMNS);
    c11.intoArray(scratch, tile + COLUMNS + WIDTH);
    c20.intoArray(scratch, tile + 2 * COLUMNS);
    c21.intoArray(scratch, tile + 2 * COLUMNS + WIDTH);
    c30.intoArray(scratch, tile + 3 * COLUMNS);
    c31.intoArray(scratch, tile + 3 * COLUMNS + WIDTH);
    c40.intoArray(scratch, tile + 4 * COLUMNS);
    c41.intoArray(scratch, tile + 4 * COLUMNS + WIDTH);
    c50.intoArray(scratch, tile + 5 * COLUMNS);
    c51.intoArray(scratch, tile + 5 * COLUMNS + WIDTH);
    c60.intoArray(scratch, tile + 6 * COLUMNS);
    c61.intoArray(scratch, tile + 6 * COLUMNS + WIDTH);
    c70.intoArray(scratch, tile + 7 * COLUMNS);
    c71.intoArray(scratch, tile + 7 * COLUMNS + WIDTH);
  }

  /// 4 rows of a tile.
  private static void rows4(int k, double[] a, int ao, int ar, int as, double[] scratch, int tile) {
    DoubleVector c00 = DoubleVector.zero(LANES);
    DoubleVector c01 = c00;
    DoubleVector c10 = c00;
    DoubleVector c11 = c00;
    DoubleVector c20 = c00;
    DoubleVector c21 = c00;
    DoubleVector c30 = c00;
    DoubleVector c31 = c00;
    int ai = ao;
    for (int l = 0; l < k; l++) {
      DoubleVector b0 = fromArray(LANES, scratch, l * COLUMNS);
      DoubleVector b1 = fromArray(LANES, scratch, l * COLUMNS + WIDTH);
      DoubleVector a0 = broadcast(LANES, a[ai]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      DoubleVector a1 = broadcast(LANES, a[ai + ar]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      DoubleVector a2 = broadcast(LANES, a[ai + 2 * ar]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      DoubleVector a3 = broadcast(LANES, a[ai + 3 * ar]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      ai += as;
    }
    c00.intoArray(scratch, tile);
    c01.intoArray(scratch, tile + WIDTH);
    c10.intoArray(scratch, tile + COLUMNS);
    c11.intoArray(scratch, tile + COLUMNS + WIDTH);
    c20.intoArray(scratch, tile + 2 * COLUMNS);
    c21.intoArray(scratch, tile + 2 * COLUMNS + WIDTH);
    c30.intoArray(scratch, tile + 3 * COLUMNS);
    c31.intoArray(scratch, tile + 3 * COLUMNS + WIDTH);
  }

  /// 2 rows of a tile.
  private static void rows2(int k, double[] a, int ao, int ar, int as, double[] scratch, int tile) {
    DoubleVector c00 = DoubleVector.zero(LANES);
    DoubleVector c01 = c00;
    DoubleVector c10 = c00;
    DoubleVector c11 = c00;
    int ai = ao;
    for (int l = 0; l < k; l++) {
      DoubleVector b0 = fromArray(LANES, scratch, l * COLUMNS);
      DoubleVector b1 = fromArray(LANES, scratch, l * COLUMNS + WIDTH);
      DoubleVector a0 = broadcast(LANES, a[ai]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      DoubleVector a1 = broadcast(LANES, a[ai + ar]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      ai += as;
    }
    c00.intoArray(scratch, tile);
    c01.intoArray(scratch, tile + WIDTH);
    c10.intoArray(scratch, tile + COLUMNS);
    c11.intoArray(scratch, tile + COLUMNS + WIDTH);
  }

  /// 1 rows of a tile.
  private static void rows1(int k, double[] a, int ao, int as, double[] scratch, int tile) {
    DoubleVector c00 = DoubleVector.zero(LANES);
    DoubleVector c01 = c00;
    int ai = ao;
    for (int l = 0; l < k; l++) {
      DoubleVector b0 = fromArray(LANES, scratch, l * COLUMNS);
      DoubleVector b1 = fromArray(LANES, scratch, l * COLUMNS + WIDTH);
      DoubleVector a0 = broadcast(LANES, a[ai]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      ai += as;
    }
    c00.intoArray(scratch, tile);
    c01.intoArray(scratch, tile + WIDTH);
  }
}
