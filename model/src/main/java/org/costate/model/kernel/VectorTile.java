package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;

import jdk.incubator.vector.DoubleVector;

/// Wide tiles of a matrix product, `C := A B` or `C := C + A B`: one to eight rows by two vectors
/// of columns, in local variables. The columns of a row of `B` lie side by side.
final class VectorTile {
  /// Columns of a tile.
  static final int COLUMNS = 2 * WIDTH;

  private VectorTile() {}

  /// A tile of so many rows: 8, 4, 2 or 1.
  static void multiply(
      int rows,
      int k,
      double[] a,
      int ao,
      int ar,
      int as,
      double[] b,
      int bo,
      int br,
      boolean add,
      double[] c,
      int co,
      int ldc) {
    switch (rows) {
      case 8 -> rows8(k, a, ao, ar, as, b, bo, br, add, c, co, ldc);
      case 4 -> rows4(k, a, ao, ar, as, b, bo, br, add, c, co, ldc);
      case 2 -> rows2(k, a, ao, ar, as, b, bo, br, add, c, co, ldc);
      default -> rows1(k, a, ao, as, b, bo, br, add, c, co);
    }
  }

  /// 8 rows by two vectors of columns.
  static void rows8(
      int k,
      double[] a,
      int ao,
      int ar,
      int as,
      double[] b,
      int bo,
      int br,
      boolean add,
      double[] c,
      int co,
      int ldc) {
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
    int bi = bo;
    for (int l = 0; l < k; l++) {
      DoubleVector b0 = fromArray(LANES, b, bi);
      DoubleVector b1 = fromArray(LANES, b, bi + WIDTH);
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
      bi += br;
    }
    if (add) {
      fromArray(LANES, c, co).add(c00).intoArray(c, co);
      fromArray(LANES, c, co + WIDTH).add(c01).intoArray(c, co + WIDTH);
      fromArray(LANES, c, co + ldc).add(c10).intoArray(c, co + ldc);
      fromArray(LANES, c, co + ldc + WIDTH).add(c11).intoArray(c, co + ldc + WIDTH);
      fromArray(LANES, c, co + 2 * ldc).add(c20).intoArray(c, co + 2 * ldc);
      fromArray(LANES, c, co + 2 * ldc + WIDTH).add(c21).intoArray(c, co + 2 * ldc + WIDTH);
      fromArray(LANES, c, co + 3 * ldc).add(c30).intoArray(c, co + 3 * ldc);
      fromArray(LANES, c, co + 3 * ldc + WIDTH).add(c31).intoArray(c, co + 3 * ldc + WIDTH);
      fromArray(LANES, c, co + 4 * ldc).add(c40).intoArray(c, co + 4 * ldc);
      fromArray(LANES, c, co + 4 * ldc + WIDTH).add(c41).intoArray(c, co + 4 * ldc + WIDTH);
      fromArray(LANES, c, co + 5 * ldc).add(c50).intoArray(c, co + 5 * ldc);
      fromArray(LANES, c, co + 5 * ldc + WIDTH).add(c51).intoArray(c, co + 5 * ldc + WIDTH);
      fromArray(LANES, c, co + 6 * ldc).add(c60).intoArray(c, co + 6 * ldc);
      fromArray(LANES, c, co + 6 * ldc + WIDTH).add(c61).intoArray(c, co + 6 * ldc + WIDTH);
      fromArray(LANES, c, co + 7 * ldc).add(c70).intoArray(c, co + 7 * ldc);
      fromArray(LANES, c, co + 7 * ldc + WIDTH).add(c71).intoArray(c, co + 7 * ldc + WIDTH);
    } else {
      c00.intoArray(c, co);
      c01.intoArray(c, co + WIDTH);
      c10.intoArray(c, co + ldc);
      c11.intoArray(c, co + ldc + WIDTH);
      c20.intoArray(c, co + 2 * ldc);
      c21.intoArray(c, co + 2 * ldc + WIDTH);
      c30.intoArray(c, co + 3 * ldc);
      c31.intoArray(c, co + 3 * ldc + WIDTH);
      c40.intoArray(c, co + 4 * ldc);
      c41.intoArray(c, co + 4 * ldc + WIDTH);
      c50.intoArray(c, co + 5 * ldc);
      c51.intoArray(c, co + 5 * ldc + WIDTH);
      c60.intoArray(c, co + 6 * ldc);
      c61.intoArray(c, co + 6 * ldc + WIDTH);
      c70.intoArray(c, co + 7 * ldc);
      c71.intoArray(c, co + 7 * ldc + WIDTH);
    }
  }

