package org.costate.control.particles;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.kernel.Kernels;

/// Metastability: at large `β` particles gather in clusters that then hardly move, so that number
/// of clusters and energy rise in steps whose length grows exponentially with `β`.
///
/// Source: Geshkovski, Koubbi, Polyanskiy, Rigollet, *Dynamic metastability in the self-attention
/// model* (arXiv 2410.06833).
///
/// @param beta inverse temperature
/// @param times rising from 0, evenly spread on a logarithmic scale from the second on
/// @param clusters number of clusters at every time
/// @param energies `ln E_β − β` at every time: what it lacks of `−ln 2β`, where all have met
public record Plateaus(double beta, List<Double> times, int[] clusters, double[] energies) {
  private static final double FIRST = 0.5;
  private static final double STEP = 0.25;

  public Plateaus {
    times = List.copyOf(times);
  }

  /// Follows `particles` uniform particles of the circle, with steps of at most ¼ of the classical
  /// Runge–Kutta method.
  ///
  /// @param until last time, above ½
  /// @param count number of times
  public static Plateaus of(
      int particles, double beta, double until, int count, long seed, Kernels kernels) {
    ParticleFlow flow =
        new ParticleFlow(particles, 2, Interaction.identity(beta), IntegrationScheme.RK4, kernels);
    double[] x = Starts.uniform(particles, 2, seed);
    List<Double> times = new ArrayList<>();
    int[] clusters = new int[count];
    double[] energies = new double[count];
    for (int k = 0; k < count; k++) {
      double t = k == 0 ? 0 : FIRST * Math.pow(until / FIRST, (k - 1.0) / (count - 2));
      if (k > 0) {
        x = flow.advance(x, times.getLast(), t, STEP, (at, u) -> {});
      }
      times.add(t);
      Observation seen = Observation.of(t, x, particles, beta, Observation.TOGETHER);
      clusters[k] = seen.clusters();
      energies[k] = seen.logEnergy() - beta;
    }
    return new Plateaus(beta, times, clusters, energies);
  }

  /// The longest wait: the largest ratio of two times between which there were always the same
  /// clusters, more than one and fewer than at the start; 1 if there was none.
  public double longestWait() {
    double longest = 1;
    int from = 1;
    for (int k = 2; k < clusters.length; k++) {
      if (clusters[k] != clusters[from]) {
        from = k;
      } else if (clusters[k] > 1 && clusters[k] < clusters[0]) {
        longest = Math.max(longest, times.get(k) / times.get(from));
      }
    }
    return longest;
  }
}
