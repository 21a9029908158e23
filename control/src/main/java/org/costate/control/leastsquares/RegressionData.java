package org.costate.control.leastsquares;

/// Rows of features with a target, to be read as often as needed: in memory, or from a file that is
/// larger than memory.
public interface RegressionData {
  /// Features of a row.
  int features();

  /// Hands every row to `consumer`, always in the same order.
  void forEach(Row consumer);

  /// What is done with a row.
  @FunctionalInterface
  interface Row {
    /// Takes one row; the array is used again for the next.
    ///
    /// @param x features
    /// @param y target
    /// @param weight factor of the squared residual, not negative
    void accept(double[] x, double y, double weight);
  }

  /// Rows in memory, all of weight 1.
  ///
  /// @param x `[rows, features]`, row-major; not modified
  /// @param y `[rows]`
  static RegressionData of(double[] x, int features, double[] y) {
    if (x.length != (long) features * y.length) {
      throw new IllegalArgumentException(
          "regression data: found "
              + x.length
              + " features in all for "
              + y.length
              + " rows, expected "
              + features
              + " each");
    }
    return new RegressionData() {
      @Override
      public int features() {
        return features;
      }

      @Override
      public void forEach(Row consumer) {
        double[] row = new double[features];
        for (int i = 0; i < y.length; i++) {
          System.arraycopy(x, i * features, row, 0, features);
          consumer.accept(row, y[i], 1);
        }
      }
    };
  }
}
