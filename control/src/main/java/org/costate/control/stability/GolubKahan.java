package org.costate.control.stability;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.costate.adjoint.LinearMap;
import org.costate.control.Vectors;
import org.costate.control.train.RandomStreams;
import org.costate.model.NumericalException;
import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/// Leading singular values of a linear map by Golub–Kahan–Lanczos bidiagonalisation with full
/// reorthogonalisation (Golub and Van Loan, *Matrix Computations*, section 10.4):
/// `A V_j = U_j B_j`, `Aᵀ U_j = V_j B_jᵀ + β_j v_{j+1} e_jᵀ`, `B_j` upper bidiagonal.
///
/// The singular values of `B_j` converge to those of `A`, the largest first; with `σ_i` and the
/// left vector `p_i` of `B_j`, the residual `‖Aᵀ x_i − σ_i y_i‖` is `β_j |e_jᵀ p_i|`, computed, not
/// estimated. A run of `min(rows, cols)` steps is exact up to round-off; where the map has lower
/// rank, the process ends with all of its range or starts again in a new direction.
///
/// @param tolerance a value has converged when its residual is at most this times the largest value
/// @param steps most products with the map
/// @param seed of the random start
public record GolubKahan(double tolerance, int steps, long seed) {
  /// Singular values with their vectors.
  ///
  /// @param values `σ_1 ≥ σ_2 ≥ …`
  /// @param left row `i`: the unit vector `x_i` with `A y_i = σ_i x_i`
  /// @param right row `i`: the unit vector `y_i`
  /// @param residuals `‖Aᵀ x_i − σ_i y_i‖`
  /// @param products how often the map was applied, and its transpose as often
  /// @param converged whether all residuals are within the tolerance
  public record Triplets(
      double[] values,
      double[][] left,
      double[][] right,
      double[] residuals,
      int products,
      boolean converged) {

    /// The same in the opposite order.
    Triplets reversed() {
      int n = values.length;
      double[] v = new double[n];
      double[] r = new double[n];
      double[][] l = new double[n][];
      double[][] y = new double[n][];
      for (int i = 0; i < n; i++) {
        v[i] = values[n - 1 - i];
        r[i] = residuals[n - 1 - i];
        l[i] = left[n - 1 - i];
        y[i] = right[n - 1 - i];
      }
      return new Triplets(v, l, y, r, products, converged);
    }
  }

  /// The least values of maps with at most so many rows or columns are computed completely.
  public static final int COMPLETE = 1024;

  private static final double BREAKDOWN = 1e-13;

  /// @throws IllegalArgumentException if the tolerance is not positive or there are no steps
  public GolubKahan {
    if (!(tolerance > 0) || steps < 1) {
      throw new IllegalArgumentException(
          "singular values: found tolerance "
              + tolerance
              + " and "
              + steps
              + " steps, expected a positive tolerance and at least 1 step");
    }
  }

  /// Tolerance 1e-10, at most 300 products.
  public static GolubKahan standard(long seed) {
    return new GolubKahan(1e-10, 300, seed);
  }

  /// The `count` largest singular values; fewer where the map has fewer rows or columns.
  ///
  /// A value that occurs several times may be found once only before the process has run through
  /// all of `min(rows, cols)`.
  public Triplets leading(LinearMap map, int count) {
    if (map.rows() < map.cols()) {
      Triplets t = leading(new Transposed(map), count);
      return new Triplets(
          t.values(),
          /* left= */ t.right(),
          /* right= */ t.left(),
          t.residuals(),
          t.products(),
          t.converged());
    }
    int wanted = Math.min(count, map.cols());
    int most = Math.min(Math.max(steps, wanted), map.cols());
    Basis basis = new Basis(map, most, new RandomStreams(seed).stream("golub-kahan", 0));
    int check = wanted;
    while (true) {
      boolean more = basis.extend();
      boolean last = !more || basis.size == most;
      if (last || basis.size >= check) {
        Triplets found = basis.triplets(0, wanted, tolerance);
        if (found.converged() || last) {
          return found;
        }
        check = basis.size + Math.max(1, basis.size / 8);
      }
    }
  }

  /// The `count` least singular values, in ascending order. They come last: where all of
  /// `min(rows, cols)` steps fit within `steps`, or within [#COMPLETE], the process runs through
  /// all of them and the values are exact up to round-off relative to the largest; otherwise they
  /// are upper bounds (the values of a part of the map), converged where their residuals say so.
  public Triplets least(LinearMap map, int count) {
    if (map.rows() < map.cols()) {
      Triplets t = least(new Transposed(map), count);
      return new Triplets(
          t.values(),
          /* left= */ t.right(),
          /* right= */ t.left(),
          t.residuals(),
          t.products(),
          t.converged());
    }
    int wanted = Math.min(count, map.cols());
    int most = map.cols() <= COMPLETE ? map.cols() : Math.min(Math.max(steps, wanted), map.cols());
    Basis basis = new Basis(map, most, new RandomStreams(seed).stream("golub-kahan", 0));
    while (basis.size < most && basis.extend()) {
      // Every step lowers the least value.
    }
    return basis.triplets(basis.size - wanted, wanted, tolerance).reversed();
  }

