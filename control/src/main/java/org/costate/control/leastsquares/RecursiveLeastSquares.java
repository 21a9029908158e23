package org.costate.control.leastsquares;

/// Least squares row by row: the exact update of the fast memory. With
/// `A = Σ λ^{n−i} x_i x_iᵀ + λⁿ μI` it keeps `A⁻¹` by the identity of Sherman and Morrison and the
/// coefficients `c = A⁻¹ Σ λ^{n−i} x_i y_i`:
///
///     g = A⁻¹ x / (λ + xᵀA⁻¹x),   c := c + g (y − xᵀc),   A⁻¹ := (A⁻¹ − g xᵀA⁻¹)/λ.
///
/// The weights of the layer (slow memory) do not change; a row is remembered, or taken back, by a
/// rank-one update.
public final class RecursiveLeastSquares {
  private final int features;
  private final double forgetting;
  private final double[] inverse;
  private final double[] coefficients;
  private final double[] carried;

  /// An empty memory.
  ///
  /// @param features `p`
  /// @param ridge `μ > 0`: what stands in for the rows before the first
  /// @param forgetting `λ` in (0, 1]: what a row is worth one row later
  /// @throws IllegalArgumentException if a number is out of range
  public RecursiveLeastSquares(int features, double ridge, double forgetting) {
    if (features < 1 || !(ridge > 0) || !(forgetting > 0 && forgetting <= 1)) {
      throw new IllegalArgumentException(
          "recursive least squares: found %d features, ridge %s, forgetting %s, expected positive"
                  .formatted(features, ridge, forgetting)
              + " numbers, forgetting at most 1");
    }
    this.features = features;
    this.forgetting = forgetting;
    inverse = new double[Math.multiplyExact(features, features)];
    for (int j = 0; j < features; j++) {
      inverse[j * features + j] = 1 / ridge;
    }
    coefficients = new double[features];
    carried = new double[features];
  }

  /// Remembers a row, after letting all earlier ones fade by `λ`.
  public void remember(double[] x, double y) {
    update(x, y, forgetting, 1);
  }

  /// Takes back a row that was remembered, where nothing has faded since.
  ///
  /// @throws IllegalStateException if without it the memory is singular
  public void takeBack(double[] x, double y) {
    update(x, y, 1, -1);
  }

  /// The coefficients; a copy.
  public double[] coefficients() {
    return coefficients.clone();
  }

  private void update(double[] x, double y, double fade, double sign) {
    double square = 0;
    double error = y;
    for (int j = 0; j < features; j++) {
      carried[j] = 0;
      for (int k = 0; k < features; k++) {
        carried[j] += inverse[j * features + k] * x[k];
      }
      square += x[j] * carried[j];
      error -= x[j] * coefficients[j];
    }
    double pivot = fade + sign * square;
    if (!(pivot > 0)) {
      throw new IllegalStateException(
          "recursive least squares: found a row of leverage " + square + ", expected less than 1");
    }
    for (int j = 0; j < features; j++) {
      coefficients[j] += sign * carried[j] / pivot * error;
      for (int k = 0; k <= j; k++) {
        double value = (inverse[j * features + k] - sign * carried[j] * carried[k] / pivot) / fade;
        inverse[j * features + k] = value;
        inverse[k * features + j] = value;
      }
    }
  }
}
