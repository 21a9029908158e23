package org.costate.model.kernel;

import java.util.Arrays;

/// The calls of [DividedKernels] that wait for the threads of a [Crew]: one, which is done at once,
/// or those of a group, which are done in one round.
final class DividedJobs {
  /// What is worth dividing: what takes several times as long as handing it over.
  ///
  /// @param product multiplications of a product
  /// @param linear numbers in linear work on elements
  /// @param function numbers in work on elements that needs a function such as `e^x`
  record Least(long product, int linear, int function) {
    static final Least WORTHWHILE = new Least(LEAST_PRODUCT, 8192, 1024);

    /// For one of several calls that are handed over together.
    static final Least TOGETHER = new Least(4000, 1024, 256);

    static final Least ANYTHING = new Least(0, 0, 0);
  }

  /// Multiplications of a product that is worth dividing by itself.
  static final long LEAST_PRODUCT = 20_000;

  /// Calls that are handed over together at most.
  private static final int MOST = 16;

  private final Kernels base;
  private final Least alone;
  private final Least together;
  private final Crew crew;
  private final Crew.Work share = this::share;
  private final DividedJob[] jobs = new DividedJob[MOST];
  private int waiting;
  private boolean gathering;

  /// @param base what computes every part, unless the job says otherwise
  /// @param crew whose members do
  /// @param alone what is worth dividing by itself
  /// @param together what is in a group
  DividedJobs(Kernels base, Crew crew, Least alone, Least together) {
    this.base = base;
    this.alone = alone;
    this.together = together;
    this.crew = crew;
    Arrays.setAll(jobs, i -> new DividedJob(base));
  }

  /// What is worth dividing now.
  Least least() {
    return gathering ? together : alone;
  }

  /// As [Kernels#gather].
  void gather() {
    gathering = true;
  }

  /// As [Kernels#complete].
  void complete() {
    finish();
    gathering = false;
  }

  /// Forgets what was gathered and not completed, after an error.
  void abandon() {
    waiting = 0;
    complete();
  }

  /// Does all that waits, in one round.
  private void finish() {
    if (waiting > 0) {
      crew.run(share);
      waiting = 0;
    }
  }

  private void share(int member) {
    for (int i = 0; i < waiting; i++) {
      jobs[i].run(member);
    }
  }

  /// Whether a call of so much work is left whole. Then what waits to be added to its result is
  /// done first.
  boolean isWhole(long work, long worthwhile, double[] result, int offset) {
    return isWhole(work, worthwhile, result, offset, Kernels.ABSENT, 0);
  }

  /// The same for a call with two results.
  boolean isWhole(
      long work,
      long worthwhile,
      double[] result,
      int offset,
      double[] secondResult,
      int secondOffset) {
    if (work >= worthwhile) {
      return false;
    }
    for (int i = 0; i < waiting; i++) {
      if (jobs[i].writes(result, offset) || jobs[i].writes(secondResult, secondOffset)) {
        finish();
      }
    }
    return true;
  }

  /// The next job, which will write to `result`.
  DividedJob next(double[] result, int offset) {
    return next().writing(result, offset);
  }

  /// The next job, which has to say where it will write.
  DividedJob next() {
    if (waiting == MOST) {
      finish();
    }
    DividedJob job = jobs[waiting];
    job.kernels = base;
    return job;
  }

  /// Cuts the next job, and does it now or with others.
  void divide(DividedJob job, int count, int granule, DividedJob.Part part) {
    job.cut(count, crew.share(count, granule), part);
    for (int i = 0; i < waiting; i++) {
      if (jobs[i].crosses(job)) {
        promote(job);
      }
    }
    waiting++;
    if (!gathering) {
      finish();
    }
  }

  /// Does all jobs before `job`, which becomes the first.
  private void promote(DividedJob job) {
    int last = waiting;
    finish();
    jobs[last] = jobs[0];
    jobs[0] = job;
  }
}
