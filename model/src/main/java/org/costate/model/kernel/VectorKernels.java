package org.costate.model.kernel;

import static org.costate.model.kernel.VectorExponential.CHUNK;
import static org.costate.model.kernel.VectorExponential.LANES;

/// Kernels through the Vector API: the operations of [PlainKernels] lane by lane, in the same
/// order, so the same bits. Needs the module `jdk.incubator.vector`: only [KernelTier] uses this
/// class, and only where the module is present.
public final class VectorKernels implements Kernels {
  /// Up to so many multiplications packing costs more than it gains; the bits are the same.
  private static final int TINY = 600;

  private final VectorGemm products = new VectorGemm();

  // Places in a chunk of what activations leave there.
  private static final int DERIVATIVES = VectorExponential.PARTS * CHUNK;
  private static final int CHUNK_SIZE = DERIVATIVES + CHUNK;

  /// A chunk for every thread; see [VectorExponential].
  private final ThreadLocal<double[]> chunk = ThreadLocal.withInitial(() -> new double[CHUNK_SIZE]);

  /// Numbers in a vector.
  static int lanes() {
    return LANES.length();
  }

  @Override
  public String tier() {
    return "vector, " + lanes() + " lanes";
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
    if ((long) m * n * k <= TINY) {
      PlainGemm.multiplyWithTangent(
          m, n, k, alpha, a, ao, aDot, ado, ar, as, b, bo, bDot, bdo, br, bs, beta, c, co, cDot,
          cdo, ldc);
    } else {
      products.multiply(
          m, n, k, ABSENT, 0, ABSENT, 0, alpha, a, ao, aDot, ado, ar, as, b, bo, bDot, bdo, br, bs,
          beta, c, co, cDot, cdo, ldc);
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
    if (n % lanes() == 0 && (long) m * n * k > TINY) {
      products.multiply(
          m,
          n,
          k,
          bias,
          biasOffset,
          biasDot,
          biasDotOffset,
          1,
          a,
          ao,
          aDot,
          ado,
          lda,
          1,
          b,
          bo,
          bDot,
          bdo,
          ldb,
          1,
          0,
          c,
          co,
          cDot,
          cdo,
          ldc);
    } else {
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
    }
  }

  @Override
  public void axpy(int n, double alpha, double[] x, int xo, double[] y, int yo) {
    VectorElementwise.axpy(n, alpha, x, xo, y, yo);
  }

  @Override
  public void axpby(int n, double alpha, double[] x, int xo, double beta, double[] y, int yo) {
    if (beta == 0) {
      VectorElementwise.scaled(n, alpha, x, xo, y, yo);
    } else {
      VectorElementwise.axpby(n, alpha, x, xo, beta, y, yo);
    }
  }

  @Override
  public double dot(int n, double[] x, int xo, double[] y, int yo) {
    return VectorSums.product(n, 0, x, xo, 0, y, yo);
  }

  @Override
  public double sum(int n, double[] x, int xo) {
    return VectorSums.sum(n, x, xo);
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
      VectorElementwise.multiply(n, alpha, x, xo, y, yo, z, zo);
    } else {
      VectorElementwise.multiplyAdd(n, alpha, x, xo, y, yo, beta, z, zo);
    }
  }

