package org.costate.control.stability;

import java.util.Arrays;
import java.util.Optional;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.Vectors;

/// Singular values and vectors of `∂u_to/∂u_from`, of a stretch of steps or all of them.
///
/// @param from the first step
/// @param to one more than the last
/// @param leading the largest singular values, in descending order
/// @param leadingConverged whether their residuals are within the tolerance
/// @param right norm of every token's part of the leading right vectors, at `u_from`, `[i][token]`
/// @param left the same of the left vectors, at `u_to`
/// @param least the least singular values, in ascending order; upper bounds where not converged
/// @param leastConverged whether their residuals are within the tolerance
public record Stretch(
    int from,
    int to,
    double[] leading,
    boolean leadingConverged,
    double[][] right,
    double[][] left,
    double[] least,
    boolean leastConverged) {

  /// Which stretch is asked for.
  ///
  /// @param from the first step
  /// @param to one more than the last
  /// @param least how many of the least singular values, 0 for none
  public record Request(int from, int to, int least) {
    /// @throws IllegalArgumentException if the stretch is empty or numbers are negative
    public Request {
      if (from < 0 || to <= from || least < 0) {
        throw new IllegalArgumentException(
            "stretch: found layers %d to %d and %d least values, expected 0 <= from < to"
                .formatted(from, to, least));
      }
    }
  }

  /// Looks at the stretch.
  ///
  /// @param count how many of the largest singular values
  static Stretch of(Linearisation trajectory, Request request, int count, GolubKahan solver) {
    var map = trajectory.propagator(request.from(), request.to());
    int tokens = trajectory.stateShape().tokens();
    GolubKahan.Triplets most = solver.leading(map, count);
    Optional<GolubKahan.Triplets> least =
        request.least() > 0 ? Optional.of(solver.least(map, request.least())) : Optional.empty();
    return new Stretch(
        request.from(),
        request.to(),
        most.values(),
        most.converged(),
        norms(most.right(), tokens),
        norms(most.left(), tokens),
        least.map(GolubKahan.Triplets::values).orElse(new double[0]),
        least.map(GolubKahan.Triplets::converged).orElse(true));
  }

  private static double[][] norms(double[][] vectors, int tokens) {
    return Arrays.stream(vectors).map(v -> tokenNorms(v, tokens)).toArray(double[][]::new);
  }

  /// Norm of every token's part of a state.
  static double[] tokenNorms(double[] v, int tokens) {
    int width = v.length / tokens;
    double[] norms = new double[tokens];
    for (int i = 0; i < tokens; i++) {
      norms[i] = Vectors.norm(Arrays.copyOfRange(v, i * width, (i + 1) * width));
    }
    return norms;
  }
}
