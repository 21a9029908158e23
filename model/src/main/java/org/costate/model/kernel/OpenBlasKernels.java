package org.costate.model.kernel;

/// Kernels whose products run in OpenBLAS, on one thread; everything else runs in the kernels
/// given.
///
/// Arrays that a product would leave at either end are refused before the library sees them.
public final class OpenBlasKernels extends ForwardingKernels {
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
  Kernels rest() {
    return rest;
  }

  /// The library picks its kernels by the shape of the whole product.
  @Override
  public boolean divisible(int m, int n, int k) {
    return (long) m * n * k > most;
  }

  @Override
  public boolean keepsRows() {
    return false;
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
    if (!hasOwnProduct(m, n, k)) {
      rest.gemm(transposeA, transposeB, m, n, k, alpha, a, ao, lda, b, bo, ldb, beta, c, co, ldc);
      return;
    }
    checkMatrix(a, ao, transposeA ? k : m, transposeA ? m : k, lda);
    checkMatrix(b, bo, transposeB ? n : k, transposeB ? k : n, ldb);
    checkMatrix(c, co, m, n, ldc);
    OpenBlas.multiply(
        transposeA, transposeB, m, n, k, alpha, a, ao, lda, b, bo, ldb, beta, c, co, ldc);
  }

  @Override
  boolean hasOwnProduct(int m, int n, int k) {
    long multiplications = (long) m * n * k;
    return multiplications > least && multiplications <= most;
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
}