  @Override
  public void addToRows(
      int rows, int n, double[] bias, int biasOffset, double[] c, int co, int ldc) {
    for (int row = 0; row < rows; row++) {
      VectorElementwise.add(n, bias, biasOffset, c, co + row * ldc);
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
      VectorElementwise.add(n, a, ao + row * lda, out, outOffset);
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
    double[] t = chunk.get();
    for (int i = 0; i < n; i += CHUNK) {
      int count = Math.min(CHUNK, n - i);
      System.arraycopy(x, xo + i, t, 0, count);
      VectorExponential.exp(count, t);
      System.arraycopy(t, 0, y, yo + i, count);
    }
  }

  @Override
  public double softmax(int n, double[] s, int so) {
    return VectorSoftmax.row(n, s, so, chunk.get());
  }

  @Override
  public void expShifted(int n, double shift, double[] s, int so) {
    VectorSoftmax.expShifted(n, shift, s, so, chunk.get());
  }

  @Override
  public void softmaxRows(int rows, int n, double[] s, int so, double[] sums, int at) {
    VectorSoftmax.rows(rows, n, s, so, sums, at, chunk.get());
  }

  @Override
  public void expShiftedRows(int rows, int n, double[] shifts, int at, double[] s, int so) {
    VectorSoftmax.expShiftedRows(rows, n, shifts, at, s, so, chunk.get());
  }

  @Override
  public void softmaxJacobianRows(int rows, int n, double[] g, int go, double[] x, int xo) {
    for (int row = 0; row < rows; row++) {
      VectorSoftmax.jacobian(n, g, go + row * n, x, xo + row * n);
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
      VectorSoftmax.secondJacobian(n, g, go + at, gDot, gdo + at, x, xo + at, xDot, xdo + at);
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
      VectorRows.standardize(centre, n, epsilon, x, xo + at, z, zo + at, r, ro + row, stride);
    }
  }

  @Override
  public void restandardizeRows(
      int rows, int n, double[] x, int xo, double[] r, int ro, int stride, double[] z, int zo) {
    for (int row = 0; row < rows; row++) {
      int at = row * n;
      double mean = r[ro + stride + row];
      double rest = r[ro + 2 * stride + row];
      VectorRows.restandardize(n, mean, rest, r[ro + row], x, xo + at, z, zo + at);
    }
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
    for (int row = 0; row < rows; row++) {
      double mean = r[ro + stride + row];
      double rest = r[ro + 2 * stride + row];
      int at = row * n;
      VectorRows.restandardizeAndMap(n, mean, rest, r[ro + row], x, xo + at, map, mo, y, yo + at);
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
      VectorRows.standardizeTangent(
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
      VectorRows.standardizeSecond(
          centre, n, z, zo + at, r[ro + row], v, vo + at, lambda, lo + at, y, yo + at);
    }
  }

  @Override
  public void activate(Activation f, int n, double[] x, int xo, double[] y, int yo) {
    double[] t = chunk.get();
    int whole = LANES.loopBound(n);
    for (int i = 0; i < whole; i += CHUNK) {
      int count = Math.min(CHUNK, whole - i);
      VectorActivations.value(f, count, x, xo + i, t, y, yo + i);
    }
    for (int i = whole; i < n; i++) {
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
    double[] t = chunk.get();
    int whole = LANES.loopBound(n);
    for (int i = 0; i < whole; i += CHUNK) {
      int count = Math.min(CHUNK, whole - i);
      VectorActivations.all(f, count, x, xo + i, t, y, yo + i, slope, so + i, curvature, co + i);
    }
    ScalarActivation.all(f, whole, n, x, xo, y, yo, slope, so, curvature, co);
  }

  @Override
  public void activateTangent(
      Activation f, int n, double[] x, int xo, double[] v, int vo, double[] y, int yo) {
    double[] t = chunk.get();
    int whole = LANES.loopBound(n);
    for (int i = 0; i < whole; i += CHUNK) {
      int count = Math.min(CHUNK, whole - i);
      VectorActivations.first(f, count, x, xo + i, t, t, DERIVATIVES);
      VectorElementwise.multiply(count, 1, t, DERIVATIVES, v, vo + i, y, yo + i);
    }
    for (int i = whole; i < n; i++) {
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
    double[] t = chunk.get();
    int whole = LANES.loopBound(n);
    for (int i = 0; i < whole; i += CHUNK) {
      int count = Math.min(CHUNK, whole - i);
      VectorActivations.second(f, count, x, xo + i, t, t, DERIVATIVES);
      VectorElementwise.multiply(count, 1, t, DERIVATIVES, v, vo + i, t, DERIVATIVES);
      VectorElementwise.multiplyAdd(count, 1, t, DERIVATIVES, w, wo + i, 1, y, yo + i);
    }
    for (int i = whole; i < n; i++) {
      double curvature = ScalarActivation.second(f, x[xo + i]) * v[vo + i];
      y[yo + i] = Math.fma(curvature, w[wo + i], y[yo + i]);
    }
  }
}
