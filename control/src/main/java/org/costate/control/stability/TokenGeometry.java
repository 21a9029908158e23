package org.costate.control.stability;

import org.costate.control.Vectors;
import org.costate.control.particles.Observation;
import org.costate.model.state.Shape;
import org.ojalgo.matrix.store.R064Store;

/// How the tokens of one state lie to each other.
///
/// @param layer number of the state: 0 before the first step
/// @param meanCosine mean of `<x_i, x_j>/(‖x_i‖ ‖x_j‖)` over all pairs `i ≠ j`; not a number for
///     one token or where a token is zero
/// @param effectiveRank `exp(−Σ p_k log p_k)` with `p_k = σ_k / Σ σ` and `σ` the singular values of
///     the matrix of tokens (Roy and Vetterli 2007)
/// @param clusters of directions, tokens joined by chains of cosines of at least
///     [Observation#TOGETHER]
/// @param interactionEnergy `E_1 = 1/(2n²) Σ_ij e^{cos(x_i, x_j)}` (Geshkovski et al., 2312.10794);
///     for their particles it never falls
/// @param drift `‖u_n − u_0‖/‖u_0‖`
public record TokenGeometry(
    int layer,
    double meanCosine,
    double effectiveRank,
    int clusters,
    double interactionEnergy,
    double drift) {

  /// The geometry of a state of one sequence.
  ///
  /// @param state `[tokens, width]`
  /// @param first the state before the first step
  static TokenGeometry of(int layer, double[] state, double[] first, Shape shape) {
    int tokens = shape.positions();
    int width = state.length / tokens;
    R064Store matrix = R064Store.FACTORY.make(tokens, width);
    double[] directions = state.clone();
    for (int i = 0; i < tokens; i++) {
      double square = 0;
      for (int k = 0; k < width; k++) {
        double x = state[i * width + k];
        matrix.set(i, k, x);
        square += x * x;
      }
      for (int k = 0; k < width; k++) {
        directions[i * width + k] /= Math.sqrt(square);
      }
    }
    Observation seen = Observation.of(layer, directions, tokens, 1, Observation.TOGETHER);
    double[] moved = state.clone();
    Vectors.axpy(-1, first, moved);
    return new TokenGeometry(
        layer,
        seen.meanPairInnerProduct(),
        effectiveRank(Assembled.singularValues(matrix)),
        seen.clusters(),
        seen.energy(),
        Vectors.norm(moved) / Vectors.norm(first));
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
