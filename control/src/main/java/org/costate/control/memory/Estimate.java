package org.costate.control.memory;

import org.hipparchus.special.Beta;

/// A mean over seeds with its 95 % interval (Student).
///
/// @param mean the mean
/// @param low lower end
/// @param high upper end
public record Estimate(double mean, double low, double high) {
  private static final double OUTSIDE = 0.05;

  /// The mean of `values` and its interval; infinitely wide for a single value.
  public static Estimate of(double[] values) {
    int n = values.length;
    double mean = 0;
    for (double value : values) {
      mean += value / n;
    }
    double square = 0;
    for (double value : values) {
      square += (value - mean) * (value - mean);
    }
    if (n < 2) {
      return new Estimate(mean, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
    double half = quantile(n - 1) * Math.sqrt(square / (n - 1) / n);
    return new Estimate(mean, mean - half, mean + half);
  }

  /// Whether `value` lies in the interval.
  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  /// The value that Student's `|t|` exceeds with probability 5 %.
  static double quantile(int freedom) {
    double below = 0;
    double above = 1000;
    for (int k = 0; k < 200; k++) {
      double t = 0.5 * (below + above);
      double tail = Beta.regularizedBeta(freedom / (freedom + t * t), 0.5 * freedom, 0.5);
      if (tail > OUTSIDE) {
        below = t;
      } else {
        above = t;
      }
    }
    return 0.5 * (below + above);
  }
}
