package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.Kernels.ABSENT;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;
import static org.costate.model.kernel.VectorTile.COLUMNS;

import jdk.incubator.vector.DoubleVector;

/// Matrix products by tiles of a few rows and two vectors of columns; the columns of `B` are packed
/// once for all rows.
///
/// Every result is one chain of fused multiply-adds over the inner index in its order, as in
/// [PlainGemm], so the bits are the same; the tangent of a product is one chain over the terms of
/// both its products.
final class VectorGemm {

  /// Rows of a tile: as many as leave the registers for it (32 with eight lanes, else 16).
  private static final int ROWS = WIDTH >= 8 ? 8 : 4;

  /// Up to so many rows of `A`, rows of `B` are read where they lie: packing them costs more than
  /// it gains.
  private static final int UNPACKED = 4 * ROWS;

  /// Numbers of `A`, or of weights, to keep in the second-level cache.
  private static final int CACHED = 1 << 16;

  /// Packed columns of `B` and `Ḃ`, then one tile of results; grown once to the longest inner
  /// index.
  private final ThreadLocal<double[]> scratch = ThreadLocal.withInitial(() -> new double[0]);

  /// `C := α (op(A) op(B) + 1 rᵀ) + β C` and `Ċ := α (op(Ȧ) op(B) + op(A) op(Ḃ) + 1 ṙᵀ) + β Ċ`, the
  /// operands as in [PlainGemm#multiplyWithTangent]: what is packed of `B` serves both. Rows are
  /// added where they are not absent, which they must be unless whole vectors fill the columns.
  void multiply(
      int m,
      int n,
      int k,
      double[] row,
      int ro,
      double[] rowDot,
      int rdo,
      double alpha,
      double[] a,
      int ao,
      double[] aDot,
      int ado,
      int ar,
      int as,
      double[] b,
      int bo,
      double[] bDot,
      int bdo,
      int br,
      int bs,
      double beta,
      double[] c,
      int co,
      double[] cDot,
      int cdo,
      int ldc) {
    int block = rowBlock(k);
    for (int i = 0; i < m; i += block) {
      int down = i * ldc;
      multiplyRows(
          Math.min(block, m - i),
          n,
          k,
          row,
          ro,
          rowDot,
          rdo,
          alpha,
          a,
          ao + i * ar,
          aDot,
          ado + i * ar,
          ar,
          as,
          b,
          bo,
          bDot,
          bdo,
          br,
          bs,
          beta,
          c,
          co + down,
          cDot,
          cdo + down,
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
      double[] rowDot,
      int rdo,
      double alpha,
      double[] a,
      int ao,
      double[] aDot,
      int ado,
      int ar,
      int as,
      double[] b,
      int bo,
      double[] bDot,
      int bdo,
      int br,
      int bs,
      double beta,
      double[] c,
      int co,
      double[] cDot,
      int cdo,
      int ldc) {
    int size = k * COLUMNS;
    int firstK = cDot.length > 0 && aDot.length > 0 ? k : 0;
    int secondK = cDot.length > 0 && bDot.length > 0 ? k : 0;
    boolean readsRight = c.length > 0 || firstK > 0;
    double[] panel = scratch(k + secondK);
    int spare = size + secondK * COLUMNS;
    boolean areLikeWeights = as == 1 && bs == 1 && br == n;
    if (areLikeWeights && n > COLUMNS && (long) n * k <= CACHED) {
      VectorPacking.fetch(b, bo, readsRight ? n * k : 0, panel, spare);
      VectorPacking.fetch(bDot, bdo, n * secondK, panel, spare);
    }
    for (int j = 0; j < n; j += COLUMNS) {
      int columns = Math.min(COLUMNS, n - j);
      int width = columns <= WIDTH ? WIDTH : COLUMNS;
      boolean asItIs = m <= UNPACKED && bs == 1 && columns == width;
      int stride = asItIs ? br : width;
      int right = asItIs ? bo + j : 0;
      int rightDot = asItIs ? bdo + j : size;
      if (!asItIs && readsRight) {
        VectorPacking.pack(k, columns, width, b, bo + j * bs, br, bs, panel, 0, spare);
      }
      if (!asItIs && secondK > 0) {
        VectorPacking.pack(k, columns, width, bDot, bdo + j * bs, br, bs, panel, size, spare);
      }
      double[] packed = asItIs ? b : panel;
      if (c.length > 0) {
        tiles(
            m, columns, width, k, a, ao, ar, as, packed, right, stride, 0, ABSENT, 0, ABSENT, 0,
            row, ro + j, alpha, beta, c, co + j, ldc, panel, spare);
      }
      if (cDot.length > 0) {
        tiles(
            m,
            columns,
            width,
            firstK,
            aDot,
            ado,
            ar,
            as,
            packed,
            right,
            stride,
            secondK,
            a,
            ao,
            asItIs ? bDot : panel,
            rightDot,
            rowDot,
            rdo + j,
            alpha,
            beta,
            cDot,
            cdo + j,
            ldc,
            panel,
            spare);
      }
    }
  }

  /// The tiles of some columns, one below the other.
  ///
  /// @param spare where there is room for one tile in the panel
  private static void tiles(
      int m,
      int columns,
      int width,
      int k,
      double[] a,
      int ao,
      int ar,
      int as,
      double[] b,
      int bo,
      int br,
      int secondK,
      double[] secondA,
      int sao,
      double[] secondB,
      int sbo,
      double[] row,
      int ro,
      double alpha,
      double beta,
      double[] c,
      int co,
      int ldc,
      double[] panel,
      int spare) {
    boolean narrow = width == WIDTH;
    boolean direct = columns == width && (beta == 0 || beta == 1);
    int i = 0;
    while (i < m) {
      int down = i * ar;
      int rows = rows(m - i);
      int at = co + i * ldc;
      if (direct) {
        tile(
            narrow,
            rows,
            k,
            a,
            ao + down,
            ar,
            as,
            b,
            bo,
            br,
            secondK,
            secondA,
            sao + down,
            secondB,
            sbo,
            row,
            ro,
            alpha,
            beta == 1,
            c,
            at,
            ldc);
      } else {
        tile(
            narrow,
            rows,
            k,
            a,
            ao + down,
            ar,
            as,
            b,
            bo,
            br,
            secondK,
            secondA,
            sao + down,
            secondB,
            sbo,
            row,
            ro,
            1,
            false,
            panel,
            spare,
            width);
        write(rows, columns, alpha, panel, spare, width, beta, c, at, ldc);
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
      int secondK,
      double[] secondA,
      int sao,
      double[] secondB,
      int sbo,
      double[] row,
      int ro,
      double alpha,
      boolean add,
      double[] c,
      int co,
      int ldc) {
    if (narrow) {
      VectorNarrowTile.multiply(
          rows, k, a, ao, ar, as, b, bo, br, secondK, secondA, sao, secondB, sbo, row, ro, alpha,
          add, c, co, ldc);
    } else {
      VectorTile.multiply(
          rows, k, a, ao, ar, as, b, bo, br, secondK, secondA, sao, secondB, sbo, row, ro, alpha,
          add, c, co, ldc);
    }
  }

  private static int rows(int left) {
    return left >= ROWS ? ROWS : Integer.highestOneBit(left);
  }

  private double[] scratch(int terms) {
    double[] panel = scratch.get();
    int size = Math.multiplyExact(Math.addExact(terms, ROWS), COLUMNS);
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
