package org.costate.control.lyapunov;

import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;
import org.ojalgo.matrix.store.RawStore;

/// Small symmetric matrices `[row][column]` and the congruences between them.
final class Symmetric {
  private Symmetric() {}

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
  static double[] eigenvalues(double[][] x) {
    Eigenvalue<Double> values = Eigenvalue.R064.make(RawStore.wrap(x), true);
    values.computeValuesOnly(RawStore.wrap(x));
    double[] all = values.getEigenvalues().stream().mapToDouble(z -> z.getReal()).toArray();
    java.util.Arrays.sort(all);
    return all;
  }

  static double least(double[][] x) {
    return eigenvalues(x)[0];
  }

  static double largest(double[][] x) {
    return eigenvalues(x)[x.length - 1];
  }

  /// Largest magnitude of an eigenvalue of any square matrix.
  static double spectralRadius(double[][] a) {
    Eigenvalue<Double> values = Eigenvalue.R064.make(RawStore.wrap(a), false);
    values.decompose(RawStore.wrap(a));
    return values.getEigenvalues().stream()
        .mapToDouble(z -> Math.hypot(z.getReal(), z.getImaginary()))
        .max()
        .orElse(0);
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
