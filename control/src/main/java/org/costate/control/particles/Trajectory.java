package org.costate.control.particles;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.InputException;

/// The positions of particles at chosen times, with how exact they are.
///
/// @param times when, rising from 0 at the earliest
/// @param positions `[n, d]` at every time
/// @param observations what is seen at every time
/// @param course what is seen on the way, at the start and behind some steps, evenly spread; for
///     the reference method behind intervals
/// @param step largest step that was taken; NaN for the reference method, which chooses its own
/// @param error estimated largest error of a coordinate, from a run with steps twice as large
///     (Richardson); NaN if there was none
/// @param energyFall largest fall of `ln E_β` over a step, 0 if it never fell
/// @param steps number of steps; for the reference method of intervals
public record Trajectory(
    List<Double> times,
    List<double[]> positions,
    List<Observation> observations,
    List<Observation> course,
    double step,
    double error,
    double energyFall,
    long steps) {
  /// Estimated error at which refinement ends.
  public static final double TOLERANCE = 1e-9;

  private static final double FIRST_STEP = 0.1;
  private static final double MOST_WORK = 1e11;
  private static final long MOST_STEPS = 1L << 22;

  public Trajectory {
    times = List.copyOf(times);
    positions = List.copyOf(positions);
    observations = List.copyOf(observations);
    course = List.copyOf(course);
  }

  /// Follows particles with steps of at most `step`, and once more with twice that for the estimate
  /// of the error.
  ///
  /// @param x positions `[n, d]` at time 0; not modified
  /// @param level inner product from which two particles count as one cluster
  /// @throws InputException if the times do not rise from 0 or the step is not positive or too
  ///     small for them
  public static Trajectory of(
      ParticleFlow flow, double[] x, List<Double> times, double step, double level) {
    requireRising(times);
    if (!(step > 0) || times.getLast() / step > MOST_STEPS) {
      throw new InputException(
          "step: found " + step + " for a time of " + times.getLast(),
          "a positive step, at most " + MOST_STEPS + " of them",
          "");
    }
    Trajectory fine = run(flow, x, times, step, level);
    if (flow.scheme() == IntegrationScheme.DP853) {
      return fine;
    }
    return fine.withErrorFrom(run(flow, x, times, 2 * step, level), flow.scheme());
  }

  /// Follows particles with steps that are halved until the estimated error is at most
  /// [#TOLERANCE], or the work becomes too much.
  ///
  /// @throws InputException if the times do not rise from 0, or are too long for the speed of
  ///     particles without normalisation, which grows like `e^β`
  public static Trajectory refined(
      ParticleFlow flow, double[] x, List<Double> times, double level) {
    requireRising(times);
    if (flow.scheme() == IntegrationScheme.DP853) {
      return run(flow, x, times, Double.NaN, level);
    }
    double step = firstStep(flow.interaction());
    requireReachable(times.getLast(), step, flow.interaction());
    Trajectory coarse = run(flow, x, times, step, level);
    Trajectory fine = run(flow, x, times, step / 2, level).withErrorFrom(coarse, flow.scheme());
    while (fine.error > TOLERANCE && flow.scheme().order() > 1 && fine.mayBeRefined(flow)) {
      step /= 2;
      coarse = fine;
      fine = run(flow, x, times, step / 2, level).withErrorFrom(coarse, flow.scheme());
    }
    return fine;
  }

  /// The rate `r` at which particles that meet do so, `1 − min <x, y> ~ e^{−rt}`: from the last two
  /// times at which the distance is small but not lost in round-off; NaN if there are none. Theory
  /// says 2 for the normalised attention with `V = I`.
  public double rate() {
    double rate = Double.NaN;
    for (int k = 1; k < observations.size(); k++) {
      double before = 1 - observations.get(k - 1).minInnerProduct();
      double behind = 1 - observations.get(k).minInnerProduct();
      if (before < 1e-2 && behind > 1e-9) {
        rate = Math.log(before / behind) / (times.get(k) - times.get(k - 1));
      }
    }
    return rate;
  }

  private static double firstStep(Interaction interaction) {
    return interaction.normalised() ? FIRST_STEP : FIRST_STEP * Math.exp(-interaction.beta());
  }

  private static void requireReachable(double last, double step, Interaction interaction) {
    if (last / step > MOST_STEPS) {
      throw new InputException(
          "times: found " + last,
          "at most " + step * MOST_STEPS,
          interaction.normalised() ? "" : "Maybe a smaller --beta: speeds grow like e^beta.");
    }
  }

  private boolean mayBeRefined(ParticleFlow flow) {
    double n = flow.particles();
    double d = flow.dimension();
    double perStep = 4 * n * d * (4 * n + 8 * d);
    return 2 * steps * perStep <= MOST_WORK && 2 * steps <= MOST_STEPS;
  }

  private static Trajectory run(
      ParticleFlow flow, double[] x, List<Double> times, double step, double level) {
    double beta = flow.interaction().beta();
    Watch watch = new Watch(flow.particles(), beta, level, x);
    List<double[]> positions = new ArrayList<>();
    List<Observation> seen = new ArrayList<>();
    double[] now = x.clone();
    double t = 0;
    for (double to : times) {
      if (to > t) {
        now = flow.advance(now, t, to, step, watch::see);
        t = to;
      }
      positions.add(now);
      seen.add(Observation.of(to, now, flow.particles(), beta, level));
    }
    return new Trajectory(
        times, positions, seen, watch.course, step, Double.NaN, watch.fall, watch.steps);
  }

  private Trajectory withErrorFrom(Trajectory coarse, IntegrationScheme scheme) {
    double largest = 0;
    for (int k = 0; k < positions.size(); k++) {
      double[] a = positions.get(k);
      double[] b = coarse.positions.get(k);
      for (int i = 0; i < a.length; i++) {
        largest = Math.max(largest, Math.abs(a[i] - b[i]));
      }
    }
    double estimate = largest / ((1 << scheme.order()) - 1);
    return new Trajectory(
        times, positions, observations, course, step, estimate, energyFall, steps);
  }

  private static void requireRising(List<Double> times) {
    double last = Double.NEGATIVE_INFINITY;
    for (double t : times) {
      if (!(t >= 0) || !(t > last) || Double.isInfinite(t)) {
        throw new InputException(
            "times: found " + times, "finite numbers that rise, none below 0", "");
      }
      last = t;
    }
    if (times.isEmpty()) {
      throw new InputException("times: found none", "at least one", "");
    }
  }

  /// Follows the energy from step to step, and keeps some of what is seen.
  private static final class Watch {
    private static final int MOST_KEPT = 400;

    private final int particles;
    private final double beta;
    private final double level;
    private final List<Observation> course = new ArrayList<>();
    private long stride = 1;
    private double last;
    private double fall;
    private long steps;

    Watch(int particles, double beta, double level, double[] start) {
      this.particles = particles;
      this.beta = beta;
      this.level = level;
      Observation first = Observation.of(0, start, particles, beta, level);
      course.add(first);
      last = first.logEnergy();
    }

    void see(double t, double[] x) {
      double now = Observation.logEnergy(InnerProducts.of(x, particles), beta);
      fall = Math.max(fall, last - now);
      last = now;
      steps++;
      if (steps % stride == 0) {
        course.add(Observation.of(t, x, particles, beta, level));
        if (course.size() > MOST_KEPT) {
          thin();
        }
      }
    }

    /// Keeps every other observation from now on, the first included.
    private void thin() {
      List<Observation> kept = new ArrayList<>();
      for (int k = 0; k < course.size(); k += 2) {
        kept.add(course.get(k));
      }
      course.clear();
      course.addAll(kept);
      stride *= 2;
    }
  }
}
