package org.costate.model.kernel;

/// The linear work of [DividedKernels] on elements, and its rows, divided along those. Sums over a
/// whole array are not divided.
abstract sealed class DividedRows extends DividedProducts permits DividedKernels {
  DividedRows(Kernels base, Crew crew, DividedJobs.Least alone, DividedJobs.Least together) {
    super(base, crew, alone, together);
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
    jobs.divide(job, rows, 1, DividedRows::standardize);
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
    jobs.divide(job, rows, 1, DividedRows::restandardize);
  }

  private static void restandardize(DividedJob j, int from, int to) {
    int at = from * j.n;
    j.kernels.restandardizeRows(
        to - from, j.n, j.a, j.ao + at, j.c, j.co + from, j.ldc, j.b, j.bo + at);
  }

  @Override
  public void softmaxJacobianRows(int rows, int n, double[] g, int go, double[] x, int xo) {
    if (jobs.isWhole((long) rows * n, jobs.least().linear(), x, xo)) {
      base.softmaxJacobianRows(rows, n, g, go, x, xo);
      return;
    }
    DividedJob job = jobs.next(x, xo).first(g, go).second(x, xo);
    job.n = n;
    jobs.divide(job, rows, 1, DividedRows::softmaxJacobian);
  }

  private static void softmaxJacobian(DividedJob j, int from, int to) {
    int at = from * j.n;
    j.kernels.softmaxJacobianRows(to - from, j.n, j.a, j.ao + at, j.b, j.bo + at);
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
    if (jobs.isWhole((long) rows * n, jobs.least().linear(), xDot, xdo)) {
      base.softmaxSecondJacobianRows(rows, n, g, go, gDot, gdo, x, xo, xDot, xdo);
      return;
    }
    DividedJob job =
        jobs.next(xDot, xdo).first(g, go).second(gDot, gdo).third(x, xo).fourth(xDot, xdo);
    job.n = n;
    jobs.divide(job, rows, 1, DividedRows::softmaxSecondJacobian);
  }

  private static void softmaxSecondJacobian(DividedJob j, int from, int to) {
    int at = from * j.n;
    j.kernels.softmaxSecondJacobianRows(
        to - from, j.n, j.a, j.ao + at, j.b, j.bo + at, j.c, j.co + at, j.d, j.dOffset + at);
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
    jobs.divide(job, rows, 1, DividedRows::restandardizeAndMap);
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
    jobs.divide(job, rows, 1, DividedRows::tangentRows);
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
}
