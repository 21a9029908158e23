package org.costate.control.convex;

/// `f(x) = ½ xᵀ P x + q·x + r`, `P` symmetric.
///
/// @param p `[n, n]`
/// @param q `[n]`
/// @param r a number
public record QuadraticForm(double[][] p, double[] q, double r) {
  /// @throws IllegalArgumentException if shapes do not fit
  public QuadraticForm {
    Forms.requireLength("quadratic form", p.length, q.length);
    for (double[] row : p) {
      Forms.requireLength("quadratic form", row.length, q.length);
    }
  }

  /// `q·x`.
  public static QuadraticForm linear(double[] q) {
    return new QuadraticForm(new double[q.length][q.length], q, 0);
  }

  /// `½ ‖x − centre‖²`: its minimiser over a set is the projection of `centre`.
  public static QuadraticForm distance(double[] centre) {
    int n = centre.length;
    double[][] p = new double[n][];
    double[] q = new double[n];
    for (int i = 0; i < n; i++) {
      p[i] = Forms.unit(n, i, 1);
      q[i] = -centre[i];
    }
    return new QuadraticForm(p, q, 0.5 * Forms.dot(centre, centre));
  }

  /// Number of unknowns.
  public int size() {
    return q.length;
  }

  /// `f(x)`.
  public double value(double[] x) {
    double sum = r;
    for (int i = 0; i < q.length; i++) {
      sum += x[i] * (q[i] + 0.5 * Forms.dot(p[i], x));
    }
    return sum;
  }

  /// `P x + q`.
  public double[] gradient(double[] x) {
    double[] g = q.clone();
    for (int i = 0; i < q.length; i++) {
      g[i] += Forms.dot(p[i], x);
    }
    return g;
  }

  /// `f(origin + ·) − f(origin)`, without cancellation.
  QuadraticForm around(double[] origin) {
    return new QuadraticForm(p, gradient(origin), 0);
  }
}
