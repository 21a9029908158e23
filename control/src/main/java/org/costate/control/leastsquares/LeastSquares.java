package org.costate.control.leastsquares;

import java.util.Arrays;
import org.costate.control.leastsquares.LeastSquaresFit.Agreement;
import org.costate.model.InputException;
import org.costate.model.kernel.Kernels;

/// Builds the single layer of linear attention whose forward pass is the least-squares projection.
///
/// With `XᵀX = V Λ Vᵀ` (features centred where there is an intercept), `L = V Λ^{-1/2}`,
/// `P = Lᵀ Xᵀ y` and `W_Q = W_K = W_V = L` the layer gives
/// `(XL)(XL)ᵀ(XL)P = X (XᵀX)⁻¹ Xᵀ y`. Where `X` is rank-deficient, `L` gives the pseudo-inverse.
/// With
/// a ridge `μ`, queries and keys have `L_μ = V (Λ+μ)^{-1/2}` and values keep `L`, so that the
/// filter
/// `λ/(λ+μ)` acts once.
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

  private static final int CHUNK = 1024;
  private static final double REFINED_FROM = 30;

  /// @throws InputException if the ridge is negative or not finite
  public LeastSquares {
    if (!(ridge >= 0) || Double.isInfinite(ridge)) {
      throw new InputException("ridge: found " + ridge, "a finite number of at least 0", "");
    }
  }

  /// A constant feature: what [#fit] refuses.
  public static final class ConstantFeature extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int feature;

    ConstantFeature(int feature) {
      super("least squares: found the constant feature " + feature + ", expected it to vary");
      this.feature = feature;
    }

    /// Which one.
    public int feature() {
      return feature;
    }
  }

  /// Fits `data`.
  ///
  /// @throws InputException if there are fewer rows than unknowns and no ridge
  /// @throws ConstantFeature if a feature is constant beside an intercept, or zero
  public LeastSquaresFit fit(RegressionData data) {
    int p = data.features();
    Moments moments = new Moments(p + 1, intercept);
    OrthogonalFactor factor = new OrthogonalFactor(p, intercept);
    Moments target = new Moments(1, true);
    double[] z = new double[p + 1];
    data.forEach(
        (x, y, weight) -> {
          System.arraycopy(x, 0, z, 0, p);
          z[p] = y;
          moments.add(z, weight);
          target.add(new double[] {y}, weight);
          factor.add(x, y, weight);
        });
    moments.finish();
    requireRows(moments, p);
    requireVariation(moments, p);
    Maps maps = maps(data, moments, p);
    RegressionLayer layer = layer(p, maps.forQueries(), maps.plain(), moments);
    double[] coefficients = forward(data, layer, moments);
    double total = target.finish().product(0, 0);
    return assemble(p, moments, factor, maps, layer, coefficients, total);
  }

  private LeastSquaresFit assemble(
      int p,
      Moments moments,
      OrthogonalFactor factor,
      Maps maps,
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
    return new LeastSquaresFit(
        layer,
        context(moments, maps.plain(), p),
        mean,
        coefficients,
        constant,
        standardErrors(moments, maps, residual, p),
        moments.rows(),
        rank,
        singular[0] / singular[p - 1],
        1 - residual / total,
        residual,
        agreement(coefficients, reference, moments, factor),
        reference.coefficients(),
        twiceFiltered(moments, maps, p));
  }

  private void requireRows(Moments moments, int p) {
    int unknowns = p + (intercept ? 1 : 0);
    if ((moments.rows() < unknowns && ridge == 0) || moments.rows() < 2) {
      throw new InputException(
          "least squares: found " + moments.rows() + " rows for " + unknowns + " coefficients",
          "at least as many rows as coefficients",
          "Maybe fewer columns, or --ridge 1?");
    }
  }

  private void requireVariation(Moments moments, int p) {
    for (int j = 0; j < p; j++) {
      double roundOff = 1e-15 * moments.mean(j);
      if (moments.product(j, j) <= moments.weight() * roundOff * roundOff) {
        throw new ConstantFeature(j);
      }
    }
  }

  /// `L` of the covariance for values, and for queries and keys with the ridge.
  private record Maps(double[] plain, double[] forQueries, int rank) {}

  private Maps maps(RegressionData data, Moments moments, int p) {
    Spectrum plain = Spectrum.of(covariance(moments, p, 0), p);
    Spectrum regular = ridge == 0 ? plain : Spectrum.of(covariance(moments, p, ridge), p);
    double[] first = refined(data, plain, moments, 0);
    double[] second = ridge == 0 ? first : refined(data, regular, moments, ridge);
    return new Maps(first, second, plain.rank());
  }

  private static double[] covariance(Moments moments, int p, double ridge) {
    double[] g = new double[p * p];
    for (int j = 0; j < p; j++) {
      for (int k = 0; k < p; k++) {
        g[j * p + k] = moments.product(j, k) + (j == k ? ridge : 0);
      }
    }
    return g;
  }

  /// `L`, corrected by the spectrum of the rows `x L`: their covariance is the identity but for the
  /// round-off in the first one.
  private double[] refined(RegressionData data, Spectrum first, Moments moments, double mu) {
    if (first.condition() < REFINED_FROM) {
      return first.map();
    }
    int p = first.size();
    double[] row = new double[p];
    Moments second = new Moments(p, false);
    data.forEach(
        (x, y, weight) -> {
          multiply(x, moments, first.map(), p, row);
          second.add(row, weight);
        });
    double[] g = covariance(second.finish(), p, 0);
    for (int a = 0; a < p; a++) {
      for (int b = 0; b < p; b++) {
        for (int j = 0; j < p; j++) {
          g[a * p + b] += mu * first.map()[j * p + a] * first.map()[j * p + b];
        }
      }
    }
    for (int k = first.rank(); k < p; k++) {
      g[k * p + k] = 1;
    }
    return Spectrum.of(g, p).behind(first.map());
  }

  private static void multiply(double[] x, Moments moments, double[] map, int p, double[] row) {
    Arrays.fill(row, 0);
    for (int j = 0; j < p; j++) {
      double centred = x[j] - moments.mean(j);
      for (int k = 0; k < p; k++) {
        row[k] += centred * map[j * p + k];
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

  /// One forward pass over all rows; the contexts of the chunks add up to that of the data.
  private double[] forward(RegressionData data, RegressionLayer layer, Moments moments) {
    Chunk chunk = new Chunk(layer);
    data.forEach((x, y, weight) -> chunk.add(x, moments, weight));
    return chunk.finish();
  }

  /// Rows on their way through the layer.
  private static final class Chunk {
    private final RegressionLayer layer;
    private final double[] rows;
    private final double[] weights = new double[CHUNK];
    private final double[] sum;
    private final double[] lost;
    private int filled;

    Chunk(RegressionLayer layer) {
      this.layer = layer;
      rows = new double[CHUNK * layer.features()];
      sum = new double[layer.features()];
      lost = new double[layer.features()];
    }

    void add(double[] x, Moments moments, double weight) {
      int p = layer.features();
      for (int j = 0; j < p; j++) {
        rows[filled * p + j] = x[j] - moments.mean(j);
      }
      weights[filled++] = weight;
      if (filled == CHUNK) {
        pass();
      }
    }

    double[] finish() {
      if (filled > 0) {
        pass();
      }
      return sum;
    }

    /// Adds with the compensation of Kahan.
    private void pass() {
      int p = layer.features();
      double[] part =
          layer.coefficients(Arrays.copyOf(rows, filled * p), Arrays.copyOf(weights, filled));
      for (int k = 0; k < p; k++) {
        double term = part[k] - lost[k];
        double next = sum[k] + term;
        lost[k] = next - sum[k] - term;
        sum[k] = next;
      }
      filled = 0;
    }
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

  private double[] standardErrors(Moments moments, Maps maps, double residual, int p) {
    double[] errors = new double[p];
    Arrays.fill(errors, Double.NaN);
    long freedom = moments.rows() - maps.rank() - (intercept ? 1 : 0);
    if (ridge > 0 || freedom < 1) {
      return errors;
    }
    for (int j = 0; j < p; j++) {
      double square = 0;
      for (int k = 0; k < p; k++) {
        square += maps.plain()[j * p + k] * maps.plain()[j * p + k];
      }
      errors[j] = Math.sqrt(residual / freedom * square);
    }
    return errors;
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
  private static double[] twiceFiltered(Moments moments, Maps maps, int p) {
    double[] b = new double[p];
    for (int j = 0; j < p; j++) {
      b[j] = moments.product(j, p);
    }
    double[] once = apply(maps.forQueries(), b, p);
    double[] back = new double[p];
    for (int j = 0; j < p; j++) {
      for (int k = 0; k < p; k++) {
        back[j] += moments.product(j, k) * once[k];
      }
    }
    return apply(maps.forQueries(), back, p);
  }

  /// `L Lᵀ b`.
  private static double[] apply(double[] map, double[] b, int p) {
    double[] inner = new double[p];
    double[] outer = new double[p];
    for (int j = 0; j < p; j++) {
      for (int k = 0; k < p; k++) {
        inner[k] += map[j * p + k] * b[j];
      }
    }
    for (int j = 0; j < p; j++) {
      for (int k = 0; k < p; k++) {
        outer[j] += map[j * p + k] * inner[k];
      }
    }
    return outer;
  }
}
