package org.costate.control.particles;

import java.util.List;
import org.costate.model.kernel.Kernels;

/// How far particles have gathered, over time and inverse temperature.
///
/// @param dimension of the space
/// @param times columns
/// @param betas rows
/// @param together `[beta][time]`: fraction of pairs of different particles with an inner product
///     of at least 0.999
public record PhaseDiagram(
    int dimension, List<Double> times, List<Double> betas, double[][] together) {
  private static final double STEP = 0.2;

  public PhaseDiagram {
    times = List.copyOf(times);
    betas = List.copyOf(betas);
  }

  /// Follows `particles` uniform particles for every `β`, always from the same start, with steps of
  /// at most 0.2 of the classical Runge–Kutta method.
  ///
  /// @param times rising from 0
  public static PhaseDiagram of(
      int particles,
      int dimension,
      List<Double> times,
      List<Double> betas,
      long seed,
      Kernels kernels) {
    double[] x = Starts.uniform(particles, dimension, seed);
    double[][] together = new double[betas.size()][times.size()];
    for (int b = 0; b < together.length; b++) {
      ParticleFlow flow =
          new ParticleFlow(
              particles,
              dimension,
              Interaction.identity(betas.get(b)),
              IntegrationScheme.RK4,
              kernels);
      double[] now = x;
      double t = 0;
      for (int k = 0; k < times.size(); k++) {
        if (times.get(k) > t) {
          now = flow.advance(now, t, times.get(k), STEP, (at, u) -> {});
          t = times.get(k);
        }
        together[b][k] = InnerProducts.of(now, particles).together(Observation.TOGETHER);
      }
    }
    return new PhaseDiagram(dimension, times, betas, together);
  }

  /// The probability that `n` uniform points of the sphere of `R^d` lie in one half of it, from
  /// where they are known to meet in one point: `2^{1−n} Σ_{k<d} C(n−1, k)` (Wendel 1962).
  public static double hemisphere(int n, int d) {
    double term = Math.scalb(1.0, -(n - 1));
    double sum = 0;
    for (int k = 0; k < Math.min(d, n); k++) {
      sum += term;
      term *= (n - 1.0 - k) / (k + 1);
    }
    return Math.min(1, sum);
  }
}
