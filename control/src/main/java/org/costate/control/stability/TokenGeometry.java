package org.costate.control.stability;

import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.ojalgo.matrix.store.R064Store;

/// How the tokens of one state lie to each other.
///
/// @param layer number of the state: 0 before the first step
/// @param meanCosine mean of `<x_i, x_j>/(‖x_i‖ ‖x_j‖)` over all pairs `i ≠ j`; not a number for
///     one token or where a token is zero
/// @param effectiveRank `exp(−Σ p_k log p_k)` with `p_k = σ_k / Σ σ` and `σ` the singular values of
///     the matrix of tokens (Roy and Vetterli 2007)
public record TokenGeometry(int layer, double meanCosine, double effectiveRank) {

  /// The geometry of a state of one sequence.
  static TokenGeometry of(int layer, Slice state, Shape shape) {
    int tokens = shape.positions();
    int width = state.length() / tokens;
    R064Store matrix = R064Store.FACTORY.make(tokens, width);
    double[] sum = new double[width];
    for (int i = 0; i < tokens; i++) {
      double square = 0;
      for (int k = 0; k < width; k++) {
        double x = state.at(i * width + k);
        matrix.set(i, k, x);
        square += x * x;
      }
      double scale = 1 / Math.sqrt(square);
      for (int k = 0; k < width; k++) {
        sum[k] += scale * state.at(i * width + k);
      }
    }
    double total = 0;
    for (double s : sum) {
      total += s * s;
    }
    // Σ_{i≠j} of the unit vectors' products is the square of their sum, less the n of i = j.
    double cosine = tokens < 2 ? Double.NaN : (total - tokens) / ((double) tokens * (tokens - 1));
    return new TokenGeometry(layer, cosine, effectiveRank(Assembled.singularValues(matrix)));
  }

  private static double effectiveRank(double[] sigma) {
    double total = 0;
    for (double s : sigma) {
      total += s;
    }
    double entropy = 0;
    for (double s : sigma) {
      double p = s / total;
      entropy -= p > 0 ? p * Math.log(p) : 0;
    }
    return total > 0 ? Math.exp(entropy) : Double.NaN;
  }
}
