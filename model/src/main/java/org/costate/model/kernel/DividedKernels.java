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
  /// What is worth dividing: what takes several times as long as handing it over.
  ///
  /// @param product multiplications of a product
  /// @param linear numbers in linear work on elements
  /// @param function numbers in work on elements that needs a function such as `e^x`
  record Least(long product, int linear, int function) {
    static final Least WORTHWHILE = new Least(20_000, 8192, 1024);
    static final Least ANYTHING = new Least(0, 0, 0);
  }

  /// Elements are dealt in multiples of this: whole vectors.
  private static final int VECTOR = 8;

  /// A part of a job.
  private interface Part {
    void run(DividedKernels job, int from, int to);
  }

  private final Kernels base;
  private final Least least;
  private final Crew crew;
  private final Crew.Work share = this::share;

  private Part part = (job, from, to) -> {};
  private int count;
  private int step;

  private Kernels product;
  private boolean flagA;
  private boolean flagB;
  private int m;
  private int n;
  private int k;
  private double alpha;
  private double beta;
  private double[] a;
  private double[] b;
  private double[] c;
  private double[] d;
  private int ao;
  private int bo;
  private int co;
  private int dOffset;
  private int lda;
  private int ldb;
  private int ldc;
  private Activation activation = Activation.IDENTITY;

  /// @param base what computes every part
  /// @param crew whose members do
  public DividedKernels(Kernels base, Crew crew) {
    this(base, crew, Least.WORTHWHILE);
  }

  DividedKernels(Kernels base, Crew crew, Least least) {
    this.base = base;
    this.least = least;
    this.crew = crew;
    this.product = base;
    this.a = new double[0];
    this.b = a;
    this.c = a;
    this.d = a;
  }

  @Override
  Kernels rest() {
    return base;
  }

  @Override
  public String tier() {
    return base.tier();
  }

  /// Lets every member do its share of `0 … newCount − 1`, dealt in multiples of `granule`.
  private void divide(int newCount, int granule, Part newPart) {
    count = newCount;
    step = Math.ceilDiv(Math.ceilDiv(newCount, crew.members()), granule) * granule;
    part = newPart;
    crew.run(share);
  }

  private void share(int member) {
    int from = Math.min(count, member * step);
    int to = Math.min(count, from + step);
    if (from < to) {
      part.run(this, from, to);
    }
  }

  private DividedKernels first(double[] array, int offset) {
    a = array;
    ao = offset;
    return this;
  }

  private DividedKernels second(double[] array, int offset) {
    b = array;
    bo = offset;
    return this;
  }

  private DividedKernels third(double[] array, int offset) {
    c = array;
    co = offset;
    return this;
  }

  private DividedKernels fourth(double[] array, int offset) {
    d = array;
    dOffset = offset;
    return this;
  }

  private DividedKernels factors(double first, double second) {
    alpha = first;
    beta = second;
    return this;
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
    long multiplications = (long) rows * columns * inner;
    if (multiplications < least.product || !base.divisible(rows, columns, inner)) {
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
    product = base.parts(rows, columns, inner);
    flagA = transposeA;
    flagB = transposeB;
    m = rows;
    n = columns;
    k = inner;
    lda = leftStride;
    ldb = rightStride;
    ldc = resultStride;
    first(left, leftOffset).second(right, rightOffset).third(result, resultOffset);
    factors(factor, keep);
    // Divided along the columns, nobody packs the same part of the right-hand side twice.
    if (largestShare(columns, 2 * VECTOR) <= largestShare(rows, VECTOR)) {
      divide(columns, 2 * VECTOR, DividedKernels::columns);
    } else {
      divide(rows, VECTOR, DividedKernels::rows);
    }
  }

  /// The part of `all` that the busiest member gets.
  private double largestShare(int all, int granule) {
    int each = Math.ceilDiv(Math.ceilDiv(all, crew.members()), granule) * granule;
    return Math.min(1, (double) each / all);
  }

  private void columns(int from, int to) {
    int at = bo + from * (flagB ? ldb : 1);
    product.gemm(
        flagA, flagB, m, to - from, k, alpha, a, ao, lda, b, at, ldb, beta, c, co + from, ldc);
  }

  private void rows(int from, int to) {
    int at = ao + from * (flagA ? 1 : lda);
    int to0 = co + from * ldc;
    product.gemm(flagA, flagB, to - from, n, k, alpha, a, at, lda, b, bo, ldb, beta, c, to0, ldc);
  }

  @Override
  public void axpy(int length, double factor, double[] x, int xo, double[] y, int yo) {
    if (length < least.linear) {
      base.axpy(length, factor, x, xo, y, yo);
      return;
    }
    first(x, xo).second(y, yo).factors(factor, 1);
    divide(
        length,
        VECTOR,
        (j, from, to) -> j.base.axpy(to - from, j.alpha, j.a, j.ao + from, j.b, j.bo + from));
  }

  @Override
  public void axpby(
      int length, double factor, double[] x, int xo, double keep, double[] y, int yo) {
    if (length < least.linear) {
      base.axpby(length, factor, x, xo, keep, y, yo);
      return;
    }
    first(x, xo).second(y, yo).factors(factor, keep);
    divide(
        length,
        VECTOR,
        (j, from, to) ->
            j.base.axpby(to - from, j.alpha, j.a, j.ao + from, j.beta, j.b, j.bo + from));
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
    if (length < least.linear) {
      base.multiply(length, factor, x, xo, y, yo, keep, z, zo);
      return;
    }
    first(x, xo).second(y, yo).third(z, zo).factors(factor, keep);
    divide(
        length,
        VECTOR,
        (j, from, to) ->
            j.base.multiply(
                to - from, j.alpha, j.a, j.ao + from, j.b, j.bo + from, j.beta, j.c, j.co + from));
  }

  @Override
  public void addToRows(
      int rows, int width, double[] bias, int biasOffset, double[] y, int yo, int stride) {
    if ((long) rows * width < least.linear) {
      base.addToRows(rows, width, bias, biasOffset, y, yo, stride);
      return;
    }
    n = width;
    lda = stride;
    first(bias, biasOffset).second(y, yo);
    divide(
        rows,
        1,
        (j, from, to) ->
            j.base.addToRows(to - from, j.n, j.a, j.ao, j.b, j.bo + from * j.lda, j.lda));
  }

  @Override
  public void addColumnSums(
      int rows, int width, double[] x, int xo, int stride, double[] out, int outOffset) {
    if ((long) rows * width < least.linear) {
      base.addColumnSums(rows, width, x, xo, stride, out, outOffset);
      return;
    }
    m = rows;
    lda = stride;
    first(x, xo).second(out, outOffset);
    divide(
        width,
        VECTOR,
        (j, from, to) ->
            j.base.addColumnSums(j.m, to - from, j.a, j.ao + from, j.lda, j.b, j.bo + from));
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
    if ((long) rows * width < least.linear) {
      base.scaleRows(rows, width, gain, go, x, xo, keep, y, yo);
      return;
    }
    n = width;
    first(gain, go).second(x, xo).third(y, yo).factors(1, keep);
    divide(
        rows,
        1,
        (j, from, to) -> {
          int at = from * j.n;
          j.base.scaleRows(to - from, j.n, j.a, j.ao, j.b, j.bo + at, j.beta, j.c, j.co + at);
        });
  }

  @Override
  public void exp(int length, double[] x, int xo, double[] y, int yo) {
    if (length < least.function) {
      base.exp(length, x, xo, y, yo);
      return;
    }
    first(x, xo).second(y, yo);
    divide(
        length, VECTOR, (j, from, to) -> j.base.exp(to - from, j.a, j.ao + from, j.b, j.bo + from));
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
    if ((long) rows * width < least.linear) {
      base.standardizeRows(centre, rows, width, epsilon, x, xo, z, zo, r, ro, stride);
      return;
    }
    flagA = centre;
    n = width;
    ldc = stride;
    first(x, xo).second(z, zo).third(r, ro).factors(epsilon, 0);
    divide(rows, 1, DividedKernels::standardize);
  }

  private void standardize(int from, int to) {
    int at = from * n;
    base.standardizeRows(flagA, to - from, n, alpha, a, ao + at, b, bo + at, c, co + from, ldc);
  }

  @Override
  public void restandardizeRows(
      int rows, int width, double[] x, int xo, double[] r, int ro, int stride, double[] z, int zo) {
    if ((long) rows * width < least.linear) {
      base.restandardizeRows(rows, width, x, xo, r, ro, stride, z, zo);
      return;
    }
    n = width;
    ldc = stride;
    first(x, xo).second(z, zo).third(r, ro);
    divide(rows, 1, DividedKernels::restandardize);
  }

  private void restandardize(int from, int to) {
    int at = from * n;
    base.restandardizeRows(to - from, n, a, ao + at, c, co + from, ldc, b, bo + at);
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
    if ((long) rows * width < least.linear) {
      base.standardizeRowsTangent(centre, rows, width, z, zo, r, ro, v, vo, keep, y, yo);
      return;
    }
    flagA = centre;
    n = width;
    first(z, zo).second(r, ro).third(v, vo).fourth(y, yo).factors(1, keep);
    divide(rows, 1, DividedKernels::tangentRows);
  }

  private void tangentRows(int from, int to) {
    int at = from * n;
    base.standardizeRowsTangent(
        flagA, to - from, n, a, ao + at, b, bo + from, c, co + at, beta, d, dOffset + at);
  }

  @Override
  public void activate(Activation f, int length, double[] x, int xo, double[] y, int yo) {
    if (length < least.function) {
      base.activate(f, length, x, xo, y, yo);
      return;
    }
    activation = f;
    first(x, xo).second(y, yo);
    divide(
        length,
        VECTOR,
        (j, from, to) ->
            j.base.activate(j.activation, to - from, j.a, j.ao + from, j.b, j.bo + from));
  }

  @Override
  public void activateWithSlope(
      Activation f, int length, double[] x, int xo, double[] y, int yo, double[] slope, int so) {
    if (length < least.function) {
      base.activateWithSlope(f, length, x, xo, y, yo, slope, so);
      return;
    }
    activation = f;
    first(x, xo).second(y, yo).third(slope, so);
    divide(
        length,
        VECTOR,
        (j, from, to) ->
            j.base.activateWithSlope(
                j.activation, to - from, j.a, j.ao + from, j.b, j.bo + from, j.c, j.co + from));
  }

  @Override
  public void activateTangent(
      Activation f, int length, double[] x, int xo, double[] v, int vo, double[] y, int yo) {
    if (length < least.function) {
      base.activateTangent(f, length, x, xo, v, vo, y, yo);
      return;
    }
    activation = f;
    first(x, xo).second(v, vo).third(y, yo);
    divide(
        length,
        VECTOR,
        (j, from, to) ->
            j.base.activateTangent(
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
    if (length < least.function) {
      base.activateSecond(f, length, x, xo, v, vo, w, wo, y, yo);
      return;
    }
    activation = f;
    first(x, xo).second(v, vo).third(w, wo).fourth(y, yo);
    divide(
        length,
        VECTOR,
        (j, from, to) ->
            j.base.activateSecond(
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
