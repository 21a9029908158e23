package org.costate.control.memory;

import java.util.random.RandomGenerator;

/// Patterns to be stored, `[count, d]`, row-major.
///
/// @param count how many
/// @param dimension `d`
/// @param values row-major; not modified
public record Patterns(int count, int dimension, double[] values) {
  /// @throws IllegalArgumentException if the sizes do not fit
  public Patterns {
    if (count < 1 || dimension < 1 || values.length != (long) count * dimension) {
      throw new IllegalArgumentException(
          "patterns: found " + values.length + " numbers, expected " + count + " x " + dimension);
    }
  }

  /// Independent signs.
  public static Patterns signs(int count, int dimension, RandomGenerator random) {
    double[] values = new double[Math.multiplyExact(count, dimension)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextBoolean() ? 1 : -1;
    }
    return new Patterns(count, dimension, values);
  }

  /// Independent points, uniform on the sphere of the given radius.
  public static Patterns onSphere(int count, int dimension, double radius, RandomGenerator random) {
    double[] values = new double[Math.multiplyExact(count, dimension)];
    for (int i = 0; i < count; i++) {
      double square = 0;
      for (int k = 0; k < dimension; k++) {
        double value = random.nextGaussian();
        values[i * dimension + k] = value;
        square += value * value;
      }
      for (int k = 0; k < dimension; k++) {
        values[i * dimension + k] *= radius / Math.sqrt(square);
      }
    }
    return new Patterns(count, dimension, values);
  }

  /// The first of them.
  public Patterns first(int number) {
    return new Patterns(number, dimension, java.util.Arrays.copyOf(values, number * dimension));
  }

  /// A copy of pattern `i`.
  public double[] pattern(int i) {
    return java.util.Arrays.copyOfRange(values, i * dimension, (i + 1) * dimension);
  }

  /// `⟨x_i, ξ⟩`.
  public double overlap(int i, double[] state) {
    double sum = 0;
    for (int k = 0; k < dimension; k++) {
      sum += values[i * dimension + k] * state[k];
    }
    return sum;
  }
}
