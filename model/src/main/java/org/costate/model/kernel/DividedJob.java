package org.costate.model.kernel;

/// A call of [DividedKernels], waiting to be done part by part: its operands and how they are cut.
final class DividedJob {
  /// Does a part of a job.
  interface Part {
    /// Does what belongs to `from … to − 1` of what is cut.
    void run(DividedJob job, int from, int to);
  }

  private static final double[] NONE = {};

  private Part part = (job, from, to) -> {};
  private int count;
  private int step;
  private double[] result = NONE;
  private int resultOffset;

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
  double[] a = NONE;
  double[] b = NONE;
  double[] c = NONE;
  double[] d = NONE;
  int ao;
  int bo;
  int co;
  int dOffset;
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

  /// Says where the job writes.
  DividedJob writing(double[] array, int offset) {
    result = array;
    resultOffset = offset;
    return this;
  }

  /// Whether it does so there.
  boolean writes(double[] array, int offset) {
    return result == array && resultOffset == offset;
  }

  /// Whether both write to the same place but cut it differently: then one member could overtake
  /// another one.
  boolean crosses(DividedJob other) {
    return writes(other.result, other.resultOffset)
        && (part != other.part || count != other.count || step != other.step);
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

  DividedJob factors(double first, double second) {
    alpha = first;
    beta = second;
    return this;
  }
}
