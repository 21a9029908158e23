package org.costate.control.lyapunov;

import org.costate.model.NumericalException;
import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;
import org.ojalgo.matrix.store.RawStore;

/// Small symmetric matrices `[row][column]` and the congruences between them.
final class SymmetricMatrices {
  private SymmetricMatrices() {}

  static double[][] identity(int n) {
    double[][] identity = new double[n][n];
    for (int i = 0; i < n; i++) {
      identity[i][i] = 1;
    }
    return identity;
  }

  /// `X Y`.
  static double[][] product(double[][] x, double[][] y) {
    double[][] z = new double[x.length][y[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int k = 0; k < y.length; k++) {
        double a = x[i][k];
        for (int j = 0; j < z[i].length; j++) {
          z[i][j] += a * y[k][j];
        }
      }
    }
    return z;
  }

  static double[][] transposed(double[][] x) {
    double[][] t = new double[x[0].length][x.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < t.length; j++) {
        t[j][i] = x[i][j];
      }
    }
    return t;
  }

  /// `Aᵀ P A`, symmetric to the last bit.
  static double[][] congruent(double[][] a, double[][] p) {
    return symmetrised(product(transposed(a), product(p, a)));
  }

  /// `(X + Xᵀ)/2`, in place.
  static double[][] symmetrised(double[][] x) {
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < i; j++) {
        double mean = (x[i][j] + x[j][i]) / 2;
        x[i][j] = mean;
        x[j][i] = mean;
      }
    }
    return x;
  }

  /// `y := y + a x`.
  static void add(double a, double[][] x, double[][] y) {
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x[i].length; j++) {
        y[i][j] += a * x[i][j];
      }
    }
  }

  static double trace(double[][] x) {
    double trace = 0;
    for (int i = 0; i < x.length; i++) {
      trace += x[i][i];
    }
    return trace;
  }

  /// Eigenvalues in ascending order.
  ///
  /// @throws NumericalException if an entry is not finite
  static double[] eigenvalues(double[][] x) {
    double factor = scale(x);
    RawStore scaled = RawStore.wrap(scaled(1 / factor, x));
    Eigenvalue<Double> values = Eigenvalue.R064.make(scaled, true);
    values.computeValuesOnly(scaled);
    double[] all =
        values.getEigenvalues().stream().mapToDouble(z -> factor * z.getReal()).toArray();
    java.util.Arrays.sort(all);
    return all;
  }

  /// The power of two below the largest entry: the iteration squares entries, and does not end
  /// where squares are no numbers.
  static double scale(double[][] x) {
    double largest = 0;
    for (double[] row : x) {
      for (double entry : row) {
        if (!Double.isFinite(entry)) {
          throw new NumericalException(
              "quadratic function",
              0,
              0,
              "found " + entry + " in its matrix, expected finite numbers. Maybe --lyapunov 0");
        }
        largest = Math.max(largest, Math.abs(entry));
      }
    }
    int most = Double.MAX_EXPONENT - 1;
    return largest > 0 ? Math.scalb(1.0, Math.clamp(Math.getExponent(largest), -most, most)) : 1;
  }

  static double[][] scaled(double factor, double[][] x) {
    double[][] scaled = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      scaled[i] = x[i].clone();
      for (int j = 0; j < scaled[i].length; j++) {
        scaled[i][j] *= factor;
      }
    }
    return scaled;
  }

  static double least(double[][] x) {
    return eigenvalues(x)[0];
  }

  static double largest(double[][] x) {
    return eigenvalues(x)[x.length - 1];
  }

  /// Largest magnitude of an eigenvalue of any square matrix.
  static double spectralRadius(double[][] a) {
    return Eigenvalues.of(a).stream().mapToDouble(Eigenvalues.Complex::magnitude).max().orElse(0);
  }

  /// The largest `λ` with `det(X − λ P) = 0`: the largest eigenvalue of `L⁻¹ X L⁻ᵀ`, `P = L Lᵀ`.
  static double largestOfPencil(double[][] x, double[][] p) {
    Cholesky<Double> cholesky = Cholesky.R064.make(RawStore.wrap(p));
    cholesky.decompose(RawStore.wrap(p));
    MatrixStore<Double> l = cholesky.getL();
    R064Store half = RawStore.wrap(x).collect(R064Store.FACTORY);
    half.substituteForwards(l, false, false, false);
    R064Store whole = half.transpose().collect(R064Store.FACTORY);
    whole.substituteForwards(l, false, false, false);
    return largest(symmetrised(whole.toRawCopy2D()));
  }
}
