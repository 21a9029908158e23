package org.costate.control.train;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongConsumer;
import org.costate.control.Objective;
import org.costate.control.optimise.Optimiser;
import org.costate.control.optimise.RateSchedule;

/// Looks for a learning rate by one run in which the rate rises exponentially, as proposed by Smith
/// (arXiv 1506.01186): too small it does nothing, too large the cost rises.
///
/// The costs are smoothed by an exponential mean. The run ends when a step is rejected or the
/// smoothed cost is four times as far above its least value as that is below the first one (or a
/// tenth of the first), or at the highest rate.
///
/// @param low first rate
/// @param high last rate
/// @param iterations of the whole way
public record RateFinder(double low, double high, int iterations) {
  private static final double MEMORY = 0.9;
  private static final double WORSE = 4;
  private static final double FRACTION = 0.1;
  private static final double CAUTION = 10;

  /// What was found.
  ///
  /// @param rates of every iteration
  /// @param values `J` before the step with that rate
  /// @param smoothed its exponential mean
  /// @param steepest rate at which the smoothed cost falls fastest with the logarithm of the rate
  /// @param least rate at which it is least
  /// @param suggestion a tenth of `least`
  /// @param diverged rate at which the run ended early, if it did
  public record Found(
      double[] rates,
      double[] values,
      double[] smoothed,
      double steepest,
      double least,
      double suggestion,
      OptionalDouble diverged) {}

  /// @throws IllegalArgumentException if the rates do not rise or there are fewer than 10
  public RateFinder {
    if (!(low > 0 && low < high) || Double.isInfinite(high) || iterations < 10) {
      throw new IllegalArgumentException(
          "rate finder: found rates %s to %s in %d iterations, expected rising ones in at least 10"
              .formatted(low, high, iterations));
    }
  }

  /// 100 iterations from 1e-6 to 10.
  public static RateFinder standard() {
    return new RateFinder(1e-6, 10, 100);
  }

  /// Searches.
  ///
  /// @param optimiser whose step is governed by a rate
  /// @param controls where it begins, not modified
  /// @param told of the iterations that are done
  public Found find(Problem problem, Optimiser optimiser, double[] controls, LongConsumer told) {
    RateSchedule schedule = new RateSchedule.Exponential(low, high, iterations);
    Training training =
        new Training(
            unseen(problem),
            optimiser,
            schedule,
            Limits.of(iterations),
            TrainingState.start(controls, optimiser),
            () -> 0);
    List<Double> values = new ArrayList<>();
    List<Double> smoothed = new ArrayList<>();
    double mean = 0;
    double least = Double.POSITIVE_INFINITY;
    boolean diverged = false;
    while (training.stop().isEmpty() && !diverged) {
      IterationRecord row = training.advance();
      mean = MEMORY * mean + (1 - MEMORY) * row.value();
      double now = mean / (1 - Math.pow(MEMORY, values.size() + 1.0));
      double first = values.isEmpty() ? now : smoothed.getFirst();
      double scale = Math.max(first - least, FRACTION * Math.abs(first));
      diverged = !row.accepted() || !Double.isFinite(now) || now - least > WORSE * scale;
      if (Double.isFinite(now)) {
        values.add(row.value());
        smoothed.add(now);
        least = Math.min(least, now);
      }
      told.accept(row.iteration());
    }
    return found(values, smoothed, diverged);
  }

  private Found found(List<Double> values, List<Double> smoothed, boolean diverged) {
    RateSchedule schedule = new RateSchedule.Exponential(low, high, iterations);
    int count = values.size();
    double[] rates = new double[count];
    int best = 0;
    for (int k = 0; k < count; k++) {
      rates[k] = schedule.at(k);
      best = smoothed.get(k) < smoothed.get(best) ? k : best;
    }
    int steepest = 0;
    double slope = Double.POSITIVE_INFINITY;
    for (int k = 1; k < best; k++) {
      double fall = smoothed.get(k + 1) - smoothed.get(k - 1);
      if (fall < slope) {
        slope = fall;
        steepest = k;
      }
    }
    double least = count == 0 ? low : rates[best];
    return new Found(
        rates,
        values.stream().mapToDouble(x -> x).toArray(),
        smoothed.stream().mapToDouble(x -> x).toArray(),
        count == 0 ? low : rates[steepest],
        least,
        least / CAUTION,
        diverged ? OptionalDouble.of(schedule.at(count)) : OptionalDouble.empty());
  }

  /// The same problem without a look at held-out data.
  private static Problem unseen(Problem problem) {
    return new Problem() {
      @Override
      public int size() {
        return problem.size();
      }

      @Override
      public Objective objective(long iteration) {
        return problem.objective(iteration);
      }

      @Override
      public boolean isFixed() {
        return problem.isFixed();
      }

      @Override
      public Parts parts() {
        return problem.parts();
      }

      @Override
      public OptionalDouble validation(double[] c) {
        return OptionalDouble.empty();
      }
    };
  }
}
