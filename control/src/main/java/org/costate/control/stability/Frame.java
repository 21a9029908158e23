package org.costate.control.stability;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.costate.control.Vectors;
import org.costate.control.train.RandomStreams;
import org.costate.model.InputException;

/// Orthonormal directions in a space of states: the columns of `Q` with `QᵀQ = I`, kept one array
/// each.
///
/// @param columns the directions, in order; not copied, not to be modified
public record Frame(double[][] columns) {
  private static final int PASSES = 5;

  /// What is left of a direction of which less than this survives is rounding.
  private static final double LOST = 1e-14;

  /// `count` random directions in a space of `dimension` dimensions, uniformly distributed.
  ///
  /// @throws IllegalArgumentException if there are more of them than dimensions
  public static Frame random(int dimension, int count, long seed) {
    if (count < 1 || count > dimension) {
      throw new IllegalArgumentException(
          "frame: found %d directions, expected 1 to %d".formatted(count, dimension));
    }
    RandomGenerator random = new RandomStreams(seed).stream("frame", 0);
    double[][] columns = new double[count][dimension];
    for (double[] column : columns) {
      Arrays.setAll(column, i -> random.nextGaussian());
    }
    factorise(columns, columns.length);
    return new Frame(columns);
  }

  /// All coordinate directions, the last one first.
  static Frame backwards(int dimension) {
    double[][] columns = new double[dimension][dimension];
    for (int j = 0; j < dimension; j++) {
      columns[j][dimension - 1 - j] = 1;
    }
    return new Frame(columns);
  }

  /// The orthonormal directions of which the first `j` span what the first `j` of `columns` span,
  /// for every `j`.
  ///
  /// @param columns directions of equal length, not modified
  /// @throws InputException if one of them lies within the span of those before
  public static Frame spanning(double[][] columns) {
    double[][] own = new double[columns.length][];
    for (int j = 0; j < own.length; j++) {
      own[j] = columns[j].clone();
    }
    double[] diagonal = factorise(own, own.length);
    for (int j = 0; j < own.length; j++) {
      if (!(diagonal[j] > LOST * Vectors.norm(columns[j]))) {
        throw new InputException(
            "start frame: found a direction in column %d within the span of those before"
                .formatted(j),
            "linearly independent columns",
            "");
      }
    }
    return new Frame(own);
  }

  /// Number of directions.
  public int size() {
    return columns.length;
  }

  /// Dimensions of the space.
  public int dimension() {
    return columns[0].length;
  }

  /// The first `count` directions.
  public Frame first(int count) {
    return new Frame(Arrays.copyOf(columns, count));
  }

  /// Replaces the first `count` rows of `columns` by the orthonormal `Q` of `A = Q R`, and returns
  /// the diagonal of `R`, not negative: Gram–Schmidt with as many passes as the orthogonality
  /// needs.
  ///
  /// Where nothing but rounding is left of a column, its row stays what the rounding was: the
  /// diagonal says so.
  static double[] factorise(double[][] columns, int count) {
    double[] diagonal = new double[count];
    for (int j = 0; j < count; j++) {
      double norm = Vectors.norm(columns[j]);
      double before = Double.POSITIVE_INFINITY;
      for (int pass = 0; j > 0 && pass < PASSES && norm > 0 && norm < 0.7 * before; pass++) {
        for (int i = 0; i < j; i++) {
          Vectors.axpy(-Vectors.dot(columns[i], columns[j]), columns[i], columns[j]);
        }
        before = norm;
        norm = Vectors.norm(columns[j]);
      }
      diagonal[j] = norm;
      if (norm > 0) {
        Vectors.scale(1 / norm, columns[j]);
      }
    }
    return diagonal;
  }
}
