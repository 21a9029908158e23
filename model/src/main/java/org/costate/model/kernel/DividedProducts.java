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
    if (isWhole(m, n, k, aDot, bDot, c, co, cDot, cdo)) {
      base.gemmWithTangent(
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
    DividedJob job = product(m, n, k, lda, ldb, ldc).writing(c, co).alsoWriting(cDot, cdo);
    job.first(a, ao).second(b, bo).third(c, co).tangents(aDot, ado, bDot, bdo, cDot, cdo);
    job.factors(alpha, beta);
    job.flagA = transposeA;
    job.flagB = transposeB;
    job.withBias = false;
    divideProduct(job);
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
    if (isWhole(m, n, k, aDot, bDot, c, co, cDot, cdo)) {
      base.affineWithTangent(
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
      return;
    }
    DividedJob job = product(m, n, k, lda, ldb, ldc).writing(c, co).alsoWriting(cDot, cdo);
    job.first(a, ao).second(b, bo).third(c, co).tangents(aDot, ado, bDot, bdo, cDot, cdo);
    job.fourth(bias, biasOffset).fourthTangent(biasDot, biasDotOffset);
    job.flagA = false;
    job.flagB = false;
    job.withBias = true;
    divideProduct(job);
  }

  /// Whether a product with its tangent is left whole.
  private boolean isWhole(
      int m,
      int n,
      int k,
      double[] aDot,
      double[] bDot,
      double[] c,
      int co,
      double[] cDot,
      int cdo) {
    int ofTangent = (aDot.length > 0 ? 1 : 0) + (bDot.length > 0 ? 1 : 0);
    int products = (c.length > 0 ? 1 : 0) + (cDot.length > 0 ? ofTangent : 0);
    long work = base.divisible(m, n, k) ? (long) products * m * n * k : -1;
    return jobs.isWhole(work, jobs.least().product(), c, co, cDot, cdo);
  }

  private DividedJob product(int m, int n, int k, int lda, int ldb, int ldc) {
    DividedJob job = jobs.next();
    job.kernels = base.parts(m, n, k);
    job.m = m;
    job.n = n;
    job.k = k;
    job.lda = lda;
    job.ldb = ldb;
    job.ldc = ldc;
    return job;
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
    part(j, j.m, to - from, 0, from * (j.flagB ? j.ldb : 1), from, from);
  }

  private static void rows(DividedJob j, int from, int to) {
    part(j, to - from, j.n, from * (j.flagA ? 1 : j.lda), 0, 0, from * j.ldc);
  }

  /// `[m, n]` of the results; the other numbers say how far from the beginning of the operands.
  private static void part(DividedJob j, int m, int n, int left, int right, int bias, int result) {
    if (j.withBias) {
      j.kernels.affineWithTangent(
          m,
          n,
          j.k,
          j.a,
          j.ao + left,
          j.aDot,
          j.ado + left,
          j.lda,
          j.b,
          j.bo + right,
          j.bDot,
          j.bdo + right,
          j.ldb,
          j.d,
          j.dOffset + bias,
          j.dDot,
          j.ddo + bias,
          j.c,
          j.co + result,
          j.cDot,
          j.cdo + result,
          j.ldc);
      return;
    }
    j.kernels.gemmWithTangent(
        j.flagA,
        j.flagB,
        m,
        n,
        j.k,
        j.alpha,
        j.a,
        j.ao + left,
        j.aDot,
        j.ado + left,
        j.lda,
        j.b,
        j.bo + right,
        j.bDot,
        j.bdo + right,
        j.ldb,
        j.beta,
        j.c,
        j.co + result,
        j.cDot,
        j.cdo + result,
        j.ldc);
  }
}
