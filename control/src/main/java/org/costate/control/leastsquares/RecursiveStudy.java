package org.costate.control.leastsquares;

import java.util.List;
import java.util.random.RandomGenerator;
import org.costate.control.train.RandomStreams;

/// How the fast memory follows a long table whose coefficients change half way: recursive least
/// squares with and without forgetting, and how far it ends from the batch solution of all rows,
/// which is found by QR.
///
/// @param seed where the table comes from
public record RecursiveStudy(long seed) {
  /// Rows of the table.
  public static final int ROWS = 10_000;

  /// Features of a row.
  public static final int FEATURES = 6;

  /// Largest distance from the batch solution.
  public static final double TOLERANCE = 1e-10;

  private static final int STRIDE = 50;
  private static final double RIDGE = 0.1;

  /// How one memory went.
  ///
  /// @param forgetting `λ`
  /// @param rows how many rows had been remembered
  /// @param distances largest difference of a coefficient from the one that the rows are made with
  ///     then
  /// @param fromBatch largest difference of a coefficient from the batch solution, at the end
  public record Course(double forgetting, double[] rows, double[] distances, double fromBatch) {}

  /// Follows the same table with every `λ`.
  public List<Course> follow(List<Double> forgetting) {
    return forgetting.stream().map(this::follow).toList();
  }

  private Course follow(double forgetting) {
    RandomGenerator random = new RandomStreams(seed).stream("recursive", 0);
    RecursiveLeastSquares memory = new RecursiveLeastSquares(FEATURES, RIDGE, forgetting);
    OrthogonalFactor batch = new OrthogonalFactor(FEATURES, false);
    double[] at = new double[ROWS / STRIDE];
    double[] distances = new double[at.length];
    double[] x = new double[FEATURES];
    for (int i = 0; i < ROWS; i++) {
      double y = random.nextGaussian();
      for (int j = 0; j < FEATURES; j++) {
        x[j] = random.nextGaussian();
        y += truth(i, j) * x[j];
      }
      memory.remember(x, y);
      batch.add(x, y, Math.pow(forgetting, ROWS - 1.0 - i));
      if ((i + 1) % STRIDE == 0) {
        int k = i / STRIDE;
        at[k] = i + 1.0;
        distances[k] = fromTruth(memory.coefficients(), i);
      }
    }
    double ridge = RIDGE * Math.pow(forgetting, ROWS);
    double[] exact = batch.solve(ridge, FEATURES).coefficients();
    return new Course(forgetting, at, distances, apart(exact, memory.coefficients()));
  }

  /// The coefficient of feature `j` at row `i`.
  private static double truth(int i, int j) {
    return i < ROWS / 2 ? j - 2.0 : 3.0 - j;
  }

  private static double fromTruth(double[] coefficients, int i) {
    double[] truth = new double[FEATURES];
    for (int j = 0; j < FEATURES; j++) {
      truth[j] = truth(i, j);
    }
    return apart(truth, coefficients);
  }

  private static double apart(double[] a, double[] b) {
    double largest = 0;
    for (int j = 0; j < a.length; j++) {
      largest = Math.max(largest, Math.abs(a[j] - b[j]));
    }
    return largest;
  }
}
