package org.costate.control.constrain;

import org.costate.adjoint.LinearMap;
import org.costate.control.Objective;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/// The matrix of a convex quadratic model: the exact Hessian of the Lagrangian
/// `∇²J + Σ_k y_k ∇²h_k` from Hessian–vector products, made positive definite. First by
/// `σ Aᵀ A` over the equalities, which adds a constant where `A d` is fixed and so changes no step;
/// what is then still negative is reflected, `|λ|`, with a floor.
final class Curvature {
  private static final double DEFINITE = 1e-8;
  private static final double FLOOR = 1e-4;
  private static final double AUGMENT = 10;

  private Curvature() {}

  /// @param y multipliers of the smooth constraints
  static double[][] of(
      Objective objective, ConstraintFunction smooth, Linearised at, double[] c, double[] y) {
    double[][] w = lagrangian(objective, smooth, c, y);
    Eigenvalue<Double> plain = decomposed(w);
    double largest = largest(plain);
    if (least(plain) >= DEFINITE * largest && largest > 0) {
      return w;
    }
    if (at.equalities() > 0) {
      for (int k = 0; k < at.equalities(); k++) {
        double[] row = at.rows()[k];
        double square = 0;
        for (double a : row) {
          square += a * a;
        }
        double sigma = square > 0 ? AUGMENT * Math.max(1e-3, largest) / square : 0;
        for (int i = 0; i < row.length; i++) {
          for (int j = 0; j < row.length; j++) {
            w[i][j] += sigma * row[i] * row[j];
          }
        }
      }
    }
    return reflected(w);
  }

  private static double[][] lagrangian(
      Objective objective, ConstraintFunction smooth, double[] c, double[] y) {
    int n = c.length;
    LinearMap hessian = objective.hessian(c);
    double[][] w = new double[n][n];
    double[] e = new double[n];
    for (int i = 0; i < n; i++) {
      e[i] = 1;
      hessian.apply(e, w[i]);
      smooth.addHessian(c, y, e, w[i]);
      e[i] = 0;
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double mean = 0.5 * (w[i][j] + w[j][i]);
        w[i][j] = mean;
        w[j][i] = mean;
      }
    }
    return w;
  }

  private static Eigenvalue<Double> decomposed(double[][] w) {
    Eigenvalue<Double> eigen = Eigenvalue.R064.make(w.length, true);
    eigen.decompose(R064Store.FACTORY.copy(org.ojalgo.matrix.store.RawStore.wrap(w)));
    return eigen;
  }

  private static double largest(Eigenvalue<Double> eigen) {
    MatrixStore<Double> d = eigen.getD();
    double largest = 0;
    for (long i = 0; i < d.countRows(); i++) {
      largest = Math.max(largest, Math.abs(d.doubleValue(i, i)));
    }
    return largest;
  }

  private static double least(Eigenvalue<Double> eigen) {
    MatrixStore<Double> d = eigen.getD();
    double least = Double.POSITIVE_INFINITY;
    for (long i = 0; i < d.countRows(); i++) {
      least = Math.min(least, d.doubleValue(i, i));
    }
    return least;
  }

  /// `V max(|Λ|, floor) Vᵀ`.
  private static double[][] reflected(double[][] w) {
    Eigenvalue<Double> eigen = decomposed(w);
    double floor = FLOOR * Math.max(largest(eigen), 1e-6);
    MatrixStore<Double> v = eigen.getV();
    MatrixStore<Double> d = eigen.getD();
    int n = w.length;
    double[][] b = new double[n][n];
    for (int k = 0; k < n; k++) {
      double value = Math.max(Math.abs(d.doubleValue(k, k)), floor);
      for (int i = 0; i < n; i++) {
        double left = value * v.doubleValue(i, k);
        for (int j = 0; j < n; j++) {
          b[i][j] += left * v.doubleValue(j, k);
        }
      }
    }
    return b;
  }
}
