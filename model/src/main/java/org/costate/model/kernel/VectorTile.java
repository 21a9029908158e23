package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;

import jdk.incubator.vector.DoubleVector;

/// Wide tiles of a sum of two matrix products, `C := α (A B + A' B' + 1 rᵀ)` or the same added to
/// `C`: one to eight rows by two vectors of columns, in local variables. The columns of a row of
/// `B` lie side by side, and `A'`, `B'` as `A`, `B`; with no terms the second product is absent. A
/// row `r` of length zero is absent.
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
    switch (rows) {
      case 8 ->
          rows8(
              k, a, ao, ar, as, b, bo, br, secondK, secondA, sao, secondB, sbo, row, ro, alpha, add,
              c, co, ldc);
      case 4 ->
          rows4(
              k, a, ao, ar, as, b, bo, br, secondK, secondA, sao, secondB, sbo, row, ro, alpha, add,
              c, co, ldc);
      case 2 ->
          rows2(
              k, a, ao, ar, as, b, bo, br, secondK, secondA, sao, secondB, sbo, row, ro, alpha, add,
              c, co, ldc);
      default ->
          rows1(
              k, a, ao, as, b, bo, br, secondK, secondA, sao, secondB, sbo, row, ro, alpha, add, c,
              co);
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
    double[] left = a;
    double[] right = b;
    int terms = k;
    int ai = ao;
    int bi = bo;
    for (int pass = 0; pass < 2; pass++) {
      for (int l = 0; l < terms; l++) {
        DoubleVector b0 = fromArray(LANES, right, bi);
        DoubleVector b1 = fromArray(LANES, right, bi + WIDTH);
        DoubleVector a0 = broadcast(LANES, left[ai]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
        DoubleVector a1 = broadcast(LANES, left[ai + ar]);
        c10 = a1.fma(b0, c10);
        c11 = a1.fma(b1, c11);
        DoubleVector a2 = broadcast(LANES, left[ai + 2 * ar]);
        c20 = a2.fma(b0, c20);
        c21 = a2.fma(b1, c21);
        DoubleVector a3 = broadcast(LANES, left[ai + 3 * ar]);
        c30 = a3.fma(b0, c30);
        c31 = a3.fma(b1, c31);
        DoubleVector a4 = broadcast(LANES, left[ai + 4 * ar]);
        c40 = a4.fma(b0, c40);
        c41 = a4.fma(b1, c41);
        DoubleVector a5 = broadcast(LANES, left[ai + 5 * ar]);
        c50 = a5.fma(b0, c50);
        c51 = a5.fma(b1, c51);
        DoubleVector a6 = broadcast(LANES, left[ai + 6 * ar]);
        c60 = a6.fma(b0, c60);
        c61 = a6.fma(b1, c61);
        DoubleVector a7 = broadcast(LANES, left[ai + 7 * ar]);
        c70 = a7.fma(b0, c70);
        c71 = a7.fma(b1, c71);
        ai += as;
        bi += br;
      }
      left = secondA;
      right = secondB;
      terms = secondK;
      ai = sao;
      bi = sbo;
    }
    if (row.length > 0) {
      DoubleVector r0 = fromArray(LANES, row, ro);
      DoubleVector r1 = fromArray(LANES, row, ro + WIDTH);
      c00 = c00.add(r0);
      c01 = c01.add(r1);
      c10 = c10.add(r0);
      c11 = c11.add(r1);
      c20 = c20.add(r0);
      c21 = c21.add(r1);
      c30 = c30.add(r0);
      c31 = c31.add(r1);
      c40 = c40.add(r0);
      c41 = c41.add(r1);
      c50 = c50.add(r0);
      c51 = c51.add(r1);
      c60 = c60.add(r0);
      c61 = c61.add(r1);
      c70 = c70.add(r0);
      c71 = c71.add(r1);
    }
    DoubleVector factor = broadcast(LANES, alpha);
    if (add) {
      factor.fma(c00, fromArray(LANES, c, co)).intoArray(c, co);
      factor.fma(c01, fromArray(LANES, c, co + WIDTH)).intoArray(c, co + WIDTH);
      factor.fma(c10, fromArray(LANES, c, co + ldc)).intoArray(c, co + ldc);
      factor.fma(c11, fromArray(LANES, c, co + ldc + WIDTH)).intoArray(c, co + ldc + WIDTH);
      factor.fma(c20, fromArray(LANES, c, co + 2 * ldc)).intoArray(c, co + 2 * ldc);
      factor.fma(c21, fromArray(LANES, c, co + 2 * ldc + WIDTH)).intoArray(c, co + 2 * ldc + WIDTH);
      factor.fma(c30, fromArray(LANES, c, co + 3 * ldc)).intoArray(c, co + 3 * ldc);
      factor.fma(c31, fromArray(LANES, c, co + 3 * ldc + WIDTH)).intoArray(c, co + 3 * ldc + WIDTH);
      factor.fma(c40, fromArray(LANES, c, co + 4 * ldc)).intoArray(c, co + 4 * ldc);
      factor.fma(c41, fromArray(LANES, c, co + 4 * ldc + WIDTH)).intoArray(c, co + 4 * ldc + WIDTH);
      factor.fma(c50, fromArray(LANES, c, co + 5 * ldc)).intoArray(c, co + 5 * ldc);
      factor.fma(c51, fromArray(LANES, c, co + 5 * ldc + WIDTH)).intoArray(c, co + 5 * ldc + WIDTH);
      factor.fma(c60, fromArray(LANES, c, co + 6 * ldc)).intoArray(c, co + 6 * ldc);
      factor.fma(c61, fromArray(LANES, c, co + 6 * ldc + WIDTH)).intoArray(c, co + 6 * ldc + WIDTH);
      factor.fma(c70, fromArray(LANES, c, co + 7 * ldc)).intoArray(c, co + 7 * ldc);
      factor.fma(c71, fromArray(LANES, c, co + 7 * ldc + WIDTH)).intoArray(c, co + 7 * ldc + WIDTH);
    } else {
      c00.mul(factor).intoArray(c, co);
      c01.mul(factor).intoArray(c, co + WIDTH);
      c10.mul(factor).intoArray(c, co + ldc);
      c11.mul(factor).intoArray(c, co + ldc + WIDTH);
      c20.mul(factor).intoArray(c, co + 2 * ldc);
      c21.mul(factor).intoArray(c, co + 2 * ldc + WIDTH);
      c30.mul(factor).intoArray(c, co + 3 * ldc);
      c31.mul(factor).intoArray(c, co + 3 * ldc + WIDTH);
      c40.mul(factor).intoArray(c, co + 4 * ldc);
      c41.mul(factor).intoArray(c, co + 4 * ldc + WIDTH);
      c50.mul(factor).intoArray(c, co + 5 * ldc);
      c51.mul(factor).intoArray(c, co + 5 * ldc + WIDTH);
      c60.mul(factor).intoArray(c, co + 6 * ldc);
      c61.mul(factor).intoArray(c, co + 6 * ldc + WIDTH);
      c70.mul(factor).intoArray(c, co + 7 * ldc);
      c71.mul(factor).intoArray(c, co + 7 * ldc + WIDTH);
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
    DoubleVector c00 = DoubleVector.zero(LANES);
    DoubleVector c01 = c00;
    DoubleVector c10 = c00;
    DoubleVector c11 = c00;
    DoubleVector c20 = c00;
    DoubleVector c21 = c00;
    DoubleVector c30 = c00;
    DoubleVector c31 = c00;
    double[] left = a;
    double[] right = b;
    int terms = k;
    int ai = ao;
    int bi = bo;
    for (int pass = 0; pass < 2; pass++) {
      for (int l = 0; l < terms; l++) {
        DoubleVector b0 = fromArray(LANES, right, bi);
        DoubleVector b1 = fromArray(LANES, right, bi + WIDTH);
        DoubleVector a0 = broadcast(LANES, left[ai]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
        DoubleVector a1 = broadcast(LANES, left[ai + ar]);
        c10 = a1.fma(b0, c10);
        c11 = a1.fma(b1, c11);
        DoubleVector a2 = broadcast(LANES, left[ai + 2 * ar]);
        c20 = a2.fma(b0, c20);
        c21 = a2.fma(b1, c21);
        DoubleVector a3 = broadcast(LANES, left[ai + 3 * ar]);
        c30 = a3.fma(b0, c30);
        c31 = a3.fma(b1, c31);
        ai += as;
        bi += br;
      }
      left = secondA;
      right = secondB;
      terms = secondK;
      ai = sao;
      bi = sbo;
    }
    if (row.length > 0) {
      DoubleVector r0 = fromArray(LANES, row, ro);
      DoubleVector r1 = fromArray(LANES, row, ro + WIDTH);
      c00 = c00.add(r0);
      c01 = c01.add(r1);
      c10 = c10.add(r0);
      c11 = c11.add(r1);
      c20 = c20.add(r0);
      c21 = c21.add(r1);
      c30 = c30.add(r0);
      c31 = c31.add(r1);
    }
    DoubleVector factor = broadcast(LANES, alpha);
    if (add) {
      factor.fma(c00, fromArray(LANES, c, co)).intoArray(c, co);
      factor.fma(c01, fromArray(LANES, c, co + WIDTH)).intoArray(c, co + WIDTH);
      factor.fma(c10, fromArray(LANES, c, co + ldc)).intoArray(c, co + ldc);
      factor.fma(c11, fromArray(LANES, c, co + ldc + WIDTH)).intoArray(c, co + ldc + WIDTH);
      factor.fma(c20, fromArray(LANES, c, co + 2 * ldc)).intoArray(c, co + 2 * ldc);
      factor.fma(c21, fromArray(LANES, c, co + 2 * ldc + WIDTH)).intoArray(c, co + 2 * ldc + WIDTH);
      factor.fma(c30, fromArray(LANES, c, co + 3 * ldc)).intoArray(c, co + 3 * ldc);
      factor.fma(c31, fromArray(LANES, c, co + 3 * ldc + WIDTH)).intoArray(c, co + 3 * ldc + WIDTH);
    } else {
      c00.mul(factor).intoArray(c, co);
      c01.mul(factor).intoArray(c, co + WIDTH);
      c10.mul(factor).intoArray(c, co + ldc);
      c11.mul(factor).intoArray(c, co + ldc + WIDTH);
      c20.mul(factor).intoArray(c, co + 2 * ldc);
      c21.mul(factor).intoArray(c, co + 2 * ldc + WIDTH);
      c30.mul(factor).intoArray(c, co + 3 * ldc);
      c31.mul(factor).intoArray(c, co + 3 * ldc + WIDTH);
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
    DoubleVector c00 = DoubleVector.zero(LANES);
    DoubleVector c01 = c00;
    DoubleVector c10 = c00;
    DoubleVector c11 = c00;
    double[] left = a;
    double[] right = b;
    int terms = k;
    int ai = ao;
    int bi = bo;
    for (int pass = 0; pass < 2; pass++) {
      for (int l = 0; l < terms; l++) {
        DoubleVector b0 = fromArray(LANES, right, bi);
        DoubleVector b1 = fromArray(LANES, right, bi + WIDTH);
        DoubleVector a0 = broadcast(LANES, left[ai]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
        DoubleVector a1 = broadcast(LANES, left[ai + ar]);
        c10 = a1.fma(b0, c10);
        c11 = a1.fma(b1, c11);
        ai += as;
        bi += br;
      }
      left = secondA;
      right = secondB;
      terms = secondK;
      ai = sao;
      bi = sbo;
    }
    if (row.length > 0) {
      DoubleVector r0 = fromArray(LANES, row, ro);
      DoubleVector r1 = fromArray(LANES, row, ro + WIDTH);
      c00 = c00.add(r0);
      c01 = c01.add(r1);
      c10 = c10.add(r0);
      c11 = c11.add(r1);
    }
    DoubleVector factor = broadcast(LANES, alpha);
    if (add) {
      factor.fma(c00, fromArray(LANES, c, co)).intoArray(c, co);
      factor.fma(c01, fromArray(LANES, c, co + WIDTH)).intoArray(c, co + WIDTH);
      factor.fma(c10, fromArray(LANES, c, co + ldc)).intoArray(c, co + ldc);
      factor.fma(c11, fromArray(LANES, c, co + ldc + WIDTH)).intoArray(c, co + ldc + WIDTH);
    } else {
      c00.mul(factor).intoArray(c, co);
      c01.mul(factor).intoArray(c, co + WIDTH);
      c10.mul(factor).intoArray(c, co + ldc);
      c11.mul(factor).intoArray(c, co + ldc + WIDTH);
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
      int co) {
    DoubleVector c00 = DoubleVector.zero(LANES);
    DoubleVector c01 = c00;
    double[] left = a;
    double[] right = b;
    int terms = k;
    int ai = ao;
    int bi = bo;
    for (int pass = 0; pass < 2; pass++) {
      for (int l = 0; l < terms; l++) {
        DoubleVector b0 = fromArray(LANES, right, bi);
        DoubleVector b1 = fromArray(LANES, right, bi + WIDTH);
        DoubleVector a0 = broadcast(LANES, left[ai]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
        ai += as;
        bi += br;
      }
      left = secondA;
      right = secondB;
      terms = secondK;
      ai = sao;
      bi = sbo;
    }
    if (row.length > 0) {
      DoubleVector r0 = fromArray(LANES, row, ro);
      DoubleVector r1 = fromArray(LANES, row, ro + WIDTH);
      c00 = c00.add(r0);
      c01 = c01.add(r1);
    }
    DoubleVector factor = broadcast(LANES, alpha);
    if (add) {
      factor.fma(c00, fromArray(LANES, c, co)).intoArray(c, co);
      factor.fma(c01, fromArray(LANES, c, co + WIDTH)).intoArray(c, co + WIDTH);
    } else {
      c00.mul(factor).intoArray(c, co);
      c01.mul(factor).intoArray(c, co + WIDTH);
    }
  }
}
