package org.costate.control.lyapunov;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.NumericalException;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.store.RawStore;

/// The eigenvalues of any square matrix.
///
/// Matrices of tangents may have entries of very different sizes, and an iteration that compares
/// products of them with rounding need not end where these products are no numbers. So the matrix
/// is brought to size 1, entries far below rounding are taken as zero, and those of a triangular
/// matrix are read off its diagonal.
public final class Eigenvalues {
  /// Part of the largest entry below which an entry is nothing, even squared.
  private static final double NOTHING = 1e-60;

  private Eigenvalues() {}

  /// An eigenvalue.
  public record Complex(double real, double imaginary) {
    /// Its magnitude.
    public double magnitude() {
      return Math.hypot(real, imaginary);
    }
  }

  /// The eigenvalues of `matrix`, in no order.
  ///
  /// @throws NumericalException if an entry is not finite
  public static List<Complex> of(double[][] matrix) {
    double factor = SymmetricMatrices.scale(matrix);
    double[][] a = SymmetricMatrices.scaled(1 / factor, matrix);
    boolean triangular = true;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        a[i][j] = Math.abs(a[i][j]) < NOTHING ? 0 : a[i][j];
        triangular &= i <= j || a[i][j] == 0;
      }
    }
    List<Complex> all = new ArrayList<>();
    if (triangular) {
      for (int i = 0; i < a.length; i++) {
        all.add(new Complex(matrix[i][i], 0));
      }
      return all;
    }
    Eigenvalue<Double> values = Eigenvalue.R064.make(RawStore.wrap(a), false);
    values.decompose(RawStore.wrap(a));
    values
        .getEigenvalues()
        .forEach(z -> all.add(new Complex(factor * z.getReal(), factor * z.getImaginary())));
    return all;
  }
}