  private record Transposed(LinearMap map) implements LinearMap {
    @Override
    public int rows() {
      return map.cols();
    }

    @Override
    public int cols() {
      return map.rows();
    }

    @Override
    public void apply(double[] v, double[] out) {
      map.applyTranspose(v, out);
    }

    @Override
    public void applyTranspose(double[] w, double[] out) {
      map.apply(w, out);
    }
  }

  /// The growing bases and the bidiagonal matrix between them.
  private static final class Basis {
    private final LinearMap map;
    private final RandomGenerator random;
    private final double[][] u;
    private final double[][] v;
    private final double[] alpha;
    private final double[] beta;
    private int size;
    private double scale;

    Basis(LinearMap map, int most, RandomGenerator random) {
      this.map = map;
      this.random = random;
      this.u = new double[most][];
      this.v = new double[most + 1][];
      this.alpha = new double[most];
      this.beta = new double[most];
      v[0] = direction(map.cols(), v, 0);
    }

    /// One more column of both bases; false where no new direction is left.
    boolean extend() {
      int j = size;
      if (v[j].length == 0) {
        return false;
      }
      u[j] = new double[map.rows()];
      map.apply(v[j], u[j]);
      alpha[j] = orthonormalise(u, j, map.rows());
      scale = Math.max(scale, alpha[j]);
      double[] next = new double[map.cols()];
      map.applyTranspose(u[j], next);
      v[j + 1] = next;
      beta[j] = orthonormalise(v, j + 1, map.cols());
      scale = Math.max(scale, beta[j]);
      size++;
      return true;
    }

    /// Makes row `j` orthogonal to the rows before, twice, and of length 1; returns the length it
    /// had. A row that was within those before becomes a new random direction, and its length 0.
    private double orthonormalise(double[][] rows, int j, int length) {
      double before = Vectors.norm(rows[j]);
      if (!Double.isFinite(before)) {
        throw new NumericalException(
            "singular values", 0, 0, "found a product of length " + before + ", expected a number");
      }
      project(rows, j);
      double norm = Vectors.norm(rows[j]);
      if (norm <= BREAKDOWN * Math.max(before, scale) || norm == 0) {
        rows[j] = direction(length, rows, j);
        return 0;
      }
      Vectors.scale(1 / norm, rows[j]);
      return norm;
    }

    private static void project(double[][] rows, int j) {
      for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < j; i++) {
          Vectors.axpy(-Vectors.dot(rows[i], rows[j]), rows[i], rows[j]);
        }
      }
    }

    /// A random unit vector orthogonal to the rows before `j`; empty if they span everything.
    private double[] direction(int length, double[][] rows, int j) {
      if (j >= length) {
        return new double[0];
      }
      double[][] all = Arrays.copyOf(rows, j + 1);
      all[j] = new double[length];
      for (int i = 0; i < length; i++) {
        all[j][i] = random.nextGaussian();
      }
      project(all, j);
      Vectors.scale(1 / Vectors.norm(all[j]), all[j]);
      return all[j];
    }

    /// The values from number `first` on, in descending order.
    Triplets triplets(int first, int wanted, double tolerance) {
      R064Store b = R064Store.FACTORY.make(size, size);
      for (int j = 0; j < size; j++) {
        b.set(j, j, alpha[j]);
        if (j + 1 < size) {
          b.set(j, j + 1, beta[j]);
        }
      }
      Assembled.Scaled scaled = Assembled.Scaled.of(b);
      SingularValue<Double> svd = SingularValue.R064.make(scaled.matrix());
      svd.decompose(scaled.matrix());
      int from = Math.max(0, first);
      int count = Math.min(wanted, size - from);
      double[] values = new double[count];
      double[] residuals = new double[count];
      double[][] left = new double[count][];
      double[][] right = new double[count][];
      boolean converged = count == wanted;
      double[] sigma = scaled.unscaled(svd.getSingularValues().toRawCopy1D());
      for (int i = 0; i < count; i++) {
        values[i] = sigma[from + i];
        residuals[i] = beta[size - 1] * Math.abs(svd.getU().doubleValue(size - 1, from + i));
        left[i] = combination(u, svd.getU(), from + i, map.rows());
        right[i] = combination(v, svd.getV(), from + i, map.cols());
        converged &= residuals[i] <= tolerance * sigma[0];
      }
      return new Triplets(values, left, right, residuals, size, converged);
    }

    private double[] combination(double[][] rows, MatrixStore<Double> of, int column, int length) {
      double[] sum = new double[length];
      for (int j = 0; j < size; j++) {
        Vectors.axpy(of.doubleValue(j, column), rows[j], sum);
      }
      return sum;
    }
  }
}
