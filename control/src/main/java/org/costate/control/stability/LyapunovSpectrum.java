package org.costate.control.stability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.costate.adjoint.LinearMap;
import org.costate.control.Vectors;
import org.costate.model.NumericalException;

/// Finite-time Lyapunov exponents of a product `A_{L−1} ⋯ A_0` of linear maps by QR (Benettin,
/// Galgani, Giorgilli and Strelcyn 1980): `A_n Q_n = Q_{n+1} R_{n+1}` with `Q_n` orthonormal,
///
///     λ_i = (1/L) Σ_n log |R_{n+1,ii}|
///
/// in the order of the columns of the start frame `Q_0`: the first `j` of them belong to the
/// space that the first `j` columns span. Only products `A_n v` are used. Units: per map.
///
/// @param growth `log |R_{n+1,ii}|`, `[n][i]`; `−∞` where a direction is lost
/// @param last the frame `Q_L`
public record LyapunovSpectrum(double[][] growth, Frame last) {

  /// Follows `start` through `maps`.
  ///
  /// @param maps `A_0, A_1, …`, each applied once to every direction
  /// @throws NumericalException if a product is not finite, with the number of the map
  public static LyapunovSpectrum of(List<? extends LinearMap> maps, Frame start) {
    int count = start.size();
    double[][] q = start.columns().clone();
    double[][] growth = new double[maps.size()][];
    for (int n = 0; n < maps.size(); n++) {
      LinearMap map = maps.get(n);
      for (int i = 0; i < count; i++) {
        double[] image = new double[map.rows()];
        map.apply(q[i], image);
        requireFinite(image, n, i);
        q[i] = image;
      }
      growth[n] = Frame.factorise(q, count);
      for (int i = 0; i < count; i++) {
        growth[n][i] = Math.log(growth[n][i]);
      }
    }
    return new LyapunovSpectrum(growth, new Frame(q));
  }

  private static void requireFinite(double[] image, int map, int direction) {
    int at = Vectors.firstNonFinite(image);
    if (at >= 0) {
      throw new NumericalException(
              "lyapunov exponents",
              0,
              0,
              "found " + image[at] + " in direction " + direction + ", expected finite tangents")
          .inStep(map, -1);
    }
  }

  /// `λ_i`, in the order of the columns of the start frame.
  public double[] exponents() {
    return estimate(growth.length);
  }

  /// The estimates after `1, 2, …, L` maps, `[n][i]`.
  public double[][] running() {
    List<double[]> estimates = new ArrayList<>();
    for (int n = 1; n <= growth.length; n++) {
      estimates.add(estimate(n));
    }
    return estimates.toArray(double[][]::new);
  }

  private double[] estimate(int maps) {
    double[] mean = new double[last.size()];
    for (int n = 0; n < maps; n++) {
      Vectors.axpy(1, growth[n], mean);
    }
    Arrays.setAll(mean, i -> mean[i] / maps);
    return mean;
  }

  /// `Σ_i λ_i`: the mean growth of the volume of the frame.
  public double sum() {
    double sum = 0;
    for (double exponent : exponents()) {
      sum += exponent;
    }
    return sum;
  }
}
