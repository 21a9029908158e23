package org.costate.cli.experiment;

import java.util.Optional;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.Activation;

/// The discretised equation: which scheme over which operators.
///
/// @param scheme time-stepping scheme, which is the architecture
/// @param width features per token
/// @param heads attention heads; must divide `width`
/// @param keyHeads key/value heads; must divide `heads`; all of them if absent
/// @param hidden features inside the feed-forward network; 4 · width if absent
/// @param activation its nonlinearity
/// @param gated whether it is gated (SwiGLU with `silu`)
/// @param norm projection in front of or behind the fields
/// @param epsilon floor under its variance
/// @param bias whether linear maps have a bias
/// @param rotary features per head that are rotated with the position; none if absent
/// @param window keys that a query sees to its left; all if absent
/// @param tied whether embedding and readout share their coefficients
/// @param positions whether learned positions are added
/// @param stack blocks of one step; with several the velocity is a whole Transformer,
///     `u + h (G(u) − u)` with the blocks one after the other as `G`
public record ModelConfig(
    Arrangement scheme,
    int width,
    int heads,
    Optional<Integer> keyHeads,
    Optional<Integer> hidden,
    Activation activation,
    boolean gated,
    Norm.Kind norm,
    double epsilon,
    boolean bias,
    Optional<Integer> rotary,
    Optional<Integer> window,
    boolean tied,
    boolean positions,
    int stack) {

  /// What an experiment file may leave out.
  public static final ModelConfig DEFAULT =
      new ModelConfig(
          Arrangement.PRE_NORM,
          64,
          4,
          Optional.empty(),
          Optional.empty(),
          Activation.GELU_TANH,
          false,
          Norm.Kind.LAYER,
          1e-5,
          true,
          Optional.empty(),
          Optional.empty(),
          false,
          true,
          1);

  /// The projection of a step.
  public Norm projection() {
    return new Norm(norm, epsilon, true, norm == Norm.Kind.LAYER && bias);
  }

  /// The projection behind the last step: none where every step ends with one.
  public Optional<Norm> finalNorm() {
    return scheme == Arrangement.POST_NORM ? Optional.empty() : Optional.of(projection());
  }
}
