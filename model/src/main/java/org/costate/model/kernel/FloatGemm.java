package org.costate.model.kernel;

import java.util.Arrays;
import java.util.function.Supplier;

/// Matrix products whose operands are rounded to single precision.
///
/// The inner index is cut into blocks of [#BLOCK]: within a block every result is one chain of
/// fused multiply-adds in single precision, in order; the blocks are added to `C` in double
/// precision, in order. So the error stays near that of rounding the operands however long the
/// inner index is, and the bits depend neither on the tile nor on what part of the product is
/// computed.
final class FloatGemm {
  /// Terms that are added in single precision; packed columns of `B` stay in the first-level cache.
  static final int BLOCK = 256;

  /// Rows of `A` that stay in the second-level cache while all columns of `B` pass.
  private static final int ROWS = 512;

  /// Rows of the rounded `A` lie apart by this much more than their length: powers of two would
  /// share sets of the cache.
  private static final int APART = 16;

  private final Supplier<FloatTile> tiles;
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

  /// @param tiles asked once per product
  FloatGemm(Supplier<FloatTile> tiles) {
    this.tiles = tiles;
  }

  /// Arrays of a thread, grown to what the largest product needed.
  private static final class Scratch {
    /// Rounded columns of `B` in the order of the tile, then rounded rows of `A`.
    float[] operands = new float[0];

    float[] tile = new float[0];

    void makeRoom(int numbers, int tileSize) {
      if (operands.length < numbers) {
        operands = new float[numbers];
      }
      if (tile.length < tileSize) {
        tile = new float[tileSize];
      }
    }
  }

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
    FloatTile tile = tiles.get();
    for (int l = 0; l < k || l == 0; l += BLOCK) {
      int length = Math.min(BLOCK, k - l);
      double keep = l == 0 ? beta : 1;
      int bl = bo + l * br;
      for (int i = 0; i < m; i += ROWS) {
        int rows = Math.min(ROWS, m - i);
        int al = ao + i * ar + l * as;
        multiplyBlock(
            tile, rows, n, length, alpha, a, al, ar, as, b, bl, br, bs, keep, c, co + i * ldc, ldc);
      }
    }
  }

  private void multiplyBlock(
      FloatTile tile,
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
    int width = tile.columns();
    int panel = k * width;
    boolean byRows = as == 1;
    int stride = (byRows ? k : m) + APART;
    Scratch own = scratch.get();
    own.makeRoom(panel + (byRows ? m : k) * stride, tile.rows() * width);
    if (byRows) {
      roundRows(m, k, a, ao, ar, own, panel, stride);
    } else {
      roundRows(k, m, a, ao, as, own, panel, stride);
    }
    int rowStride = byRows ? stride : 1;
    int innerStride = byRows ? 1 : stride;
    for (int j = 0; j < n; j += width) {
      int columns = Math.min(width, n - j);
      pack(k, columns, width, b, bo + j * bs, br, bs, own.operands);
      int at = co + j;
      multiplyPanel(
          tile, m, columns, k, alpha, own, panel, rowStride, innerStride, beta, c, at, ldc);
    }
  }

  private static void multiplyPanel(
      FloatTile tile,
      int m,
      int columns,
      int k,
      double alpha,
      Scratch own,
      int ao,
      int ar,
      int as,
      double beta,
      double[] c,
      int co,
      int ldc) {
    int i = 0;
    while (i < m) {
      int rows = Math.min(tile.rows(), Integer.highestOneBit(m - i));
      tile.multiply(rows, k, own.operands, ao + i * ar, ar, as, 0, own.tile);
      int at = co + i * ldc;
      if (columns == tile.columns()) {
        tile.write(rows, alpha, own.tile, beta, c, at, ldc);
      } else {
        write(rows, columns, tile.columns(), alpha, own.tile, beta, c, at, ldc);
      }
      i += rows;
    }
  }

  /// Rounds rows that are contiguous.
  private static void roundRows(
      int rows, int n, double[] x, int xo, int ldx, Scratch own, int at, int stride) {
    for (int row = 0; row < rows; row++) {
      round(n, x, xo + row * ldx, own.operands, at + row * stride);
    }
  }

  private static void round(int n, double[] x, int xo, float[] y, int yo) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = (float) x[xo + i];
    }
  }

  /// Columns of `op(B)` side by side, `width` to a row; columns that are not there are zero.
  private static void pack(
      int k, int columns, int width, double[] b, int bo, int br, int bs, float[] panel) {
    if (columns < width) {
      Arrays.fill(panel, 0, k * width, 0);
    }
    if (bs == 1) {
      for (int l = 0; l < k; l++) {
        round(columns, b, bo + l * br, panel, l * width);
      }
      return;
    }
    for (int j = 0; j < columns; j++) {
      packColumn(k, width, b, bo + j * bs, br, panel, j);
    }
  }

  private static void packColumn(
      int k, int width, double[] b, int bo, int br, float[] panel, int at) {
    if (br == 1) {
      for (int l = 0; l < k; l++) {
        panel[l * width + at] = (float) b[bo + l];
      }
    } else {
      for (int l = 0; l < k; l++) {
        panel[l * width + at] = (float) b[bo + l * br];
      }
    }
  }

  /// `C := α tile + β C` for the first `columns` of every row of `width` numbers.
  static void write(
      int rows,
      int columns,
      int width,
      double alpha,
      float[] tile,
      double beta,
      double[] c,
      int co,
      int ldc) {
    for (int row = 0; row < rows; row++) {
      int from = row * width;
      int to = co + row * ldc;
      for (int j = 0; j < columns; j++) {
        double x = tile[from + j];
        c[to + j] = beta == 0 ? alpha * x : Math.fma(alpha, x, beta * c[to + j]);
      }
    }
  }
}
