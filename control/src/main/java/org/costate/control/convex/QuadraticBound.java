package org.costate.control.convex;

/// `½ xᵀ P x + q·x + r ≤ 0` with `P` positive semidefinite; `φ = −log(−f)`.
///
/// @param name what messages call it
/// @param form `f`
public record QuadraticBound(String name, QuadraticForm form) implements Barrier {

  /// The ball `½ (‖x − centre‖² − radius²) ≤ 0`.
  public static QuadraticBound ball(String name, double[] centre, double radius) {
    int n = centre.length;
    double[][] p = new double[n][];
    double[] q = new double[n];
    for (int i = 0; i < n; i++) {
      p[i] = Forms.unit(n, i, 1);
      q[i] = -centre[i];
    }
    double r = 0.5 * (Forms.dot(centre, centre) - radius * radius);
    return new QuadraticBound(name, new QuadraticForm(p, q, r));
  }

  @Override
  public int size() {
    return form.size();
  }

  @Override
  public double order() {
    return 1;
  }

  @Override
  public double violation(double[] x) {
    return form.value(x);
  }

  @Override
  public double value(double[] x) {
    return -Math.log(-form.value(x));
  }

  @Override
  public void addGradient(double[] x, double[] g) {
    Forms.axpy(1 / -form.value(x), form.gradient(x), g);
  }

  @Override
  public void addHessian(double[] x, double[][] h) {
    double slack = -form.value(x);
    Forms.addOuter(1 / (slack * slack), form.gradient(x), h);
    for (int i = 0; i < h.length; i++) {
      Forms.axpy(1 / slack, form.p()[i], h[i]);
    }
  }

  @Override
  public Barrier loosened() {
    int n = size();
    double[][] p = new double[n + 1][];
    for (int i = 0; i < n; i++) {
      p[i] = Forms.extended(form.p()[i], 0);
    }
    p[n] = new double[n + 1];
    return new QuadraticBound(name, new QuadraticForm(p, Forms.extended(form.q(), -1), form.r()));
  }
}
