package org.costate.control.convex;

import java.util.ArrayList;
import java.util.List;
import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;
import org.ojalgo.matrix.store.RawStore;

/// The linear matrix inequality `F(x) = F_0 + Σ_i x_i F_i ⪰ 0` of one block of symmetric matrices;
/// `φ = −log det F`, `∂φ/∂x_i = −tr(F⁻¹ F_i)`, `∂²φ/∂x_i∂x_j = tr(F⁻¹ F_i F⁻¹ F_j)`.
///
/// @param name what messages call it
/// @param constant `F_0`
/// @param coefficients `F_1 … F_n`
public record SemidefiniteCone(String name, double[][] constant, List<double[][]> coefficients)
    implements Barrier {
  /// @throws IllegalArgumentException if the matrices are not square and of one size
  public SemidefiniteCone {
    coefficients = List.copyOf(coefficients);
    int order = constant.length;
    requireSquare(name, constant, order);
    for (double[][] f : coefficients) {
      requireSquare(name, f, order);
    }
  }

  private static void requireSquare(String name, double[][] f, int order) {
    Forms.requireLength(name, f.length, order);
    for (double[] row : f) {
      Forms.requireLength(name, row.length, order);
    }
  }

  @Override
  public int size() {
    return coefficients.size();
  }

  @Override
  public double order() {
    return constant.length;
  }

  private R064Store at(double[] x) {
    R064Store f = R064Store.FACTORY.copy(RawStore.wrap(constant));
    for (int i = 0; i < x.length; i++) {
      double[][] fi = coefficients.get(i);
      for (int r = 0; r < fi.length; r++) {
        for (int c = 0; c < fi.length; c++) {
          f.add(r, c, x[i] * fi[r][c]);
        }
      }
    }
    return f;
  }

  /// Minus the least eigenvalue of `F(x)`.
  @Override
  public double violation(double[] x) {
    Eigenvalue<Double> eigenvalues = Eigenvalue.R064.make(constant.length, true);
    eigenvalues.computeValuesOnly(at(x));
    double least = Double.POSITIVE_INFINITY;
    for (var value : eigenvalues.getEigenvalues()) {
      least = Math.min(least, value.doubleValue());
    }
    return -least;
  }

  @Override
  public double value(double[] x) {
    Cholesky<Double> cholesky = Cholesky.R064.make(constant.length, constant.length);
    if (!cholesky.decompose(at(x)) || !cholesky.isSPD()) {
      return Double.NaN;
    }
    MatrixStore<Double> l = cholesky.getL();
    double phi = 0;
    for (int i = 0; i < constant.length; i++) {
      phi -= 2 * Math.log(l.doubleValue(i, i));
    }
    return phi;
  }

  /// `F⁻¹ F_i` of all unknowns.
  private List<double[][]> scaled(double[] x) {
    Cholesky<Double> cholesky = Cholesky.R064.make(constant.length, constant.length);
    cholesky.decompose(at(x));
    List<double[][]> products = new ArrayList<>();
    for (double[][] f : coefficients) {
      products.add(cholesky.getSolution(RawStore.wrap(f)).toRawCopy2D());
    }
    return products;
  }

  @Override
  public void addGradient(double[] x, double[] g) {
    List<double[][]> products = scaled(x);
    for (int i = 0; i < g.length; i++) {
      double[][] m = products.get(i);
      for (int r = 0; r < m.length; r++) {
        g[i] -= m[r][r];
      }
    }
  }

  @Override
  public void addHessian(double[] x, double[][] h) {
    List<double[][]> products = scaled(x);
    for (int i = 0; i < h.length; i++) {
      for (int j = 0; j <= i; j++) {
        double trace = Forms.traceOfProduct(products.get(i), products.get(j));
        h[i][j] += trace;
        if (j < i) {
          h[j][i] += trace;
        }
      }
    }
  }

  @Override
  public Barrier loosened() {
    List<double[][]> more = new ArrayList<>(coefficients);
    double[][] identity = new double[constant.length][];
    for (int i = 0; i < identity.length; i++) {
      identity[i] = Forms.unit(identity.length, i, 1);
    }
    more.add(identity);
    return new SemidefiniteCone(name, constant, more);
  }
}
