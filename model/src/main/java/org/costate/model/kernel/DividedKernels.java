package org.costate.model.kernel;

/// Kernels that divide what is large among the threads of a [Crew], so that a single sequence keeps
/// all of them busy. Every result is computed as it is without the division, in the same order, so
/// the bits are the same for any number of threads: products are divided along the columns or rows
/// of the result, never along the sum; what works on elements or rows along those. Sums over a
/// whole array are not divided.
///
/// Products are left whole where a part of one need not have the bits that it has in the whole: see
/// [Kernels#divisible].
///
/// One thread at a time may call; the kernels given are called by all members of the crew.
public final class DividedKernels extends ForwardingKernels {
  /// Multiplications of a product that is worth dividing by itself.
  public static final long LEAST_PRODUCT = DividedJobs.LEAST_PRODUCT;

  /// Elements are dealt in multiples of this: whole vectors.
  private static final int VECTOR = 8;

  private final Kernels base;
  private final Crew crew;
  private final DividedJobs jobs;

  /// @param base what computes every part
  /// @param crew whose members do
  public DividedKernels(Kernels base, Crew crew) {
    this(base, crew, DividedJobs.Least.WORTHWHILE, DividedJobs.Least.TOGETHER);
  }

  /// @param alone what is worth dividing by itself
  /// @param together what is in a group
  DividedKernels(Kernels base, Crew crew, DividedJobs.Least alone, DividedJobs.Least together) {
    this.base = base;
    this.crew = crew;
    this.jobs = new DividedJobs(base, crew, alone, together);
  }

