package org.costate.control.stability;

import java.util.List;
import org.costate.adjoint.LinearMap;

/// Where the leading covariant Lyapunov vectors of a trajectory live: the norms of their parts.
///
/// @param tokens norm of every token's part, `[n][i][token]`
/// @param features norm of every feature's part, over all tokens, `[n][i][feature]`
public record CovariantMap(double[][][] tokens, double[][][] features) {
  /// The map of the vectors that belong to the directions of `start`.
  ///
  /// @param rows tokens of a state
  static CovariantMap of(List<? extends LinearMap> maps, Frame start, int rows) {
    double[][][] vectors = CovariantVectors.of(maps, start).vectors();
    double[][][] tokens = new double[vectors.length][start.size()][];
    double[][][] features = new double[vectors.length][start.size()][];
    for (int n = 0; n < vectors.length; n++) {
      for (int i = 0; i < start.size(); i++) {
        tokens[n][i] = Stretch.tokenNorms(vectors[n][i], rows);
        features[n][i] = featureNorms(vectors[n][i], rows);
      }
    }
    return new CovariantMap(tokens, features);
  }

  private static double[] featureNorms(double[] v, int rows) {
    double[] norms = new double[v.length / rows];
    for (int j = 0; j < v.length; j++) {
      norms[j % norms.length] += v[j] * v[j];
    }
    for (int k = 0; k < norms.length; k++) {
      norms[k] = Math.sqrt(norms[k]);
    }
    return norms;
  }
}