  /// 4 rows by two vectors of columns.
  static void rows4(
      int k,
      double[] a,
      int ao,
      int ar,
      int as,
      double[] b,
      int bo,
      int br,
      boolean add,
      double[] c,
      int co,
      int ldc) {
    DoubleVector c00 = DoubleVector.zero(LANES);
    DoubleVector c01 = c00;
    DoubleVector c10 = c00;
    DoubleVector c11 = c00;
    DoubleVector c20 = c00;
    DoubleVector c21 = c00;
    DoubleVector c30 = c00;
    DoubleVector c31 = c00;
    int ai = ao;
    int bi = bo;
    for (int l = 0; l < k; l++) {
      DoubleVector b0 = fromArray(LANES, b, bi);
      DoubleVector b1 = fromArray(LANES, b, bi + WIDTH);
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
      bi += br;
    }
    if (add) {
      fromArray(LANES, c, co).add(c00).intoArray(c, co);
      fromArray(LANES, c, co + WIDTH).add(c01).intoArray(c, co + WIDTH);
      fromArray(LANES, c, co + ldc).add(c10).intoArray(c, co + ldc);
      fromArray(LANES, c, co + ldc + WIDTH).add(c11).intoArray(c, co + ldc + WIDTH);
      fromArray(LANES, c, co + 2 * ldc).add(c20).intoArray(c, co + 2 * ldc);
      fromArray(LANES, c, co + 2 * ldc + WIDTH).add(c21).intoArray(c, co + 2 * ldc + WIDTH);
      fromArray(LANES, c, co + 3 * ldc).add(c30).intoArray(c, co + 3 * ldc);
      fromArray(LANES, c, co + 3 * ldc + WIDTH).add(c31).intoArray(c, co + 3 * ldc + WIDTH);
    } else {
      c00.intoArray(c, co);
      c01.intoArray(c, co + WIDTH);
      c10.intoArray(c, co + ldc);
      c11.intoArray(c, co + ldc + WIDTH);
      c20.intoArray(c, co + 2 * ldc);
      c21.intoArray(c, co + 2 * ldc + WIDTH);
      c30.intoArray(c, co + 3 * ldc);
      c31.intoArray(c, co + 3 * ldc + WIDTH);
    }
  }

  /// 2 rows by two vectors of columns.
  static void rows2(
      int k,
      double[] a,
      int ao,
      int ar,
      int as,
      double[] b,
      int bo,
      int br,
      boolean add,
      double[] c,
      int co,
      int ldc) {
    DoubleVector c00 = DoubleVector.zero(LANES);
    DoubleVector c01 = c00;
    DoubleVector c10 = c00;
    DoubleVector c11 = c00;
    int ai = ao;
    int bi = bo;
    for (int l = 0; l < k; l++) {
      DoubleVector b0 = fromArray(LANES, b, bi);
      DoubleVector b1 = fromArray(LANES, b, bi + WIDTH);
      DoubleVector a0 = broadcast(LANES, a[ai]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      DoubleVector a1 = broadcast(LANES, a[ai + ar]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      ai += as;
      bi += br;
    }
    if (add) {
      fromArray(LANES, c, co).add(c00).intoArray(c, co);
      fromArray(LANES, c, co + WIDTH).add(c01).intoArray(c, co + WIDTH);
      fromArray(LANES, c, co + ldc).add(c10).intoArray(c, co + ldc);
      fromArray(LANES, c, co + ldc + WIDTH).add(c11).intoArray(c, co + ldc + WIDTH);
    } else {
      c00.intoArray(c, co);
      c01.intoArray(c, co + WIDTH);
      c10.intoArray(c, co + ldc);
      c11.intoArray(c, co + ldc + WIDTH);
    }
  }

  /// 1 row by two vectors of columns.
  static void rows1(
      int k,
      double[] a,
      int ao,
      int as,
      double[] b,
      int bo,
      int br,
      boolean add,
      double[] c,
      int co) {
    DoubleVector c00 = DoubleVector.zero(LANES);
    DoubleVector c01 = c00;
    int ai = ao;
    int bi = bo;
    for (int l = 0; l < k; l++) {
      DoubleVector b0 = fromArray(LANES, b, bi);
      DoubleVector b1 = fromArray(LANES, b, bi + WIDTH);
      DoubleVector a0 = broadcast(LANES, a[ai]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      ai += as;
      bi += br;
    }
    if (add) {
      fromArray(LANES, c, co).add(c00).intoArray(c, co);
      fromArray(LANES, c, co + WIDTH).add(c01).intoArray(c, co + WIDTH);
    } else {
      c00.intoArray(c, co);
      c01.intoArray(c, co + WIDTH);
    }
  }
}
