package org.costate.model.kernel;

/// Kernels that leave all but a few methods to others.
abstract sealed class ForwardingKernels implements Kernels
    permits OpenBlasKernels,
        WarmingKernels,
        DividedProducts,
        SinglePrecisionKernels,
        SinglePrecisionKernels.Always {
  /// What runs the methods that are not overridden.
  abstract Kernels rest();

  /// Whether a product `[m, k] [k, n]` is computed here: then tangents and affine maps are made of
  /// it. Where it is, [#gemm] is overridden, or else what is made of it.
  abstract boolean hasOwnProduct(int m, int n, int k);

  @Override
  public boolean divisible(int m, int n, int k) {
    return rest().divisible(m, n, k);
  }

  @Override
  public Kernels parts(int m, int n, int k) {
    return rest().parts(m, n, k);
  }

  @Override
  public boolean keepsRows() {
    return rest().keepsRows();
  }

  @Override
  public void gemmWithTangent(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      double alpha,
      double[] a,
      int ao,
      double[] aDot,
      int ado,
      int lda,
      double[] b,
      int bo,
      double[] bDot,
      int bdo,
      int ldb,
      double beta,
      double[] c,
      int co,
      double[] cDot,
      int cdo,
      int ldc) {
    if (!hasOwnProduct(m, n, k)) {
      rest()
          .gemmWithTangent(
              transposeA,
              transposeB,
              m,
              n,
              k,
              alpha,
              a,
              ao,
              aDot,
              ado,
              lda,
              b,
              bo,
              bDot,
              bdo,
              ldb,
              beta,
              c,
              co,
              cDot,
              cdo,
              ldc);
      return;
    }
    if (c.length > 0) {
      gemm(transposeA, transposeB, m, n, k, alpha, a, ao, lda, b, bo, ldb, beta, c, co, ldc);
    }
    if (cDot.length == 0) {
      return;
    }
    double keep = beta;
    if (aDot.length > 0) {
      gemm(
          transposeA, transposeB, m, n, k, alpha, aDot, ado, lda, b, bo, ldb, keep, cDot, cdo, ldc);
      keep = 1;
    }
    if (bDot.length > 0) {
      gemm(
          transposeA, transposeB, m, n, k, alpha, a, ao, lda, bDot, bdo, ldb, keep, cDot, cdo, ldc);
    }
  }

  @Override
  public void affineWithTangent(
      int m,
      int n,
      int k,
      double[] a,
      int ao,
      double[] aDot,
      int ado,
      int lda,
      double[] b,
      int bo,
      double[] bDot,
      int bdo,
      int ldb,
      double[] bias,
      int biasOffset,
      double[] biasDot,
      int biasDotOffset,
      double[] c,
      int co,
      double[] cDot,
      int cdo,
      int ldc) {
    if (hasOwnProduct(m, n, k)) {
      Kernels.super.affineWithTangent(
          m,
          n,
          k,
          a,
          ao,
          aDot,
          ado,
          lda,
          b,
          bo,
          bDot,
          bdo,
          ldb,
          bias,
          biasOffset,
          biasDot,
          biasDotOffset,
          c,
          co,
          cDot,
          cdo,
          ldc);
    } else {
      rest()
          .affineWithTangent(
              m,
              n,
              k,
              a,
              ao,
              aDot,
              ado,
              lda,
              b,
              bo,
              bDot,
              bdo,
              ldb,
              bias,
              biasOffset,
              biasDot,
              biasDotOffset,
              c,
              co,
              cDot,
              cdo,
              ldc);
    }
  }

  @Override
  public void axpy(int n, double alpha, double[] x, int xo, double[] y, int yo) {
    rest().axpy(n, alpha, x, xo, y, yo);
  }

  @Override
  public void axpby(int n, double alpha, double[] x, int xo, double beta, double[] y, int yo) {
    rest().axpby(n, alpha, x, xo, beta, y, yo);
  }

  @Override
  public double dot(int n, double[] x, int xo, double[] y, int yo) {
    return rest().dot(n, x, xo, y, yo);
  }

  @Override
  public double sum(int n, double[] x, int xo) {
    return rest().sum(n, x, xo);
  }

  @Override
  public void multiply(
      int n,
      double alpha,
      double[] x,
      int xo,
      double[] y,
      int yo,
      double beta,
      double[] z,
      int zo) {
    rest().multiply(n, alpha, x, xo, y, yo, beta, z, zo);
  }

  @Override
  public void addToRows(
      int rows, int n, double[] bias, int biasOffset, double[] c, int co, int ldc) {
    rest().addToRows(rows, n, bias, biasOffset, c, co, ldc);
  }

  @Override
  public void scaleRows(
      int rows, int n, double[] gain, int go, double[] x, int xo, double beta, double[] y, int yo) {
    rest().scaleRows(rows, n, gain, go, x, xo, beta, y, yo);
  }

  @Override
  public void addColumnSums(
      int rows, int n, double[] a, int ao, int lda, double[] out, int outOffset) {
    rest().addColumnSums(rows, n, a, ao, lda, out, outOffset);
  }

  @Override
  public void addColumnProducts(
      int rows, int n, double[] a, int ao, double[] b, int bo, double[] out, int outOffset) {
    rest().addColumnProducts(rows, n, a, ao, b, bo, out, outOffset);
  }

  @Override
  public void exp(int n, double[] x, int xo, double[] y, int yo) {
    rest().exp(n, x, xo, y, yo);
  }

  @Override
  public double softmax(int n, double[] s, int so) {
    return rest().softmax(n, s, so);
  }

  @Override
  public void expShifted(int n, double shift, double[] s, int so) {
    rest().expShifted(n, shift, s, so);
  }

  @Override
  public void softmaxRows(int rows, int n, double[] s, int so, double[] sums, int at) {
    rest().softmaxRows(rows, n, s, so, sums, at);
  }

  @Override
  public void expShiftedRows(int rows, int n, double[] shifts, int at, double[] s, int so) {
    rest().expShiftedRows(rows, n, shifts, at, s, so);
  }

  @Override
  public void softmaxJacobianRows(int rows, int n, double[] g, int go, double[] x, int xo) {
    rest().softmaxJacobianRows(rows, n, g, go, x, xo);
  }

  @Override
  public void softmaxSecondJacobianRows(
      int rows,
      int n,
      double[] g,
      int go,
      double[] gDot,
      int gdo,
      double[] x,
      int xo,
      double[] xDot,
      int xdo) {
    rest().softmaxSecondJacobianRows(rows, n, g, go, gDot, gdo, x, xo, xDot, xdo);
  }

  @Override
  public void standardizeRows(
      boolean centre,
      int rows,
      int n,
      double epsilon,
      double[] x,
      int xo,
      double[] z,
      int zo,
      double[] r,
      int ro,
      int stride) {
    rest().standardizeRows(centre, rows, n, epsilon, x, xo, z, zo, r, ro, stride);
  }

  @Override
  public void restandardizeRows(
      int rows, int n, double[] x, int xo, double[] r, int ro, int stride, double[] z, int zo) {
    rest().restandardizeRows(rows, n, x, xo, r, ro, stride, z, zo);
  }

  @Override
  public void restandardizeAndMapRows(
      int rows,
      int n,
      double[] x,
      int xo,
      double[] r,
      int ro,
      int stride,
      double[] map,
      int mo,
      double[] y,
      int yo) {
    rest().restandardizeAndMapRows(rows, n, x, xo, r, ro, stride, map, mo, y, yo);
  }

  @Override
  public void standardizeRowsTangent(
      boolean centre,
      int rows,
      int n,
      double[] z,
      int zo,
      double[] r,
      int ro,
      double[] v,
      int vo,
      double beta,
      double[] y,
      int yo) {
    rest().standardizeRowsTangent(centre, rows, n, z, zo, r, ro, v, vo, beta, y, yo);
  }

  @Override
  public void standardizeRowsSecond(
      boolean centre,
      int rows,
      int n,
      double[] z,
      int zo,
      double[] r,
      int ro,
      double[] v,
      int vo,
      double[] lambda,
      int lo,
      double[] y,
      int yo) {
    rest().standardizeRowsSecond(centre, rows, n, z, zo, r, ro, v, vo, lambda, lo, y, yo);
  }

  @Override
  public void activate(Activation f, int n, double[] x, int xo, double[] y, int yo) {
    rest().activate(f, n, x, xo, y, yo);
  }

  @Override
  public void activateWithDerivatives(
      Activation f,
      int n,
      double[] x,
      int xo,
      double[] y,
      int yo,
      double[] slope,
      int so,
      double[] curvature,
      int co) {
    rest().activateWithDerivatives(f, n, x, xo, y, yo, slope, so, curvature, co);
  }

  @Override
  public void activateTangent(
      Activation f, int n, double[] x, int xo, double[] v, int vo, double[] y, int yo) {
    rest().activateTangent(f, n, x, xo, v, vo, y, yo);
  }

  @Override
  public void activateSecond(
      Activation f,
      int n,
      double[] x,
      int xo,
      double[] v,
      int vo,
      double[] w,
      int wo,
      double[] y,
      int yo) {
    rest().activateSecond(f, n, x, xo, v, vo, w, wo, y, yo);
  }
}