  @Override
  Kernels rest() {
    return base;
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
      jobs.divide(job, job.n, 2 * VECTOR, DividedKernels::columns);
    } else {
      jobs.divide(job, job.m, VECTOR, DividedKernels::rows);
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

  @Override
  public void axpy(int length, double factor, double[] x, int xo, double[] y, int yo) {
    if (jobs.isWhole(length, jobs.least().linear(), y, yo)) {
      base.axpy(length, factor, x, xo, y, yo);
      return;
    }
    jobs.divide(
        jobs.next(y, yo).first(x, xo).second(y, yo).factors(factor, 1),
        length,
        VECTOR,
        (j, from, to) -> j.kernels.axpy(to - from, j.alpha, j.a, j.ao + from, j.b, j.bo + from));
  }

  @Override
  public void axpby(
      int length, double factor, double[] x, int xo, double keep, double[] y, int yo) {
    if (jobs.isWhole(length, jobs.least().linear(), y, yo)) {
      base.axpby(length, factor, x, xo, keep, y, yo);
      return;
    }
    jobs.divide(
        jobs.next(y, yo).first(x, xo).second(y, yo).factors(factor, keep),
        length,
        VECTOR,
        (j, from, to) ->
            j.kernels.axpby(to - from, j.alpha, j.a, j.ao + from, j.beta, j.b, j.bo + from));
  }

  @Override
  public void multiply(
      int length,
      double factor,
      double[] x,
      int xo,
      double[] y,
      int yo,
      double keep,
      double[] z,
      int zo) {
    if (jobs.isWhole(length, jobs.least().linear(), z, zo)) {
      base.multiply(length, factor, x, xo, y, yo, keep, z, zo);
      return;
    }
    jobs.divide(
        jobs.next(z, zo).first(x, xo).second(y, yo).third(z, zo).factors(factor, keep),
        length,
        VECTOR,
        (j, from, to) ->
            j.kernels.multiply(
                to - from, j.alpha, j.a, j.ao + from, j.b, j.bo + from, j.beta, j.c, j.co + from));
  }

  @Override
  public void addToRows(
      int rows, int width, double[] bias, int biasOffset, double[] y, int yo, int stride) {
    if (jobs.isWhole((long) rows * width, jobs.least().linear(), y, yo)) {
      base.addToRows(rows, width, bias, biasOffset, y, yo, stride);
      return;
    }
    DividedJob job = jobs.next(y, yo).first(bias, biasOffset).second(y, yo);
    job.n = width;
    job.lda = stride;
    jobs.divide(
        job,
        rows,
        1,
        (j, from, to) ->
            j.kernels.addToRows(to - from, j.n, j.a, j.ao, j.b, j.bo + from * j.lda, j.lda));
  }

  @Override
  public void addColumnSums(
      int rows, int width, double[] x, int xo, int stride, double[] out, int outOffset) {
    if (jobs.isWhole((long) rows * width, jobs.least().linear(), out, outOffset)) {
      base.addColumnSums(rows, width, x, xo, stride, out, outOffset);
      return;
    }
    DividedJob job = jobs.next(out, outOffset).first(x, xo).second(out, outOffset);
    job.m = rows;
    job.lda = stride;
    jobs.divide(
        job,
        width,
        VECTOR,
        (j, from, to) ->
            j.kernels.addColumnSums(j.m, to - from, j.a, j.ao + from, j.lda, j.b, j.bo + from));
  }

  @Override
  public void scaleRows(
      int rows,
      int width,
      double[] gain,
      int go,
      double[] x,
      int xo,
      double keep,
      double[] y,
      int yo) {
    if (jobs.isWhole((long) rows * width, jobs.least().linear(), y, yo)) {
      base.scaleRows(rows, width, gain, go, x, xo, keep, y, yo);
      return;
    }
    DividedJob job = jobs.next(y, yo).first(gain, go).second(x, xo).third(y, yo).factors(1, keep);
    job.n = width;
    jobs.divide(
        job,
        rows,
        1,
        (j, from, to) -> {
          int at = from * j.n;
          j.kernels.scaleRows(to - from, j.n, j.a, j.ao, j.b, j.bo + at, j.beta, j.c, j.co + at);
        });
  }

  @Override
  public void exp(int length, double[] x, int xo, double[] y, int yo) {
    if (jobs.isWhole(length, jobs.least().function(), y, yo)) {
      base.exp(length, x, xo, y, yo);
      return;
    }
    jobs.divide(
        jobs.next(y, yo).first(x, xo).second(y, yo),
        length,
        VECTOR,
        (j, from, to) -> j.kernels.exp(to - from, j.a, j.ao + from, j.b, j.bo + from));
  }

  @Override
  public void standardizeRows(
      boolean centre,
      int rows,
      int width,
      double epsilon,
      double[] x,
      int xo,
      double[] z,
      int zo,
      double[] r,
      int ro,
      int stride) {
    if (jobs.isWhole((long) rows * width, jobs.least().linear(), z, zo)) {
      base.standardizeRows(centre, rows, width, epsilon, x, xo, z, zo, r, ro, stride);
      return;
    }
    DividedJob job = jobs.next(z, zo).first(x, xo).second(z, zo).third(r, ro).factors(epsilon, 0);
    job.flagA = centre;
    job.n = width;
    job.ldc = stride;
    jobs.divide(job, rows, 1, DividedKernels::standardize);
  }

  private static void standardize(DividedJob j, int from, int to) {
    int at = from * j.n;
    j.kernels.standardizeRows(
        j.flagA, to - from, j.n, j.alpha, j.a, j.ao + at, j.b, j.bo + at, j.c, j.co + from, j.ldc);
  }

  @Override
  public void restandardizeRows(
      int rows, int width, double[] x, int xo, double[] r, int ro, int stride, double[] z, int zo) {
    if (jobs.isWhole((long) rows * width, jobs.least().linear(), z, zo)) {
      base.restandardizeRows(rows, width, x, xo, r, ro, stride, z, zo);
      return;
    }
    DividedJob job = jobs.next(z, zo).first(x, xo).second(z, zo).third(r, ro);
    job.n = width;
    job.ldc = stride;
    jobs.divide(job, rows, 1, DividedKernels::restandardize);
  }

  private static void restandardize(DividedJob j, int from, int to) {
    int at = from * j.n;
    j.kernels.restandardizeRows(
        to - from, j.n, j.a, j.ao + at, j.c, j.co + from, j.ldc, j.b, j.bo + at);
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
    if (jobs.isWhole((long) rows * n, jobs.least().linear(), y, yo)) {
      base.restandardizeAndMapRows(rows, n, x, xo, r, ro, stride, map, mo, y, yo);
      return;
    }
    DividedJob job = jobs.next(y, yo).first(x, xo).second(map, mo).third(r, ro).fourth(y, yo);
    job.n = n;
    job.ldc = stride;
    jobs.divide(job, rows, 1, DividedKernels::restandardizeAndMap);
  }

  private static void restandardizeAndMap(DividedJob j, int from, int to) {
    int at = from * j.n;
    j.kernels.restandardizeAndMapRows(
        to - from, j.n, j.a, j.ao + at, j.c, j.co + from, j.ldc, j.b, j.bo, j.d, j.dOffset + at);
  }

  @Override
  public void standardizeRowsTangent(
      boolean centre,
      int rows,
      int width,
      double[] z,
      int zo,
      double[] r,
      int ro,
      double[] v,
      int vo,
      double keep,
      double[] y,
      int yo) {
    if (jobs.isWhole((long) rows * width, jobs.least().linear(), y, yo)) {
      base.standardizeRowsTangent(centre, rows, width, z, zo, r, ro, v, vo, keep, y, yo);
      return;
    }
    DividedJob job = jobs.next(y, yo).first(z, zo).second(r, ro).third(v, vo).fourth(y, yo);
    job.factors(1, keep);
    job.flagA = centre;
    job.n = width;
    jobs.divide(job, rows, 1, DividedKernels::tangentRows);
  }

  private static void tangentRows(DividedJob j, int from, int to) {
    int at = from * j.n;
    j.kernels.standardizeRowsTangent(
        j.flagA,
        to - from,
        j.n,
        j.a,
        j.ao + at,
        j.b,
        j.bo + from,
        j.c,
        j.co + at,
        j.beta,
        j.d,
        j.dOffset + at);
  }

  @Override
  public void activate(Activation f, int length, double[] x, int xo, double[] y, int yo) {
    if (jobs.isWhole(length, jobs.least().function(), y, yo)) {
      base.activate(f, length, x, xo, y, yo);
      return;
    }
    DividedJob job = jobs.next(y, yo).first(x, xo).second(y, yo);
    job.activation = f;
    jobs.divide(
        job,
        length,
        VECTOR,
        (j, from, to) ->
            j.kernels.activate(j.activation, to - from, j.a, j.ao + from, j.b, j.bo + from));
  }

  @Override
  public void activateWithTangent(
      Activation f,
      int length,
      double[] x,
      int xo,
      double[] v,
      int vo,
      double[] y,
      int yo,
      double[] dy,
      int dyo) {
    if (jobs.isWhole(length, jobs.least().function(), y, yo)) {
      base.activateWithTangent(f, length, x, xo, v, vo, y, yo, dy, dyo);
      return;
    }
    DividedJob job = jobs.next(y, yo).first(x, xo).second(v, vo).third(y, yo).fourth(dy, dyo);
    job.activation = f;
    jobs.divide(
        job,
        length,
        VECTOR,
        (j, from, to) ->
            j.kernels.activateWithTangent(
                j.activation,
                to - from,
                j.a,
                j.ao + from,
                j.b,
                j.bo + from,
                j.c,
                j.co + from,
                j.d,
                j.dOffset + from));
  }

  @Override
  public void activateTangent(
      Activation f, int length, double[] x, int xo, double[] v, int vo, double[] y, int yo) {
    if (jobs.isWhole(length, jobs.least().function(), y, yo)) {
      base.activateTangent(f, length, x, xo, v, vo, y, yo);
      return;
    }
    DividedJob job = jobs.next(y, yo).first(x, xo).second(v, vo).third(y, yo);
    job.activation = f;
    jobs.divide(
        job,
        length,
        VECTOR,
        (j, from, to) ->
            j.kernels.activateTangent(
                j.activation, to - from, j.a, j.ao + from, j.b, j.bo + from, j.c, j.co + from));
  }

  @Override
  public void activateSecond(
      Activation f,
      int length,
      double[] x,
      int xo,
      double[] v,
      int vo,
      double[] w,
      int wo,
      double[] y,
      int yo) {
    if (jobs.isWhole(length, jobs.least().function(), y, yo)) {
      base.activateSecond(f, length, x, xo, v, vo, w, wo, y, yo);
      return;
    }
    DividedJob job = jobs.next(y, yo).first(x, xo).second(v, vo).third(w, wo).fourth(y, yo);
    job.activation = f;
    jobs.divide(
        job,
        length,
        VECTOR,
        (j, from, to) ->
            j.kernels.activateSecond(
                j.activation,
                to - from,
                j.a,
                j.ao + from,
                j.b,
                j.bo + from,
                j.c,
                j.co + from,
                j.d,
                j.dOffset + from));
  }

  /// Divided, it is its parts one after the other: rows that are divided as a whole, as those of a
  /// feed-forward network are wherever the bits allow it, do not come here.
  @Override
  public void activateSecondAdjoint(
      Activation f,
      int length,
      double[] x,
      int xo,
      double[] v,
      int vo,
      double[] lambda,
      int lo,
      double[] lambdaDot,
      int ldo,
      double[] y,
      int yo,
      double[] dy,
      int dyo,
      double[] xBar,
      int bo,
      double[] xBarDot,
      int bdo) {
    activateWithTangent(f, length, x, xo, v, vo, y, yo, dy, dyo);
    activateTangent(f, length, x, xo, lambda, lo, xBar, bo);
    activateTangent(f, length, x, xo, lambdaDot, ldo, xBarDot, bdo);
    activateSecond(f, length, x, xo, v, vo, lambda, lo, xBarDot, bdo);
  }
}
