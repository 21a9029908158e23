package org.costate.model.kernel;

/// A call of [DividedKernels], waiting to be done part by part: its operands and how they are cut.
final class DividedJob {
  /// Does a part of a job.
  interface Part {
    /// Does what belongs to `from … to − 1` of what is cut.
    void run(DividedJob job, int from, int to);
  }

  private Part part = (job, from, to) -> {};
  private int count;
  private int step;
  private double[] result = Kernels.ABSENT;
  private int resultOffset;
  private double[] secondResult = Kernels.ABSENT;
  private int secondResultOffset;

  /// What computes the parts.
  Kernels kernels;

  boolean flagA;
  boolean flagB;

  /// Whether a product has a row added to it.
  boolean withBias;

  int m;
  int n;
  int k;
  double alpha;
  double beta;
  double[] a = Kernels.ABSENT;
  double[] b = Kernels.ABSENT;
  double[] c = Kernels.ABSENT;
  double[] d = Kernels.ABSENT;
  int ao;
  int bo;
  int co;
  int dOffset;

  // Tangents of the first four, which parts of a product take.
  double[] aDot = Kernels.ABSENT;
  double[] bDot = Kernels.ABSENT;
  double[] cDot = Kernels.ABSENT;
  double[] dDot = Kernels.ABSENT;
  int ado;
  int bdo;
  int cdo;
  int ddo;

  int lda;
  int ldb;
  int ldc;
  Activation activation = Activation.IDENTITY;

  DividedJob(Kernels kernels) {
    this.kernels = kernels;
  }

  /// Cuts `0 … newCount − 1` into `newStep` for each member.
  void cut(int newCount, int newStep, Part newPart) {
    count = newCount;
    step = newStep;
    part = newPart;
  }

  /// Does what belongs to one member.
  void run(int member) {
    int from = Math.min(count, member * step);
    int to = Math.min(count, from + step);
    if (from < to) {
      part.run(this, from, to);
    }
  }

  /// Says where the job writes, and that it writes nowhere else.
  DividedJob writing(double[] array, int offset) {
    result = array;
    resultOffset = offset;
    secondResult = Kernels.ABSENT;
    return this;
  }

  /// Says where it writes too, if the array has any length.
  DividedJob alsoWriting(double[] array, int offset) {
    secondResult = array;
    secondResultOffset = offset;
    return this;
  }

  /// Whether it writes there. Nobody writes to an array without length.
  boolean writes(double[] array, int offset) {
    boolean isFirst = result == array && resultOffset == offset;
    boolean isSecond = secondResult == array && secondResultOffset == offset;
    return array.length > 0 && (isFirst || isSecond);
  }

  /// Whether both write to a place in common but cut it differently: then one member could overtake
  /// another one.
  boolean crosses(DividedJob other) {
    boolean meets =
        writes(other.result, other.resultOffset)
            || writes(other.secondResult, other.secondResultOffset);
    return meets && (part != other.part || count != other.count || step != other.step);
  }

  DividedJob first(double[] array, int offset) {
    a = array;
    ao = offset;
    return this;
  }

  DividedJob second(double[] array, int offset) {
    b = array;
    bo = offset;
    return this;
  }

  DividedJob third(double[] array, int offset) {
    c = array;
    co = offset;
    return this;
  }

  DividedJob fourth(double[] array, int offset) {
    d = array;
    dOffset = offset;
    return this;
  }

  DividedJob tangents(
      double[] first,
      int firstOffset,
      double[] second,
      int secondOffset,
      double[] third,
      int thirdOffset) {
    aDot = first;
    ado = firstOffset;
    bDot = second;
    bdo = secondOffset;
    cDot = third;
    cdo = thirdOffset;
    return this;
  }

  DividedJob fourthTangent(double[] array, int offset) {
    dDot = array;
    ddo = offset;
    return this;
  }

  DividedJob factors(double first, double second) {
    alpha = first;
    beta = second;
    return this;
  }
}
