package org.costate.interop.data;

/// Shift and scale per column, learned on the training rows: `x ↦ (x − mean)/deviation`. A column
/// that never changes is only shifted.
///
/// @param mean per column
/// @param deviation per column, positive
public record Standardisation(double[] mean, double[] deviation) {

  /// Mean and (population) deviation of each column of `values`, `[rows, columns]`. Two passes, so
  /// that large means cost no digits.
  public static Standardisation of(double[] values, int columns) {
    int rows = values.length / columns;
    double[] mean = new double[columns];
    double[] deviation = new double[columns];
    for (int i = 0; i < rows * columns; i++) {
      mean[i % columns] += values[i] / rows;
    }
    for (int i = 0; i < rows * columns; i++) {
      double distance = values[i] - mean[i % columns];
      deviation[i % columns] += distance * distance / rows;
    }
    for (int j = 0; j < columns; j++) {
      double spread = Math.sqrt(deviation[j]);
      boolean constant = spread <= 1e-12 * Math.abs(mean[j]) || spread == 0;
      deviation[j] = constant ? 1 : spread;
    }
    return new Standardisation(mean, deviation);
  }

  /// A new array of standardised rows.
  public double[] apply(double[] values) {
    double[] scaled = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int j = i % mean.length;
      scaled[i] = (values[i] - mean[j]) / deviation[j];
    }
    return scaled;
  }

  /// A new array with [#apply] undone.
  public double[] undo(double[] scaled) {
    double[] values = new double[scaled.length];
    for (int i = 0; i < scaled.length; i++) {
      int j = i % mean.length;
      values[i] = mean[j] + deviation[j] * scaled[i];
    }
    return values;
  }
}
