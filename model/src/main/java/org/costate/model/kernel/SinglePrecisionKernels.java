package org.costate.model.kernel;

/// Kernels whose large products round their operands to single precision, multiply and add up to
/// 256 terms in it, and add the rest in double precision to a result in double precision.
/// Everything else, and products that would gain nothing, run in the kernels given.
///
/// Relative to `Σ |a| |b|` a result is off by about `2^-24` from rounding the operands and a few
/// times that from the sums. Numbers beyond the range of single precision become infinite, which
/// sweeps report as they do every state that is not finite; numbers below about `1e-38` lose
/// digits. Which products are large depends on their shape alone, and every result is computed the
/// same way in whatever part of the product: bits are the same for any number of threads, and in
/// plain and vector tiles.
public final class SinglePrecisionKernels extends ForwardingKernels {
  /// Up to so many multiplications rounding costs more than it gains.
  private static final long LEAST = 60_000;

  /// Fewer columns do not fill the widest tile.
  private static final int LEAST_COLUMNS = 32;

  private final Kernels rest;
  private final Kernels always;

  /// In plain tiles.
  ///
  /// @param rest what runs everything but large products
  public SinglePrecisionKernels(Kernels rest) {
    this(rest, new FloatGemm(PlainFloatTile::new));
  }

  SinglePrecisionKernels(Kernels rest, FloatGemm products) {
    this.rest = rest;
    this.always = new Always(rest, products);
  }

  @Override
  Kernels rest() {
    return rest;
  }

  @Override
  boolean hasOwnProduct(int m, int n, int k) {
    return isLarge(m, n, k);
  }

  @Override
  public String tier() {
    return rest.tier() + ", large products in single precision";
  }

  private static boolean isLarge(int m, int n, int k) {
    return n >= LEAST_COLUMNS && (long) m * n * k >= LEAST;
  }

  @Override
  public boolean divisible(int m, int n, int k) {
    return isLarge(m, n, k) || rest.divisible(m, n, k);
  }

  /// Fewer rows may not be a large product.
  @Override
  public boolean keepsRows() {
    return false;
  }

  /// Parts of a large product are large, however small.
  @Override
  public Kernels parts(int m, int n, int k) {
    return isLarge(m, n, k) ? always : rest.parts(m, n, k);
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
    Kernels chosen = isLarge(m, n, k) ? always : rest;
    chosen.gemm(transposeA, transposeB, m, n, k, alpha, a, ao, lda, b, bo, ldb, beta, c, co, ldc);
  }

  /// The same whatever the shape.
  static final class Always extends ForwardingKernels {
    private final Kernels rest;
    private final FloatGemm products;

    Always(Kernels rest, FloatGemm products) {
      this.rest = rest;
      this.products = products;
    }

    @Override
    Kernels rest() {
      return rest;
    }

    @Override
    boolean hasOwnProduct(int m, int n, int k) {
      return true;
    }

    @Override
    public String tier() {
      return rest.tier() + ", all products in single precision";
    }

    @Override
    public boolean divisible(int m, int n, int k) {
      return true;
    }

    @Override
    public Kernels parts(int m, int n, int k) {
      return this;
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
      int ar = transposeA ? 1 : lda;
      int as = transposeA ? lda : 1;
      int br = transposeB ? 1 : ldb;
      int bs = transposeB ? ldb : 1;
      products.multiply(m, n, k, alpha, a, ao, ar, as, b, bo, br, bs, beta, c, co, ldc);
    }
  }
}
