package org.costate.control.stability;

import java.util.Optional;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.stability.DenseAnalysis.Pseudospectrum;
import org.costate.model.time.TimeGrid;

/// What a small state lets one see of every step: its whole matrix `A_n` is looked at.
///
/// @param leastGain least singular value of `A_n`
/// @param isometryDistance `‖A_n − Q‖₂` to the nearest orthogonal matrix
/// @param logarithmicNorm `μ₂((A_n − I)/h)`: the rate at which a perturbation begins to grow
/// @param pseudospectrum of `∂u_N/∂u_0`, for states of at most [#SMALLEST] numbers
public record LocalDynamics(
    double[] leastGain,
    double[] isometryDistance,
    double[] logarithmicNorm,
    Optional<Pseudospectrum> pseudospectrum) {
  /// States of up to so many numbers have their pseudospectrum computed.
  public static final int SMALLEST = 64;

  private static final int POINTS = 13;
  private static final double MARGIN = 1.1;

  /// Looks at all steps of a trajectory.
  static LocalDynamics of(Linearisation trajectory, TimeGrid grid) {
    int steps = trajectory.steps();
    double[] least = new double[steps];
    double[] distance = new double[steps];
    double[] rate = new double[steps];
    for (int n = 0; n < steps; n++) {
      DenseAnalysis dense = new DenseAnalysis(trajectory.propagator(n, n + 1));
      least[n] = dense.leastGain();
      distance[n] = dense.distanceFromIsometry();
      rate[n] = dense.logarithmicNorm(grid.step(n));
    }
    DenseAnalysis whole = new DenseAnalysis(trajectory.propagator(0, steps));
    boolean small = trajectory.propagator(0, steps).cols() <= SMALLEST;
    return new LocalDynamics(
        least, distance, rate, small ? Optional.of(aroundSpectrum(whole)) : Optional.empty());
  }

  private static Pseudospectrum aroundSpectrum(DenseAnalysis whole) {
    double radius =
        whole.eigenvalues().stream()
            .mapToDouble(z -> Math.hypot(z.real(), z.imaginary()))
            .max()
            .orElse(0);
    return whole.pseudospectrum(MARGIN * Math.max(radius, 1), POINTS);
  }
}
