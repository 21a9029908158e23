package org.costate.control.leastsquares;

import java.util.Arrays;

/// The maps `L` that the layer is made of, with `L Lᵀ` the inverse (or pseudo-inverse) of the
/// covariance of the rows.
///
/// @param size `p`
/// @param plain `L` `[p, p]` of the covariance, for values
/// @param forQueries `L_μ` of the covariance with the ridge, for queries and keys
/// @param rank of the features
record Whitening(int size, double[] plain, double[] forQueries, int rank) {
  /// Condition number from which `L` is corrected.
  private static final double REFINED_FROM = 30;

  /// Decomposes the covariance, and looks at the rows once more where it is badly conditioned.
  static Whitening of(RegressionData data, Moments moments, int p, double ridge) {
    Spectrum plain = Spectrum.of(covariance(moments, p, 0), p);
    Spectrum regular = ridge == 0 ? plain : Spectrum.of(covariance(moments, p, ridge), p);
    double[] first = refined(data, plain, moments, 0);
    double[] second = ridge == 0 ? first : refined(data, regular, moments, ridge);
    return new Whitening(p, first, second, plain.rank());
  }

  /// `L_μ L_μᵀ b`: the solution of `(G + μ) x = b`.
  double[] inverseTimes(double[] b) {
    double[] inner = new double[size];
    double[] outer = new double[size];
    for (int j = 0; j < size; j++) {
      for (int k = 0; k < size; k++) {
        inner[k] += forQueries[j * size + k] * b[j];
      }
    }
    for (int j = 0; j < size; j++) {
      for (int k = 0; k < size; k++) {
        outer[j] += forQueries[j * size + k] * inner[k];
      }
    }
    return outer;
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
  private static double[] refined(RegressionData data, Spectrum first, Moments moments, double mu) {
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
}
