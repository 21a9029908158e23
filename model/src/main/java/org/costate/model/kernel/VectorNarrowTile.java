package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.VectorExponential.LANES;

import jdk.incubator.vector.DoubleVector;

/// Narrow tiles of a sum of two matrix products, as those of [VectorTile]: one to eight rows by one
/// vector of
/// columns.
final class VectorNarrowTile {
  private VectorNarrowTile() {}

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

  /// 8 rows by one vector of columns.
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
    DoubleVector c10 = c00;
    DoubleVector c20 = c00;
    DoubleVector c30 = c00;
    DoubleVector c40 = c00;
    DoubleVector c50 = c00;
    DoubleVector c60 = c00;
    DoubleVector c70 = c00;
    double[] left = a;
    double[] right = b;
    int terms = k;
    int ai = ao;
    int bi = bo;
    for (int pass = 0; pass < 2; pass++) {
      for (int l = 0; l < terms; l++) {
        DoubleVector b0 = fromArray(LANES, right, bi);
        DoubleVector a0 = broadcast(LANES, left[ai]);
        c00 = a0.fma(b0, c00);
        DoubleVector a1 = broadcast(LANES, left[ai + ar]);
        c10 = a1.fma(b0, c10);
        DoubleVector a2 = broadcast(LANES, left[ai + 2 * ar]);
        c20 = a2.fma(b0, c20);
        DoubleVector a3 = broadcast(LANES, left[ai + 3 * ar]);
        c30 = a3.fma(b0, c30);
        DoubleVector a4 = broadcast(LANES, left[ai + 4 * ar]);
        c40 = a4.fma(b0, c40);
        DoubleVector a5 = broadcast(LANES, left[ai + 5 * ar]);
        c50 = a5.fma(b0, c50);
        DoubleVector a6 = broadcast(LANES, left[ai + 6 * ar]);
        c60 = a6.fma(b0, c60);
        DoubleVector a7 = broadcast(LANES, left[ai + 7 * ar]);
        c70 = a7.fma(b0, c70);
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
      c00 = c00.add(r0);
      c10 = c10.add(r0);
      c20 = c20.add(r0);
      c30 = c30.add(r0);
      c40 = c40.add(r0);
      c50 = c50.add(r0);
      c60 = c60.add(r0);
      c70 = c70.add(r0);
    }
    DoubleVector factor = broadcast(LANES, alpha);
    if (add) {
      factor.fma(c00, fromArray(LANES, c, co)).intoArray(c, co);
      factor.fma(c10, fromArray(LANES, c, co + ldc)).intoArray(c, co + ldc);
      factor.fma(c20, fromArray(LANES, c, co + 2 * ldc)).intoArray(c, co + 2 * ldc);
      factor.fma(c30, fromArray(LANES, c, co + 3 * ldc)).intoArray(c, co + 3 * ldc);
      factor.fma(c40, fromArray(LANES, c, co + 4 * ldc)).intoArray(c, co + 4 * ldc);
      factor.fma(c50, fromArray(LANES, c, co + 5 * ldc)).intoArray(c, co + 5 * ldc);
      factor.fma(c60, fromArray(LANES, c, co + 6 * ldc)).intoArray(c, co + 6 * ldc);
      factor.fma(c70, fromArray(LANES, c, co + 7 * ldc)).intoArray(c, co + 7 * ldc);
    } else {
      c00.mul(factor).intoArray(c, co);
      c10.mul(factor).intoArray(c, co + ldc);
      c20.mul(factor).intoArray(c, co + 2 * ldc);
      c30.mul(factor).intoArray(c, co + 3 * ldc);
      c40.mul(factor).intoArray(c, co + 4 * ldc);
      c50.mul(factor).intoArray(c, co + 5 * ldc);
      c60.mul(factor).intoArray(c, co + 6 * ldc);
      c70.mul(factor).intoArray(c, co + 7 * ldc);
    }
  }

  /// 4 rows by one vector of columns.
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
    DoubleVector c10 = c00;
    DoubleVector c20 = c00;
    DoubleVector c30 = c00;
    double[] left = a;
    double[] right = b;
    int terms = k;
    int ai = ao;
    int bi = bo;
    for (int pass = 0; pass < 2; pass++) {
      for (int l = 0; l < terms; l++) {
        DoubleVector b0 = fromArray(LANES, right, bi);
        DoubleVector a0 = broadcast(LANES, left[ai]);
        c00 = a0.fma(b0, c00);
        DoubleVector a1 = broadcast(LANES, left[ai + ar]);
        c10 = a1.fma(b0, c10);
        DoubleVector a2 = broadcast(LANES, left[ai + 2 * ar]);
        c20 = a2.fma(b0, c20);
        DoubleVector a3 = broadcast(LANES, left[ai + 3 * ar]);
        c30 = a3.fma(b0, c30);
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
      c00 = c00.add(r0);
      c10 = c10.add(r0);
      c20 = c20.add(r0);
      c30 = c30.add(r0);
    }
    DoubleVector factor = broadcast(LANES, alpha);
    if (add) {
      factor.fma(c00, fromArray(LANES, c, co)).intoArray(c, co);
      factor.fma(c10, fromArray(LANES, c, co + ldc)).intoArray(c, co + ldc);
      factor.fma(c20, fromArray(LANES, c, co + 2 * ldc)).intoArray(c, co + 2 * ldc);
      factor.fma(c30, fromArray(LANES, c, co + 3 * ldc)).intoArray(c, co + 3 * ldc);
    } else {
      c00.mul(factor).intoArray(c, co);
      c10.mul(factor).intoArray(c, co + ldc);
      c20.mul(factor).intoArray(c, co + 2 * ldc);
      c30.mul(factor).intoArray(c, co + 3 * ldc);
    }
  }

  /// 2 rows by one vector of columns.
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
    DoubleVector c10 = c00;
    double[] left = a;
    double[] right = b;
    int terms = k;
    int ai = ao;
    int bi = bo;
    for (int pass = 0; pass < 2; pass++) {
      for (int l = 0; l < terms; l++) {
        DoubleVector b0 = fromArray(LANES, right, bi);
        DoubleVector a0 = broadcast(LANES, left[ai]);
        c00 = a0.fma(b0, c00);
        DoubleVector a1 = broadcast(LANES, left[ai + ar]);
        c10 = a1.fma(b0, c10);
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
      c00 = c00.add(r0);
      c10 = c10.add(r0);
    }
    DoubleVector factor = broadcast(LANES, alpha);
    if (add) {
      factor.fma(c00, fromArray(LANES, c, co)).intoArray(c, co);
      factor.fma(c10, fromArray(LANES, c, co + ldc)).intoArray(c, co + ldc);
    } else {
      c00.mul(factor).intoArray(c, co);
      c10.mul(factor).intoArray(c, co + ldc);
    }
  }

  /// 1 row by one vector of columns.
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
    double[] left = a;
    double[] right = b;
    int terms = k;
    int ai = ao;
    int bi = bo;
    for (int pass = 0; pass < 2; pass++) {
      for (int l = 0; l < terms; l++) {
        DoubleVector b0 = fromArray(LANES, right, bi);
        DoubleVector a0 = broadcast(LANES, left[ai]);
        c00 = a0.fma(b0, c00);
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
      c00 = c00.add(r0);
    }
    DoubleVector factor = broadcast(LANES, alpha);
    if (add) {
      factor.fma(c00, fromArray(LANES, c, co)).intoArray(c, co);
    } else {
      c00.mul(factor).intoArray(c, co);
    }
  }
}
