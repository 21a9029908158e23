package org.costate.model.kernel;

/// The products of [DividedKernels], divided along the columns or rows of the result, never along
/// the sum; and what all of these kernels have: whose they are and how calls are gathered.
///
/// Products are left whole where a part of one need not have the bits that it has in the whole: see
/// [Kernels#divisible].
abstract sealed class DividedProducts extends ForwardingKernels permits DividedRows {
  /// Elements are dealt in multiples of this: whole vectors.
  static final int VECTOR = 8;

  final Kernels base;
  final DividedJobs jobs;
  private final Crew crew;

  DividedProducts(Kernels base, Crew crew, DividedJobs.Least alone, DividedJobs.Least together) {
    this.base = base;
    this.crew = crew;
    this.jobs = new DividedJobs(base, crew, alone, together);
  }

  @Override
  Kernels rest() {
    return base;
  }

  @Override
  boolean hasOwnProduct(int m, int n, int k) {
    return true;
  }

  @Override
  public String tier() {
    return base.tier();
  }

  @Override
  public void gather() {
    jobs.gather();
  }

  @Override
  public void complete() {
    jobs.complete();
  }

  /// Forgets what was gathered and not completed, after an error.
  public void abandon() {
    jobs.abandon();
  }

  @Override
  public void gemm(
      boolean transposeA,
      boolean transposeB,
      int rows,
      int columns,
      int inner,
      double factor,
      double[] left,
      int leftOffset,
      int leftStride,
      double[] right,
      int rightOffset,
      int rightStride,
      double keep,
      double[] result,
      int resultOffset,
      int resultStride) {
    long work = base.divisible(rows, columns, inner) ? (long) rows * columns * inner : -1;
    if (jobs.isWhole(work, jobs.least().product(), result, resultOffset)) {
      base.gemm(
          transposeA,
          transposeB,
          rows,
          columns,
          inner,
          factor,
          left,
          leftOffset,
          leftStride,
          right,
          rightOffset,
          rightStride,
          keep,
          result,
          resultOffset,
          resultStride);
      return;
    }
    DividedJob job = jobs.next(result, resultOffset);
    job.kernels = base.parts(rows, columns, inner);
    job.flagA = transposeA;
    job.flagB = transposeB;
    job.m = rows;
    job.n = columns;
    job.k = inner;
    job.lda = leftStride;
    job.ldb = rightStride;
    job.ldc = resultStride;
    job.first(left, leftOffset).second(right, rightOffset).third(result, resultOffset);
    job.factors(factor, keep);
    job.withBias = false;
    divideProduct(job);
  }

  /// Divided along the columns, nobody packs the same part of the right-hand side twice.
  private void divideProduct(DividedJob job) {
    if (largestShare(job.n, 2 * VECTOR) <= largestShare(job.m, VECTOR)) {
      jobs.divide(job, job.n, 2 * VECTOR, DividedProducts::columns);
    } else {
      jobs.divide(job, job.m, VECTOR, DividedProducts::rows);
    }
  }

  /// The part of `all` that the busiest member gets.
  private double largestShare(int all, int granule) {
    return Math.min(1, (double) crew.share(all, granule) / all);
  }

  private static void columns(DividedJob j, int from, int to) {
    int at = j.bo + from * (j.flagB ? j.ldb : 1);
    int c = j.co + from;
    if (j.withBias) {
      j.kernels.affine(
          j.m,
          to - from,
          j.k,
          j.a,
          j.ao,
          j.lda,
          j.b,
          at,
          j.ldb,
          j.d,
          j.dOffset + from,
          j.c,
          c,
          j.ldc);
      return;
    }
    j.kernels.gemm(
        j.flagA, j.flagB, j.m, to - from, j.k, j.alpha, j.a, j.ao, j.lda, j.b, at, j.ldb, j.beta,
        j.c, c, j.ldc);
  }

  private static void rows(DividedJob j, int from, int to) {
    int at = j.ao + from * (j.flagA ? 1 : j.lda);
    int c = j.co + from * j.ldc;
    if (j.withBias) {
      j.kernels.affine(
          to - from, j.n, j.k, j.a, at, j.lda, j.b, j.bo, j.ldb, j.d, j.dOffset, j.c, c, j.ldc);
      return;
    }
    j.kernels.gemm(
        j.flagA, j.flagB, to - from, j.n, j.k, j.alpha, j.a, at, j.lda, j.b, j.bo, j.ldb, j.beta,
        j.c, c, j.ldc);
  }

  @Override
  public void affine(
      int m,
      int n,
      int k,
      double[] a,
      int ao,
      int lda,
      double[] b,
      int bo,
      int ldb,
      double[] bias,
      int biasOffset,
      double[] c,
      int co,
      int ldc) {
    long work = base.divisible(m, n, k) ? (long) m * n * k : -1;
    if (jobs.isWhole(work, jobs.least().product(), c, co)) {
      base.affine(m, n, k, a, ao, lda, b, bo, ldb, bias, biasOffset, c, co, ldc);
      return;
    }
    DividedJob job = jobs.next(c, co).first(a, ao).second(b, bo).third(c, co);
    job.fourth(bias, biasOffset);
    job.kernels = base.parts(m, n, k);
    job.flagA = false;
    job.flagB = false;
    job.m = m;
    job.n = n;
    job.k = k;
    job.lda = lda;
    job.ldb = ldb;
    job.ldc = ldc;
    job.withBias = true;
    divideProduct(job);
  }
}
