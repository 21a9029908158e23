package org.costate.model.time;

import java.util.Arrays;

/// The times `t_0 < t_1 < … < t_N` between which steps are taken; any spacing.
public final class TimeGrid {
  private final double[] times;

  private TimeGrid(double[] times) {
    this.times = times;
  }

  /// `steps` equal steps from 0 to `end`.
  ///
  /// @throws IllegalArgumentException if `steps < 1` or `end` is not positive and finite
  public static TimeGrid uniform(int steps, double end) {
    if (steps < 1 || !(end > 0) || Double.isInfinite(end)) {
      throw new IllegalArgumentException(
          "time grid: found "
              + steps
              + " steps to time "
              + end
              + ", expected at least 1 step and a positive end");
    }
    double[] times = new double[steps + 1];
    Arrays.setAll(times, n -> end * n / steps);
    return new TimeGrid(times);
  }

  /// The given times.
  ///
  /// @throws IllegalArgumentException if there are fewer than two or they do not rise
  public static TimeGrid of(double... times) {
    if (times.length < 2) {
      throw new IllegalArgumentException(
          "time grid: found " + times.length + " times, expected at least 2");
    }
    for (int n = 0; n + 1 < times.length; n++) {
      if (!(times[n] < times[n + 1])) {
        throw new IllegalArgumentException(
            "time grid: found step "
                + n
                + " from "
                + times[n]
                + " to "
                + times[n + 1]
                + ", expected rising times");
      }
    }
    return new TimeGrid(times.clone());
  }

  /// Number of steps `N`.
  public int steps() {
    return times.length - 1;
  }

  /// Time `t_n`, `n = 0 … N`.
  public double time(int n) {
    return times[n];
  }

  /// Size `t_{n+1} − t_n` of step `n`.
  public double step(int n) {
    return times[n + 1] - times[n];
  }

  /// The last time `T`.
  public double end() {
    return times[times.length - 1];
  }

  /// Every step split into `parts` equal ones.
  public TimeGrid refined(int parts) {
    double[] finer = new double[steps() * parts + 1];
    for (int n = 0; n < steps(); n++) {
      for (int k = 0; k < parts; k++) {
        finer[n * parts + k] = times[n] + step(n) * k / parts;
      }
    }
    finer[steps() * parts] = end();
    return new TimeGrid(finer);
  }
}
