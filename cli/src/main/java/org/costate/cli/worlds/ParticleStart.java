package org.costate.cli.worlds;

import java.util.List;
import org.costate.control.particles.Starts;
import org.costate.model.InputException;
import org.costate.model.Suggestion;

/// Where the particles of a run begin.
///
/// @param n number of particles
/// @param d dimension
/// @param x positions `[n, d]`
/// @param orthogonal whether they begin orthogonal to each other
public record ParticleStart(int n, int d, double[] x, boolean orthogonal) {
  private static final int PARTICLES = 32;
  private static final int DIMENSION = 3;

  /// Positions from a file.
  ///
  /// @param place what the command line says
  /// @throws InputException if they are no unit vectors
  public static ParticleStart of(TensorPlace tensor, String place) {
    double[] x = Starts.requireUnit(tensor.values(), tensor.columns(), "--points " + place);
    return new ParticleStart(tensor.rows(), tensor.columns(), x, false);
  }

  /// Positions by rule.
  ///
  /// @param rule `uniform` or `orthogonal`
  /// @param n number of particles; null: 32
  /// @param d dimension; null: 3, or `n` for an orthogonal start
  /// @throws InputException if there is no such rule or the sizes do not fit
  public static ParticleStart of(String rule, Integer n, Integer d, long seed) {
    int count = n == null ? PARTICLES : n;
    return switch (rule) {
      case "uniform" -> {
        int dimension = d == null ? DIMENSION : d;
        double[] x = Starts.uniform(count, dimension, seed);
        yield new ParticleStart(count, dimension, x, false);
      }
      case "orthogonal" -> {
        int dimension = d == null ? count : d;
        yield new ParticleStart(count, dimension, Starts.orthogonal(count, dimension), true);
      }
      default ->
          throw new InputException(
              "--start: found \"" + rule + "\"",
              "uniform or orthogonal",
              Suggestion.remedy(rule, List.of("uniform", "orthogonal")));
    };
  }
}
