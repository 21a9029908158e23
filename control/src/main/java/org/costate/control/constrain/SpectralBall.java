package org.costate.control.constrain;

import org.costate.model.InputException;
import org.ojalgo.array.Array1D;
import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/// `‖W‖₂ ≤ radius` of a matrix `W` `[rows, cols]`, row-major: its largest singular value, the
/// Lipschitz constant of `x ↦ x W`. The projection clips the singular values:
/// `P(U Σ Vᵀ) = U min(Σ, radius) Vᵀ`, because the norm is invariant under rotations.
///
/// @param rows fan-in
/// @param cols fan-out
/// @param radius at least 0
public record SpectralBall(int rows, int cols, double radius) implements ConstraintSet {
  /// @throws InputException if the radius is negative
  public SpectralBall {
    if (!(radius >= 0)) {
      throw new InputException(
          "spectral norm: found bound " + radius, "at least 0: no norm is negative", "");
    }
  }

  @Override
  public int size() {
    return rows * cols;
  }

  /// `W`, or `Wᵀ` where that is the tall one.
  private R064Store tall(double[] x, int from) {
    boolean wide = cols > rows;
    R064Store w = R064Store.FACTORY.make(wide ? cols : rows, wide ? rows : cols);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < cols; j++) {
        w.set(wide ? j : i, wide ? i : j, x[from + i * cols + j]);
      }
    }
    return w;
  }

  private boolean surelyInside(double[] x, int from) {
    double square = 0;
    for (int i = from; i < from + size(); i++) {
      square += x[i] * x[i];
    }
    return square <= radius * radius;
  }

  /// Where the Frobenius norm is within the bound, so is the spectral one. Numbers that are not
  /// finite have no projection and stay as they are.
  @Override
  public void project(double[] x, int from) {
    if (surelyInside(x, from) || !finite(x, from)) {
      return;
    }
    SingularValue<Double> svd = decomposed(x, from, true);
    Array1D<Double> values = svd.getSingularValues();
    MatrixStore<Double> u = svd.getU();
    MatrixStore<Double> v = svd.getV();
    boolean wide = cols > rows;
    for (int k = 0; k < values.size(); k++) {
      double excess = values.doubleValue(k) - radius;
      if (excess <= 0) {
        continue;
      }
      for (int i = 0; i < rows; i++) {
        double left = excess * (wide ? v : u).doubleValue(i, k);
        for (int j = 0; j < cols; j++) {
          x[from + i * cols + j] -= left * (wide ? u : v).doubleValue(j, k);
        }
      }
    }
  }

  private boolean finite(double[] x, int from) {
    for (int i = from; i < from + size(); i++) {
      if (!Double.isFinite(x[i])) {
        return false;
      }
    }
    return true;
  }

  private SingularValue<Double> decomposed(double[] x, int from, boolean vectors) {
    R064Store w = tall(x, from);
    SingularValue<Double> svd = SingularValue.R064.make(w);
    boolean done = vectors ? svd.decompose(w) : svd.computeValuesOnly(w);
    if (!done) {
      throw new IllegalStateException("spectral norm: the singular values did not converge");
    }
    return svd;
  }

  @Override
  public double violation(double[] x, int from) {
    if (surelyInside(x, from)) {
      return 0;
    }
    return Math.max(0, decomposed(x, from, false).getSingularValues().doubleValue(0) - radius);
  }

  @Override
  public String formula() {
    return "spectral norm <= " + radius;
  }
}
