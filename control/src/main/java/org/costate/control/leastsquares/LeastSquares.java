package org.costate.control.leastsquares;

import java.util.OptionalDouble;
import org.costate.control.leastsquares.LeastSquaresFit.Agreement;
import org.costate.model.InputException;
import org.costate.model.kernel.Kernels;

/// Builds the single layer of linear attention whose forward pass is the least-squares projection.
///
/// With `XᵀX = V Λ Vᵀ` (features centred where there is an intercept), `L = V Λ^{-1/2}`,
/// `P = Lᵀ Xᵀ y` and `W_Q = W_K = W_V = L` the layer gives `(XL)(XL)ᵀ(XL)P = X (XᵀX)⁻¹ Xᵀ y`. Where
/// `X` is rank-deficient, `L` gives the pseudo-inverse. With a ridge `μ`, queries and keys have
/// `L_μ = V (Λ+μ)^{-1/2}` and values keep `L`, so that the filter `λ/(λ+μ)` acts once.
///
/// Rows are streamed: once for the covariance and for the independent QR, once more where the
/// features are nearly dependent (the covariance of `XL`, which corrects `L` for round-off), and
/// once for the forward pass, chunk by chunk; contexts of chunks add up.
///
/// @param intercept whether features and target are centred
/// @param ridge `μ ≥ 0`, added to the covariance; the intercept is free of it
public record LeastSquares(boolean intercept, double ridge, Kernels kernels) {
  /// Largest relative difference from QR that counts as agreement.
  public static final double TOLERANCE = 1e-10;

  /// Condition number from which features count as collinear.
  public static final double COLLINEAR = 1e4;

  /// Largest magnitude of a number, so that squares can be added.
  public static final double LARGEST = 1e140;

  /// Least that the largest magnitude of a feature may be, unless it is 0.
  public static final double SMALLEST = 1e-140;

  private static final double LARGEST_RIDGE = 1e100;

  /// @throws InputException if the ridge is negative or above 1e100
  public LeastSquares {
    if (!(ridge >= 0 && ridge <= LARGEST_RIDGE)) {
      throw new InputException("ridge: found " + ridge, "a number from 0 to " + LARGEST_RIDGE, "");
    }
  }

  /// A column that [#fit] refuses: a constant feature, or numbers whose squares cannot be added.
  public static final class UnusableColumn extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int column;
    private final double size;

    UnusableColumn(int column, double size) {
      super("least squares: found column " + column + " constant or out of range: " + size);
      this.column = column;
      this.size = size;
    }

    /// Which feature; their number for the target.
    public int column() {
      return column;
    }

