package org.costate.control.convex;

/// `‖A x + b‖₂ ≤ c·x + d`; `φ = −log((c·x + d)² − ‖A x + b‖²)`.
///
/// @param name what messages call it
/// @param a `[m, n]`
/// @param b `[m]`
/// @param c `[n]`
/// @param d a number
public record SecondOrderCone(String name, double[][] a, double[] b, double[] c, double d)
    implements Barrier {
  /// @throws IllegalArgumentException if shapes do not fit
  public SecondOrderCone {
    Forms.requireLength(name, b.length, a.length);
    for (double[] row : a) {
      Forms.requireLength(name, row.length, c.length);
    }
  }

  @Override
  public int size() {
    return c.length;
  }

  @Override
  public double order() {
    return 2;
  }

  private double[] inner(double[] x) {
    double[] y = b.clone();
    for (int i = 0; i < a.length; i++) {
      y[i] += Forms.dot(a[i], x);
    }
    return y;
  }

  @Override
  public double violation(double[] x) {
    double[] y = inner(x);
    return Math.sqrt(Forms.dot(y, y)) - (Forms.dot(c, x) + d);
  }

  /// `(c·x + d)² − ‖A x + b‖²` as a product, without cancellation.
  private double slack(double[] x) {
    double[] y = inner(x);
    double norm = Math.sqrt(Forms.dot(y, y));
    double height = Forms.dot(c, x) + d;
    return (height - norm) * (height + norm);
  }

  @Override
  public double value(double[] x) {
    return violation(x) < 0 ? -Math.log(slack(x)) : Double.NaN;
  }

  /// `½ ∇ slack = (c·x + d) c − Aᵀ(A x + b)`.
  private double[] halfSlope(double[] x) {
    double[] slope = new double[size()];
    Forms.axpy(Forms.dot(c, x) + d, c, slope);
    double[] y = inner(x);
    for (int i = 0; i < a.length; i++) {
      Forms.axpy(-y[i], a[i], slope);
    }
    return slope;
  }

  @Override
  public void addGradient(double[] x, double[] g) {
    Forms.axpy(-2 / slack(x), halfSlope(x), g);
  }

  @Override
  public void addHessian(double[] x, double[][] h) {
    double s = slack(x);
    Forms.addOuter(4 / (s * s), halfSlope(x), h);
    Forms.addOuter(-2 / s, c, h);
    for (double[] row : a) {
      Forms.addOuter(2 / s, row, h);
    }
  }

  @Override
  public Barrier loosened() {
    double[][] rows = new double[a.length][];
    for (int i = 0; i < a.length; i++) {
      rows[i] = Forms.extended(a[i], 0);
    }
    return new SecondOrderCone(name, rows, b, Forms.extended(c, 1), d);
  }
}
