package org.costate.control.constrain;

/// Smooth constraints at a point: `h + A (x − c)`.
///
/// @param values `h` `[m]`
/// @param rows `A` `[m, n]`
/// @param equalities how many of them, the first ones, are equalities
public record Linearised(double[] values, double[][] rows, int equalities) {
  /// `function` at `c`.
  public static Linearised of(ConstraintFunction function, double[] c) {
    double[] h = new double[function.count()];
    double[][] rows = new double[h.length][c.length];
    function.jacobian(c, h, rows);
    return new Linearised(h, rows, function.equalities());
  }

  /// Number of constraints.
  public int count() {
    return values.length;
  }

  /// `x := x + α Aᵀ y`.
  public void addTransposed(double alpha, double[] y, double[] x) {
    for (int k = 0; k < y.length; k++) {
      for (int i = 0; y[k] != 0 && i < x.length; i++) {
        x[i] += alpha * y[k] * rows[k][i];
      }
    }
  }

  /// The largest violation of an equality.
  public double equalityViolation() {
    double worst = 0;
    for (int k = 0; k < equalities; k++) {
      worst = Math.max(worst, Math.abs(values[k]));
    }
    return worst;
  }

  /// The largest violation of an inequality.
  public double inequalityViolation() {
    double worst = 0;
    for (int k = equalities; k < values.length; k++) {
      worst = Math.max(worst, values[k]);
    }
    return worst;
  }

  /// `Σ` of all violations.
  public double totalViolation() {
    double sum = 0;
    for (int k = 0; k < values.length; k++) {
      sum += k < equalities ? Math.abs(values[k]) : Math.max(0, values[k]);
    }
    return sum;
  }
}