    /// Largest magnitude where that is above [#LARGEST] or below [#SMALLEST].
    public OptionalDouble outOfRange() {
      return size > LARGEST || size < SMALLEST ? OptionalDouble.of(size) : OptionalDouble.empty();
    }
  }

  /// Fits `data`.
  ///
  /// @throws InputException if there are fewer rows than unknowns and no ridge
  /// @throws UnusableColumn if a feature is constant beside an intercept, or zero, or numbers are
  ///     out of range
  public LeastSquaresFit fit(RegressionData data) {
    int p = data.features();
    Moments moments = new Moments(p + 1, intercept);
    OrthogonalFactor factor = new OrthogonalFactor(p, intercept);
    Moments target = new Moments(1, true);
    double[] z = new double[p + 1];
    double[] largest = new double[p + 1];
    data.forEach(
        (x, y, weight) -> {
          System.arraycopy(x, 0, z, 0, p);
          z[p] = y;
          follow(largest, z);
          moments.add(z, weight);
          target.add(new double[] {y}, weight);
          factor.add(x, y, weight);
        });
    moments.finish();
    requireRows(moments, p);
    requireVariation(moments, largest);
    Whitening maps = Whitening.of(data, moments, p, ridge);
    RegressionLayer layer = layer(p, maps.forQueries(), maps.plain(), moments);
    double[] coefficients = ContextPass.coefficients(data, layer, moments);
    double total = target.finish().product(0, 0);
    return assemble(p, moments, factor, maps, layer, coefficients, total);
  }

  private LeastSquaresFit assemble(
      int p,
      Moments moments,
      OrthogonalFactor factor,
      Whitening maps,
      RegressionLayer layer,
      double[] coefficients,
      double total) {
    double residual = factor.residual(coefficients);
    int rank = maps.rank();
    OrthogonalFactor.Solution reference = factor.solve(ridge, ridge > 0 ? p : rank);
    double constant = intercept ? moments.mean(p) : 0;
    double[] mean = new double[p];
    for (int j = 0; j < p; j++) {
      mean[j] = moments.mean(j);
      constant -= mean[j] * coefficients[j];
    }
    double[] singular = factor.singularValues();
    double noise = noise(moments, maps, residual);
    return new LeastSquaresFit(
        layer,
        context(moments, maps.plain(), p),
        mean,
        coefficients,
        constant,
        standardErrors(maps, noise, p),
        interceptError(moments, mean, maps, noise),
        moments.rows(),
        rank,
        singular[0] / singular[p - 1],
        1 - residual / total,
        residual,
        agreement(coefficients, reference, moments, factor),
        reference.coefficients(),
        reference.intercept(),
        twiceFiltered(moments, maps, p));
  }

  private void requireRows(Moments moments, int p) {
    int unknowns = p + (intercept ? 1 : 0);
    if ((moments.rows() < unknowns && ridge == 0) || moments.rows() < 2) {
      throw new InputException(
          "least squares, rows: found " + moments.rows() + " for " + unknowns + " coefficients",
          "at least as many as coefficients, and 2",
          "Maybe fewer columns, or --ridge 1?");
    }
  }

  private static void follow(double[] largest, double[] z) {
    for (int j = 0; j < z.length; j++) {
      double size = Math.abs(z[j]);
      if (!(size <= LARGEST)) {
        throw new UnusableColumn(j, size);
      }
      largest[j] = Math.max(largest[j], size);
    }
  }

  private static void requireVariation(Moments moments, double[] largest) {
    for (int j = 0; j < largest.length - 1; j++) {
      double roundOff = 1e-15 * moments.mean(j);
      boolean small = largest[j] > 0 && largest[j] < SMALLEST;
      if (small || moments.product(j, j) <= moments.weight() * roundOff * roundOff) {
        throw new UnusableColumn(j, small ? largest[j] : 1);
      }
    }
  }

  private RegressionLayer layer(int p, double[] queries, double[] values, Moments moments) {
    double[] readout = new double[p];
    for (int k = 0; k < p; k++) {
      for (int j = 0; j < p; j++) {
        readout[k] += values[j * p + k] * moments.product(j, p);
      }
    }
    return new RegressionLayer(p, queries, values, readout, kernels);
  }

  /// `p` tokens with the covariance of the rows seen through keys and values: row `k` of
  /// `(G L_V)ᵀ`, and keys and values meet in the same sum.
  private static double[] context(Moments moments, double[] values, int p) {
    double[] tokens = new double[p * p];
    for (int k = 0; k < p; k++) {
      for (int j = 0; j < p; j++) {
        for (int l = 0; l < p; l++) {
          tokens[k * p + j] += moments.product(j, l) * values[l * p + k];
        }
      }
    }
    return tokens;
  }

  /// Estimated variance of the noise; NaN where it or its meaning is missing.
  private double noise(Moments moments, Whitening maps, double residual) {
    long freedom = moments.rows() - maps.rank() - (intercept ? 1 : 0);
    return ridge > 0 || freedom < 1 ? Double.NaN : residual / freedom;
  }

  private static double[] standardErrors(Whitening maps, double noise, int p) {
    double[] errors = new double[p];
    for (int j = 0; j < p; j++) {
      double square = 0;
      for (int k = 0; k < p; k++) {
        square += maps.plain()[j * p + k] * maps.plain()[j * p + k];
      }
      errors[j] = Math.sqrt(noise * square);
    }
    return errors;
  }

  /// `σ √(1/Σw + mᵀ G⁻¹ m)`: the level of the centred fit and the coefficients both err.
  private double interceptError(Moments moments, double[] mean, Whitening maps, double noise) {
    int p = mean.length;
    double square = 1 / moments.weight();
    for (int k = 0; k < p; k++) {
      double along = 0;
      for (int j = 0; j < p; j++) {
        along += mean[j] * maps.plain()[j * p + k];
      }
      square += along * along;
    }
    return intercept ? Math.sqrt(noise * square) : Double.NaN;
  }

  private Agreement agreement(
      double[] coefficients,
      OrthogonalFactor.Solution reference,
      Moments moments,
      OrthogonalFactor factor) {
    int p = coefficients.length;
    double[] difference = new double[p];
    double apart = 0;
    double largest = 0;
    for (int j = 0; j < p; j++) {
      double length = Math.sqrt(moments.product(j, j));
      difference[j] = coefficients[j] - reference.coefficients()[j];
      apart = Math.max(apart, length * Math.abs(difference[j]));
      largest = Math.max(largest, length * Math.abs(reference.coefficients()[j]));
    }
    double fitted = factor.norm(reference.coefficients());
    double violation =
        largest == 0 ? apart : Math.max(apart / largest, factor.norm(difference) / fitted);
    return new Agreement(
        violation,
        TOLERANCE,
        "%d rows, %d coefficients; norm of the fitted values %.6g"
            .formatted(moments.rows(), p, fitted));
  }

  /// `(G+μ)⁻¹ G (G+μ)⁻¹ b`.
  private static double[] twiceFiltered(Moments moments, Whitening maps, int p) {
    double[] b = new double[p];
    for (int j = 0; j < p; j++) {
      b[j] = moments.product(j, p);
    }
    double[] once = maps.inverseTimes(b);
    double[] back = new double[p];
    for (int j = 0; j < p; j++) {
      for (int k = 0; k < p; k++) {
        back[j] += moments.product(j, k) * once[k];
      }
    }
    return maps.inverseTimes(back);
  }
}
