package org.costate.model.kernel;

/// Kernels whose products run in OpenBLAS, on one thread; everything else runs in the kernels
/// given.
///
/// Arrays that a product would leave at either end are refused before the library sees them.
public final class OpenBlasKernels implements Kernels {
  /// Up to so many multiplications a call costs more than the product.
  private static final long LEAST = 512;

  /// The same for AVX-512, which has kernels for small matrices.
  private static final long LEAST_AVX512 = 100;

  /// From here on eight lanes of the Vector API outrun the AVX-512 kernels of the library.
  private static final long MOST_BESIDE_EIGHT_LANES = 500_000;

  private final Kernels rest;
  private final long least;
  private final long most;

  /// @param rest what runs everything but [#gemm]
  /// @throws IllegalStateException if the library is not there; see [#isLoaded]
  public OpenBlasKernels(Kernels rest) {
    this(rest, Long.MAX_VALUE);
  }

  private OpenBlasKernels(Kernels rest, long most) {
    if (!OpenBlas.isLoaded()) {
      throw new IllegalStateException("openblas: " + OpenBlas.outcome());
    }
    this.rest = rest;
    this.least = OpenBlas.usesAvx512() ? LEAST_AVX512 : LEAST;
    this.most = most;
  }

  /// With kernels of eight lanes beside it, which take the large products.
  static OpenBlasKernels besideEightLanes(Kernels rest) {
    return new OpenBlasKernels(rest, MOST_BESIDE_EIGHT_LANES);
  }

  /// Whether the library runs in vectors of 512 bits.
  static boolean usesAvx512() {
    return OpenBlas.usesAvx512();
  }

  /// Whether the library could be loaded.
  public static boolean isLoaded() {
    return OpenBlas.isLoaded();
  }

  /// Version and processor family of the library, or why there is none.
  public static String outcome() {
    return OpenBlas.outcome();
  }

  @Override
  public String tier() {
    String others = most == Long.MAX_VALUE ? ", elementwise " : ", elementwise and large products ";
    return OpenBlas.outcome() + others + rest.tier();
  }

  @Override
  public void gemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      double alpha,
      double[] a,
      int ao,
      int lda,
      double[] b,
      int bo,
      int ldb,
      double beta,
      double[] c,
      int co,
      int ldc) {
    long multiplications = (long) m * n * k;
    if (multiplications <= least || multiplications > most) {
      rest.gemm(transposeA, transposeB, m, n, k, alpha, a, ao, lda, b, bo, ldb, beta, c, co, ldc);
      return;
    }
    checkMatrix(a, ao, transposeA ? k : m, transposeA ? m : k, lda);
    checkMatrix(b, bo, transposeB ? n : k, transposeB ? k : n, ldb);
    checkMatrix(c, co, m, n, ldc);
    OpenBlas.multiply(
        transposeA, transposeB, m, n, k, alpha, a, ao, lda, b, bo, ldb, beta, c, co, ldc);
  }

  /// Checks that a stored `[rows, columns]` matrix lies within `array`.
  private static void checkMatrix(double[] array, int offset, int rows, int columns, int stride) {
    long end = offset + (rows - 1L) * stride + columns;
    if (offset < 0 || stride < columns || end > array.length) {
      throw new IndexOutOfBoundsException(
          "product: found "
              + rows
              + " rows of "
              + columns
              + " at "
              + offset
              + " with leading dimension "
              + stride
              + ", expected them within an array of "
              + array.length);
    }
  }

  @Override
  public void axpy(int n, double alpha, double[] x, int xo, double[] y, int yo) {
    rest.axpy(n, alpha, x, xo, y, yo);
  }

  @Override
  public void axpby(int n, double alpha, double[] x, int xo, double beta, double[] y, int yo) {
    rest.axpby(n, alpha, x, xo, beta, y, yo);
  }

  @Override
  public double dot(int n, double[] x, int xo, double[] y, int yo) {
    return rest.dot(n, x, xo, y, yo);
  }

  @Override
  public double sum(int n, double[] x, int xo) {
    return rest.sum(n, x, xo);
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
    rest.multiply(n, alpha, x, xo, y, yo, beta, z, zo);
  }

  @Override
  public void addToRows(
      int rows, int n, double[] bias, int biasOffset, double[] c, int co, int ldc) {
    rest.addToRows(rows, n, bias, biasOffset, c, co, ldc);
  }

  @Override
  public void scaleRows(
      int rows, int n, double[] gain, int go, double[] x, int xo, double beta, double[] y, int yo) {
    rest.scaleRows(rows, n, gain, go, x, xo, beta, y, yo);
  }

  @Override
  public void addColumnSums(
      int rows, int n, double[] a, int ao, int lda, double[] out, int outOffset) {
    rest.addColumnSums(rows, n, a, ao, lda, out, outOffset);
  }

  @Override
  public void addColumnProducts(
      int rows, int n, double[] a, int ao, double[] b, int bo, double[] out, int outOffset) {
    rest.addColumnProducts(rows, n, a, ao, b, bo, out, outOffset);
  }

  @Override
  public void exp(int n, double[] x, int xo, double[] y, int yo) {
    rest.exp(n, x, xo, y, yo);
  }

  @Override
  public double softmax(int n, double[] s, int so) {
    return rest.softmax(n, s, so);
  }

  @Override
  public void expShifted(int n, double shift, double[] s, int so) {
    rest.expShifted(n, shift, s, so);
  }

  @Override
  public double softmaxJacobian(int n, double[] g, int go, double[] x, int xo, double[] y, int yo) {
    return rest.softmaxJacobian(n, g, go, x, xo, y, yo);
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
      int ro) {
    rest.standardizeRows(centre, rows, n, epsilon, x, xo, z, zo, r, ro);
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
    rest.standardizeRowsTangent(centre, rows, n, z, zo, r, ro, v, vo, beta, y, yo);
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
    rest.standardizeRowsSecond(centre, rows, n, z, zo, r, ro, v, vo, lambda, lo, y, yo);
  }

  @Override
  public void activate(Activation f, int n, double[] x, int xo, double[] y, int yo) {
    rest.activate(f, n, x, xo, y, yo);
  }

  @Override
  public void activateTangent(
      Activation f, int n, double[] x, int xo, double[] v, int vo, double[] y, int yo) {
    rest.activateTangent(f, n, x, xo, v, vo, y, yo);
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
    rest.activateSecond(f, n, x, xo, v, vo, w, wo, y, yo);
  }
}
