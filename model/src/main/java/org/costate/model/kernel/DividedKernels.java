package org.costate.model.kernel;

/// Kernels that divide what is large among the threads of a [Crew], so that a single sequence keeps
/// all of them busy. Every result is computed as it is without the division, in the same order, so
/// the bits are the same for any number of threads: products are divided along the columns or rows
/// of the result, never along the sum; what works on elements or rows along those.
///
/// Here are the functions; see [DividedProducts] and [DividedRows] for the rest.
///
/// One thread at a time may call; the kernels given are called by all members of the crew.
public final class DividedKernels extends DividedRows {
  /// Multiplications of a product that is worth dividing by itself.
  public static final long LEAST_PRODUCT = DividedJobs.LEAST_PRODUCT;

  /// @param base what computes every part
  /// @param crew whose members do
  public DividedKernels(Kernels base, Crew crew) {
    this(base, crew, DividedJobs.Least.WORTHWHILE, DividedJobs.Least.TOGETHER);
  }

  /// @param alone what is worth dividing by itself
  /// @param together what is in a group
  DividedKernels(Kernels base, Crew crew, DividedJobs.Least alone, DividedJobs.Least together) {
    super(base, crew, alone, together);
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
  public void activateWithDerivatives(
      Activation f,
      int length,
      double[] x,
      int xo,
      double[] y,
      int yo,
      double[] slope,
      int so,
      double[] curvature,
      int co) {
    if (jobs.isWhole(length, jobs.least().function(), y, yo)) {
      base.activateWithDerivatives(f, length, x, xo, y, yo, slope, so, curvature, co);
      return;
    }
    DividedJob job =
        jobs.next(y, yo).first(x, xo).second(y, yo).third(slope, so).fourth(curvature, co);
    job.activation = f;
    jobs.divide(
        job,
        length,
        VECTOR,
        (j, from, to) ->
            j.kernels.activateWithDerivatives(
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
}
