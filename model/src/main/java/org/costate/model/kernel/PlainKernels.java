package org.costate.model.kernel;

/// Kernels in plain Java: no native library, no incubating module, no scratch.
public final class PlainKernels implements Kernels {
  @Override
  public String tier() {
    return "plain";
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
    int ar = transposeA ? 1 : lda;
    int as = transposeA ? lda : 1;
    int br = transposeB ? 1 : ldb;
    int bs = transposeB ? ldb : 1;
    PlainGemm.multiplyWithTangent(
        m, n, k, alpha, a, ao, aDot, ado, ar, as, b, bo, bDot, bdo, br, bs, beta, c, co, cDot, cdo,
        ldc);
  }

  @Override
  public void axpy(int n, double alpha, double[] x, int xo, double[] y, int yo) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Math.fma(alpha, x[xo + i], y[yo + i]);
    }
  }

  @Override
  public void axpby(int n, double alpha, double[] x, int xo, double beta, double[] y, int yo) {
    if (beta == 0) {
      for (int i = 0; i < n; i++) {
        y[yo + i] = alpha * x[xo + i];
      }
    } else {
      for (int i = 0; i < n; i++) {
        y[yo + i] = Math.fma(alpha, x[xo + i], beta * y[yo + i]);
      }
    }
  }

  @Override
  public double dot(int n, double[] x, int xo, double[] y, int yo) {
    return PlainRows.product(n, 0, x, xo, 0, y, yo);
  }

  @Override
  public double sum(int n, double[] x, int xo) {
    return PlainRows.sum(n, x, xo);
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
    if (beta == 0) {
      for (int i = 0; i < n; i++) {
        z[zo + i] = alpha * x[xo + i] * y[yo + i];
      }
    } else {
      for (int i = 0; i < n; i++) {
        z[zo + i] = Math.fma(alpha * x[xo + i], y[yo + i], beta * z[zo + i]);
      }
    }
  }

  @Override
  public void addToRows(
      int rows, int n, double[] bias, int biasOffset, double[] c, int co, int ldc) {
    for (int row = 0; row < rows; row++) {
      int at = co + row * ldc;
      for (int i = 0; i < n; i++) {
        c[at + i] += bias[biasOffset + i];
      }
    }
  }

  @Override
  public void scaleRows(
      int rows, int n, double[] gain, int go, double[] x, int xo, double beta, double[] y, int yo) {
    for (int row = 0; row < rows; row++) {
      multiply(n, 1, gain, go, x, xo + row * n, beta, y, yo + row * n);
    }
  }

  @Override
  public void addColumnSums(
      int rows, int n, double[] a, int ao, int lda, double[] out, int outOffset) {
    for (int row = 0; row < rows; row++) {
      int at = ao + row * lda;
      for (int i = 0; i < n; i++) {
        out[outOffset + i] += a[at + i];
      }
    }
  }

  @Override
  public void addColumnProducts(
      int rows, int n, double[] a, int ao, double[] b, int bo, double[] out, int outOffset) {
    for (int row = 0; row < rows; row++) {
      multiply(n, 1, a, ao + row * n, b, bo + row * n, 1, out, outOffset);
    }
  }

  @Override
  public void exp(int n, double[] x, int xo, double[] y, int yo) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Elementary.exp(x[xo + i]);
    }
  }

  @Override
  public double softmax(int n, double[] s, int so) {
    return PlainRows.softmax(n, s, so);
  }

  @Override
  public void expShifted(int n, double shift, double[] s, int so) {
    PlainRows.expShifted(n, shift, s, so);
  }

  @Override
  public void softmaxJacobianRows(int rows, int n, double[] g, int go, double[] x, int xo) {
    for (int row = 0; row < rows; row++) {
      PlainRows.softmaxJacobian(n, g, go + row * n, x, xo + row * n);
    }
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
    for (int row = 0; row < rows; row++) {
      int at = row * n;
      PlainRows.softmaxSecondJacobian(n, g, go + at, gDot, gdo + at, x, xo + at, xDot, xdo + at);
    }
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
    for (int row = 0; row < rows; row++) {
      int at = row * n;
      PlainRows.standardize(centre, n, epsilon, x, xo + at, z, zo + at, r, ro + row, stride);
    }
  }

  @Override
  public void restandardizeRows(
      int rows, int n, double[] x, int xo, double[] r, int ro, int stride, double[] z, int zo) {
    for (int row = 0; row < rows; row++) {
      int at = row * n;
      double mean = r[ro + stride + row];
      double rest = r[ro + 2 * stride + row];
      PlainRows.restandardize(n, mean, rest, r[ro + row], x, xo + at, z, zo + at);
    }
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
    for (int row = 0; row < rows; row++) {
      int at = row * n;
      PlainRows.standardizeTangent(
          centre, n, z, zo + at, r[ro + row], v, vo + at, beta, y, yo + at);
    }
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
    for (int row = 0; row < rows; row++) {
      int at = row * n;
      PlainRows.standardizeSecond(
          centre, n, z, zo + at, r[ro + row], v, vo + at, lambda, lo + at, y, yo + at);
    }
  }

  @Override
  public void activate(Activation f, int n, double[] x, int xo, double[] y, int yo) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = ScalarActivation.value(f, x[xo + i]);
    }
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
    ScalarActivation.all(f, 0, n, x, xo, y, yo, slope, so, curvature, co);
  }

  @Override
  public void activateTangent(
      Activation f, int n, double[] x, int xo, double[] v, int vo, double[] y, int yo) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = ScalarActivation.first(f, x[xo + i]) * v[vo + i];
    }
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
    for (int i = 0; i < n; i++) {
      double curvature = ScalarActivation.second(f, x[xo + i]) * v[vo + i];
      y[yo + i] = Math.fma(curvature, w[wo + i], y[yo + i]);
    }
  }
}
