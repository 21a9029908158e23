package org.costate.model.kernel;

/// Matrix products without packing and without scratch: blocks of 4 × 4 results in local
/// variables.
///
/// Every result is one chain of fused multiply-adds over the inner index in its order, whatever
/// block it falls into: a product does not depend on the blocking. The sum of two products is one
/// chain over the terms of both.
final class PlainGemm {
  private PlainGemm() {}

  /// As [Kernels#gemm] with `op(A)_{il} = a[ao + i ar + l as]`, `op(B)_{lj} = b[bo + l br + j bs]`.
  static void multiply(
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
    sum(m, n, alpha, k, a, ao, b, bo, 0, a, ao, b, bo, ar, as, br, bs, beta, c, co, ldc);
  }

  /// As [Kernels#gemmWithTangent].
  static void multiplyWithTangent(
      int m,
      int n,
      int k,
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
    if (c.length > 0) {
      multiply(m, n, k, alpha, a, ao, ar, as, b, bo, br, bs, beta, c, co, ldc);
    }
    if (cDot.length > 0) {
      int first = aDot.length > 0 ? k : 0;
      int second = bDot.length > 0 ? k : 0;
      sum(
          m, n, alpha, first, aDot, ado, b, bo, second, a, ao, bDot, bdo, ar, as, br, bs, beta,
          cDot, cdo, ldc);
    }
  }

  /// `C := α (op(A) op(B) + op(A') op(B')) + β C`; with no terms a product is absent.
  ///
  /// @param k terms of the first product
  /// @param secondK terms of the second
  private static void sum(
      int m,
      int n,
      double alpha,
      int k,
      double[] a,
      int ao,
      double[] b,
      int bo,
      int secondK,
      double[] secondA,
      int sao,
      double[] secondB,
      int sbo,
      int ar,
      int as,
      int br,
      int bs,
      double beta,
      double[] c,
      int co,
      int ldc) {
    int wholeRows = m - m % 4;
    int wholeColumns = n - n % 4;
    for (int j = 0; j < wholeColumns; j += 4) {
      for (int i = 0; i < wholeRows; i += 4) {
        block(
            alpha,
            k,
            a,
            ao + i * ar,
            b,
            bo + j * bs,
            secondK,
            secondA,
            sao + i * ar,
            secondB,
            sbo + j * bs,
            ar,
            as,
            br,
            bs,
            beta,
            c,
            co + i * ldc + j,
            ldc);
      }
    }
    for (int i = 0; i < m; i++) {
      for (int j = i < wholeRows ? wholeColumns : 0; j < n; j++) {
        double s = chain(0, k, a, ao + i * ar, as, b, bo + j * bs, br);
        s = chain(s, secondK, secondA, sao + i * ar, as, secondB, sbo + j * bs, br);
        put(alpha, s, beta, c, co + i * ldc + j);
      }
    }
  }

  private static double chain(
      double start, int k, double[] a, int ao, int as, double[] b, int bo, int br) {
    double s = start;
    int ai = ao;
    int bj = bo;
    for (int l = 0; l < k; l++) {
      s = Math.fma(a[ai], b[bj], s);
      ai += as;
      bj += br;
    }
    return s;
  }

  private static void block(
      double alpha,
      int k,
      double[] a,
      int ao,
      double[] b,
      int bo,
      int secondK,
      double[] secondA,
      int sao,
      double[] secondB,
      int sbo,
      int ar,
      int as,
      int br,
      int bs,
      double beta,
      double[] c,
      int co,
      int ldc) {
    double c00 = 0;
    double c01 = 0;
    double c02 = 0;
    double c03 = 0;
    double c10 = 0;
    double c11 = 0;
    double c12 = 0;
    double c13 = 0;
    double c20 = 0;
    double c21 = 0;
    double c22 = 0;
    double c23 = 0;
    double c30 = 0;
    double c31 = 0;
    double c32 = 0;
    double c33 = 0;
    double[] left = a;
    double[] right = b;
    int terms = k;
    int ai = ao;
    int bi = bo;
    for (int pass = 0; pass < 2; pass++) {
      for (int l = 0; l < terms; l++) {
        double b0 = right[bi];
        double b1 = right[bi + bs];
        double b2 = right[bi + 2 * bs];
        double b3 = right[bi + 3 * bs];
        double a0 = left[ai];
        c00 = Math.fma(a0, b0, c00);
        c01 = Math.fma(a0, b1, c01);
        c02 = Math.fma(a0, b2, c02);
        c03 = Math.fma(a0, b3, c03);
        double a1 = left[ai + ar];
        c10 = Math.fma(a1, b0, c10);
        c11 = Math.fma(a1, b1, c11);
        c12 = Math.fma(a1, b2, c12);
        c13 = Math.fma(a1, b3, c13);
        double a2 = left[ai + 2 * ar];
        c20 = Math.fma(a2, b0, c20);
        c21 = Math.fma(a2, b1, c21);
        c22 = Math.fma(a2, b2, c22);
        c23 = Math.fma(a2, b3, c23);
        double a3 = left[ai + 3 * ar];
        c30 = Math.fma(a3, b0, c30);
        c31 = Math.fma(a3, b1, c31);
        c32 = Math.fma(a3, b2, c32);
        c33 = Math.fma(a3, b3, c33);
        ai += as;
        bi += br;
      }
      left = secondA;
      right = secondB;
      terms = secondK;
      ai = sao;
      bi = sbo;
    }
    putRow(alpha, c00, c01, c02, c03, beta, c, co);
    putRow(alpha, c10, c11, c12, c13, beta, c, co + ldc);
    putRow(alpha, c20, c21, c22, c23, beta, c, co + 2 * ldc);
    putRow(alpha, c30, c31, c32, c33, beta, c, co + 3 * ldc);
  }

  private static void putRow(
      double alpha, double s0, double s1, double s2, double s3, double beta, double[] c, int at) {
    put(alpha, s0, beta, c, at);
    put(alpha, s1, beta, c, at + 1);
    put(alpha, s2, beta, c, at + 2);
    put(alpha, s3, beta, c, at + 3);
  }

  private static void put(double alpha, double s, double beta, double[] c, int at) {
    c[at] = beta == 0 ? alpha * s : Math.fma(alpha, s, beta * c[at]);
  }
}
