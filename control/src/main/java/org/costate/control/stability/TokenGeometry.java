package org.costate.control.stability;

import java.util.ArrayList;
import java.util.List;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.Vectors;
import org.costate.control.particles.Observation;
import org.costate.model.state.Shape;

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
/// @param inputCosine `<u_n, u_0>/(‖u_n‖ ‖u_0‖)`
public record TokenGeometry(
    int layer,
    double meanCosine,
    double effectiveRank,
    int clusters,
    double interactionEnergy,
    double drift,
    double inputCosine) {

  /// The geometry of all states of a trajectory of one sequence.
  public static List<TokenGeometry> along(Linearisation trajectory) {
    List<TokenGeometry> tokens = new ArrayList<>();
    double[] first = trajectory.state(0).toArray();
    for (int n = 0; n <= trajectory.steps(); n++) {
      tokens.add(of(n, trajectory.state(n).toArray(), first, trajectory.stateShape()));
    }
    return tokens;
  }

  /// The geometry of a state of one sequence.
  ///
  /// @param state `[tokens, width]`
  /// @param first the state before the first step
  static TokenGeometry of(int layer, double[] state, double[] first, Shape shape) {
    int tokens = shape.positions();
    int width = state.length / tokens;
    double[] directions = state.clone();
    for (int i = 0; i < tokens; i++) {
      double square = 0;
      for (int k = 0; k < width; k++) {
        square += state[i * width + k] * state[i * width + k];
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
        EffectiveRank.of(state, tokens),
        seen.clusters(),
        seen.energy(),
        Vectors.norm(moved) / Vectors.norm(first),
        Vectors.dot(state, first) / (Vectors.norm(state) * Vectors.norm(first)));
  }
}
