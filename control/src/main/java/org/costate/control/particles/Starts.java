package org.costate.control.particles;

import java.util.random.RandomGenerator;
import org.costate.control.train.RandomStreams;
import org.costate.model.InputException;

/// Where particles begin.
public final class Starts {
  private static final double NEAR_UNIT = 1e-6;

  private Starts() {}

  /// `n` independent points, uniform on the unit sphere of `R^d`.
  ///
  /// @return `[n, d]`
  /// @throws InputException if `n < 2` or `d < 2`
  public static double[] uniform(int n, int d, long seed) {
    requireSizes(n, d);
    RandomGenerator random = new RandomStreams(seed).stream("particles", 0);
    double[] x = new double[n * d];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextGaussian();
    }
    return normalised(x, d);
  }

  /// `n` orthogonal points: the first `n` unit vectors of `R^d`.
  ///
  /// @return `[n, d]`
  /// @throws InputException if `n < 2` or `d < n`
  public static double[] orthogonal(int n, int d) {
    requireSizes(n, d);
    if (d < n) {
      throw new InputException(
          "start: found " + n + " orthogonal points in dimension " + d,
          "a dimension of at least " + n,
          "");
    }
    double[] x = new double[n * d];
    for (int i = 0; i < n; i++) {
      x[i * d + i] = 1;
    }
    return x;
  }

  /// `x` with every row of length `d` brought from nearly to exactly unit length.
  ///
  /// @param from where they come from, for errors
  /// @throws InputException if a row is no unit vector to 1e-6
  public static double[] requireUnit(double[] x, int d, String from) {
    for (int i = 0; i < x.length / d; i++) {
      double norm = norm(x, d, i);
      if (!(Math.abs(norm - 1) <= NEAR_UNIT)) {
        throw new InputException(
            from + ": found point " + i + " of norm " + norm,
            "points on the unit sphere",
            "Maybe divide every row by its norm.");
      }
    }
    return normalised(x, d);
  }

  /// Every row of length `d` divided by its norm.
  static double[] normalised(double[] x, int d) {
    double[] unit = x.clone();
    for (int i = 0; i < x.length / d; i++) {
      double norm = norm(x, d, i);
      for (int k = 0; k < d; k++) {
        unit[i * d + k] /= norm;
      }
    }
    return unit;
  }

  private static double norm(double[] x, int d, int i) {
    double square = 0;
    for (int k = 0; k < d; k++) {
      square += x[i * d + k] * x[i * d + k];
    }
    return Math.sqrt(square);
  }

  static void requireSizes(int n, int d) {
    if (n < 2) {
      throw new InputException("particles: found n = " + n, "at least 2", "");
    }
    if (d < 2) {
      throw new InputException(
          "particles: found d = " + d, "at least 2: nothing moves on a sphere of two points", "");
    }
    if ((long) n * n > Integer.MAX_VALUE || (long) n * 4 * (d + 1) > Integer.MAX_VALUE / 16) {
      throw new InputException(
          "particles: found n = " + n + ", d = " + d,
          "a state and its pairs that fit in arrays",
          "");
    }
  }
}
