package org.costate.control.particles;

import java.util.Optional;
import org.costate.model.InputException;

/// How particles `x_i` on the unit sphere of `R^d` act on each other:
///
///     x_i' = P_{x_i} (Z_i⁻¹ Σ_j e^{β<Q x_i, K x_j>} V x_j),   P_x y = y − <y, x> x,
///
/// with `Z_i = Σ_j e^{β<Q x_i, K x_j>}`, or `Z_i = n` where the attention is not normalised.
///
/// Source: Geshkovski, Letrouit, Polyanskiy, Rigollet, *A mathematical perspective on
/// Transformers* (arXiv 2312.10794).
///
/// @param beta inverse temperature `β ≥ 0`
/// @param query `Q` `[d, d]`, row-major; absent: the identity
/// @param key `K` `[d, d]`; absent: the identity
/// @param value `V` `[d, d]`; absent: the identity
/// @param normalised whether weights sum to 1
public record Interaction(
    double beta,
    Optional<double[]> query,
    Optional<double[]> key,
    Optional<double[]> value,
    boolean normalised) {
  /// Largest `β` without normalisation: the speed grows like `e^β`.
  static final double MOST_UNNORMALISED = 50;

  /// @throws InputException if `β` is negative or not finite, or too large without normalisation
  public Interaction {
    if (!(beta >= 0) || Double.isInfinite(beta)) {
      throw new InputException("beta: found " + beta, "a finite number of at least 0", "");
    }
    if (!normalised && beta > MOST_UNNORMALISED) {
      throw new InputException(
          "beta: found " + beta + " without normalisation, where speeds grow like e^beta",
          "at most " + MOST_UNNORMALISED,
          "Maybe the normalised attention?");
    }
  }

  /// `Q = K = V = I`, normalised.
  public static Interaction identity(double beta) {
    return new Interaction(beta, Optional.empty(), Optional.empty(), Optional.empty(), true);
  }

  /// The same without normalisation: `Z_i = n`.
  public Interaction unnormalised() {
    return new Interaction(beta, query, key, value, false);
  }

  /// Whether the dynamics is a gradient ascent of the interaction energy: `V = I` and `QᵀK = I`.
  public boolean raisesEnergy() {
    return value.isEmpty() && query.isEmpty() && key.isEmpty();
  }
}
