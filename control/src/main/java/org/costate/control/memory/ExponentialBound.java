package org.costate.control.memory;

import java.util.List;

/// How many random patterns attention keeps at least (Ramsauer et al., theorem 3): with patterns on
/// the sphere of radius `K √(d−1)`, with probability `1 − p` as many as `√p c^{(d−1)/4}`,
///
///     c = b / W_0(exp(a + ln b)),   a = 2/(d−1) (1 + ln(2 β K² p (d−1))),   b = 2 K² β / 5.
final class ExponentialBound {
  private ExponentialBound() {}

  /// The number of patterns.
  ///
  /// @param radius `K`
  /// @param p probability of failure
  static double patterns(int d, double beta, double radius, double p) {
    return Math.sqrt(p) * Math.pow(base(d, beta, radius, p), (d - 1) / 4.0);
  }

  /// Exponential growth rate of the bound over some dimensions: the slope of its logarithm.
  static double slope(List<Integer> dimensions, double beta, double radius, double p) {
    double[] x = dimensions.stream().mapToDouble(d -> d).toArray();
    double[] y =
        dimensions.stream().mapToDouble(d -> Math.log(patterns(d, beta, radius, p))).toArray();
    return CapacityStudy.slope(x, y);
  }

  static double base(int d, double beta, double radius, double p) {
    double square = radius * radius;
    double a = 2.0 / (d - 1) * (1 + Math.log(2 * beta * square * p * (d - 1)));
    double b = 2 * square * beta / 5;
    return b / lambert(Math.exp(a + Math.log(b)));
  }

  /// The principal branch of the Lambert function, `w e^w = z`, `z ≥ 0`, by Newton's method.
  static double lambert(double z) {
    double w = Math.log1p(z);
    for (int k = 0; k < 100; k++) {
      double e = Math.exp(w);
      double step = (w * e - z) / (e * (w + 1));
      w -= step;
      if (Math.abs(step) <= 1e-15 * Math.abs(w)) {
        break;
      }
    }
    return w;
  }
}
