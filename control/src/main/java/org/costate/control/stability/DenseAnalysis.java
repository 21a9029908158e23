package org.costate.control.stability;

import java.util.List;
import org.costate.adjoint.LinearMap;
import org.costate.control.lyapunov.Eigenvalues;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/// What needs the matrix `A` of a map, for small states.
public final class DenseAnalysis {
  private final MatrixStore<Double> matrix;
  private final int size;

  /// @throws IllegalArgumentException if the map is not square
  public DenseAnalysis(LinearMap map) {
    if (map.rows() != map.cols()) {
      throw new IllegalArgumentException(
          "dense analysis: found a map of %d to %d numbers, expected a square one"
              .formatted(map.cols(), map.rows()));
    }
    matrix = Assembled.matrix(map);
    size = map.rows();
  }

  /// `min_Q ‖A − Q‖₂` over all orthogonal `Q`: the largest `|σ_i − 1|`.
  public double distanceFromIsometry() {
    double largest = 0;
    for (double sigma : Assembled.singularValues(matrix)) {
      largest = Math.max(largest, Math.abs(sigma - 1));
    }
    return largest;
  }

  /// The least singular value: what a perturbation keeps at least.
  public double leastGain() {
    double[] sigma = Assembled.singularValues(matrix);
    return sigma[sigma.length - 1];
  }

  /// The logarithmic norm `μ₂((A − I)/h)`: the largest eigenvalue of the symmetric part of the
  /// field `(Φ(u) − u)/h`, by which a small perturbation begins to grow.
  ///
  /// @param h size of the step
  public double logarithmicNorm(double h) {
    R064Store symmetric = R064Store.FACTORY.make(size, size);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        double mean = (matrix.doubleValue(i, j) + matrix.doubleValue(j, i)) / 2;
        symmetric.set(i, j, (mean - (i == j ? 1 : 0)) / h);
      }
    }
    Assembled.Scaled scaled = Assembled.Scaled.of(symmetric);
    Eigenvalue<Double> values = Eigenvalue.R064.make(scaled.matrix(), true);
    values.decompose(scaled.matrix());
    return scaled.factor()
        * values.getEigenvalues().stream().mapToDouble(z -> z.getReal()).max().orElseThrow();
  }

  /// The eigenvalues of `A`.
  public List<Eigenvalues.Complex> eigenvalues() {
    return Eigenvalues.of(matrix.toRawCopy2D());
  }

  /// `σ_min(z I − A)` with `z = x + iy`: the size of the smallest perturbation of `A` that makes
  /// `z` an eigenvalue. As a real matrix `[[x I − A, −y I], [y I, x I − A]]` every singular value
  /// occurs twice.
  public double distanceToSingularity(double x, double y) {
    R064Store real = R064Store.FACTORY.make(2 * size, 2 * size);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        double entry = (i == j ? x : 0) - matrix.doubleValue(i, j);
        real.set(i, j, entry);
        real.set(size + i, size + j, entry);
      }
      real.set(i, size + i, -y);
      real.set(size + i, i, y);
    }
    double[] sigma = Assembled.singularValues(real);
    return sigma[sigma.length - 1];
  }

  /// A field of [#distanceToSingularity] over a part of the complex plane: its level lines bound
  /// the pseudospectra.
  ///
  /// @param real abscissas
  /// @param imaginary ordinates
  /// @param values `[ordinate][abscissa]`
  public record Pseudospectrum(double[] real, double[] imaginary, double[][] values) {}

  /// The field over `[−r, r] × [0, r]` (below the axis it is mirrored).
  public Pseudospectrum pseudospectrum(double r, int points) {
    double[] x = new double[2 * points - 1];
    double[] y = new double[points];
    for (int i = 0; i < x.length; i++) {
      x[i] = r * (i - points + 1) / (points - 1);
    }
    for (int j = 0; j < points; j++) {
      y[j] = r * j / (points - 1);
    }
    double[][] values = new double[points][x.length];
    for (int j = 0; j < points; j++) {
      for (int i = 0; i < x.length; i++) {
        values[j][i] = distanceToSingularity(x[i], y[j]);
      }
    }
    return new Pseudospectrum(x, y, values);
  }
}
