package org.costate.control.leastsquares;

import org.costate.control.leastsquares.RandomTasks.Task;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;

/// What is compared with a trained model: predictions for the query of a [Task] by known methods.
final class Predictors {
  private Predictors() {}

  /// Exact least squares without an intercept; of least norm where there are fewer rows than
  /// features.
  static double leastSquares(Task task) {
    int p = task.query().length;
    RealMatrix x = rows(task.x(), task.y().length, p);
    ArrayRealVector y = new ArrayRealVector(task.y(), false);
    double[] w =
        task.y().length >= p
            ? new QRDecomposition(x).getSolver().solve(y).toArray()
            : new SingularValueDecomposition(x).getSolver().solve(y).toArray();
    return dot(w, task.query());
  }

  /// Ridge regression with `μ = σ²`: for Gaussian coefficients of variance 1 the mean given the
  /// rows, which no method beats.
  static double bayes(Task task, double noise) {
    int p = task.query().length;
    RealMatrix x = rows(task.x(), task.y().length, p);
    RealMatrix g =
        x.transposeMultiply(x)
            .add(MatrixUtils.createRealIdentityMatrix(p).scalarMultiply(noise * noise));
    double[] w =
        new QRDecomposition(g)
            .getSolver()
            .solve(x.transpose().operate(new ArrayRealVector(task.y(), false)))
            .toArray();
    return dot(w, task.query());
  }

  /// One step of gradient descent of size `a` from `w = 0` on `1/(2n) Σ (<w, x_i> − y_i)²`:
  /// `w = a/n Σ y_i x_i`.
  static double step(Task task, double a) {
    int p = task.query().length;
    int n = task.y().length;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double along = 0;
      for (int j = 0; j < p; j++) {
        along += task.x()[i * p + j] * task.query()[j];
      }
      sum += task.y()[i] * along;
    }
    return a * sum / n;
  }

  /// The size of the step that errs least in the mean over contexts of `least` to `most` rows:
  /// `1/(1 + (p + 1 + σ²) mean 1/n)`.
  static double bestStep(int p, int least, int most, double noise) {
    double mean = 0;
    for (int n = least; n <= most; n++) {
      mean += 1.0 / n / (most - least + 1);
    }
    return 1 / (1 + (p + 1 + noise * noise) * mean);
  }

  /// The mean square error of that step for each feature, `(1 − a)² + a² (p + 1 + σ²)/n`, since
  /// `E S² = (1 + (p + 1)/n) I` for `S = 1/n Σ x xᵀ`.
  static double stepError(int p, int n, double noise, double a) {
    return (1 - a) * (1 - a) + a * a * (p + 1 + noise * noise) / n;
  }

  private static RealMatrix rows(double[] x, int n, int p) {
    double[][] rows = new double[n][p];
    for (int i = 0; i < n; i++) {
      System.arraycopy(x, i * p, rows[i], 0, p);
    }
    return new Array2DRowRealMatrix(rows, false);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
