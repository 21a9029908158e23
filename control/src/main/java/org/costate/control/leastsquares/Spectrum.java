package org.costate.control.leastsquares;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.RealMatrix;

/// The spectral decomposition of a covariance `G = XᵀX (+ μI)` of columns scaled to equal length,
/// and the map `L` with `L Lᵀ = G⁻¹`, or the pseudo-inverse `G⁺` where `G` is singular.
///
/// @param size `p`
/// @param map `L` `[p, p]`, row-major; columns of absent directions are 0
/// @param rank directions that are there
/// @param condition `√(λ_max/λ_min)` of the scaled covariance, over all directions
record Spectrum(int size, double[] map, int rank, double condition) {
  /// A direction is absent whose variance is at most this part of the largest, for each feature:
  /// below lies the round-off of the covariance.
  private static final double NEGLIGIBLE = 4e-15;

  /// Decomposes `gram` `[p, p]`, row-major, with a positive diagonal.
  static Spectrum of(double[] gram, int p) {
    double[] scale = new double[p];
    for (int j = 0; j < p; j++) {
      scale[j] = 1 / Math.sqrt(gram[j * p + j]);
    }
    double[][] scaled = new double[p][p];
    for (int j = 0; j < p; j++) {
      for (int k = 0; k < p; k++) {
        scaled[j][k] = 0.5 * (gram[j * p + k] + gram[k * p + j]) * scale[j] * scale[k];
      }
    }
    var eigen = new EigenDecompositionSymmetric(new Array2DRowRealMatrix(scaled, false));
    double[] lambda = eigen.getEigenvalues();
    RealMatrix v = eigen.getV();
    int rank = 0;
    while (rank < p && lambda[rank] > NEGLIGIBLE * p * lambda[0]) {
      rank++;
    }
    double[] map = new double[p * p];
    for (int j = 0; j < p; j++) {
      for (int k = 0; k < rank; k++) {
        map[j * p + k] = scale[j] * v.getEntry(j, k) / Math.sqrt(lambda[k]);
      }
    }
    double[][] absent = new double[p - rank][p];
    for (int k = rank; k < p; k++) {
      for (int j = 0; j < p; j++) {
        absent[k - rank][j] = scale[j] * v.getEntry(j, k);
      }
    }
    takeAway(absent, map, p);
    double least = Math.max(lambda[p - 1], 0);
    return new Spectrum(p, map, rank, Math.sqrt(lambda[0] / least));
  }

  /// Projects the columns of `map` onto the complement of the absent directions: of all maps with
  /// `G L Lᵀ G = G` the one whose `L Lᵀ` is the pseudo-inverse in the features as they are.
  private static void takeAway(double[][] absent, double[] map, int p) {
    for (int a = 0; a < absent.length; a++) {
      for (int pass = 0; pass < 2; pass++) {
        for (int b = 0; b < a; b++) {
          double along = dot(absent[a], absent[b]);
          for (int j = 0; j < p; j++) {
            absent[a][j] -= along * absent[b][j];
          }
        }
        double norm = Math.sqrt(dot(absent[a], absent[a]));
        for (int j = 0; j < p; j++) {
          absent[a][j] /= norm;
        }
      }
    }
    for (double[] direction : absent) {
      for (int k = 0; k < p; k++) {
        double along = 0;
        for (int j = 0; j < p; j++) {
          along += direction[j] * map[j * p + k];
        }
        for (int j = 0; j < p; j++) {
          map[j * p + k] -= along * direction[j];
        }
      }
    }
  }

  /// This map behind `first`: `L_first L_this`, where this is the spectrum of the rows `x L_first`.
  double[] behind(double[] first) {
    double[] both = new double[size * size];
    for (int i = 0; i < size; i++) {
      for (int l = 0; l < size; l++) {
        for (int k = 0; k < size; k++) {
          both[i * size + k] += first[i * size + l] * map[l * size + k];
        }
      }
    }
    return both;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
