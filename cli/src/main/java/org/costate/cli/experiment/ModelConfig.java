package org.costate.cli.experiment;

import java.util.Optional;
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
/// @param substeps feed-forward substeps `J` (scheme `post-norm`)
public record ModelConfig(
    SchemeKind scheme,
    int width,
    int heads,
    Optional<Integer> keyHeads,
    Optional<Integer> hidden,
    Activation activation,
    boolean gated,
    Norm norm,
    double epsilon,
    boolean bias,
    Optional<Integer> rotary,
    Optional<Integer> window,
    boolean tied,
    boolean positions,
    int substeps) {

  /// Schemes by the name of their architecture.
  public enum SchemeKind {
    /// Lie splitting of the projected fields, explicit Euler: GPT-2, ViT, Llama.
    PRE_NORM,
    /// Lie splitting with projections and relaxation, literal: BERT.
    POST_NORM,
    /// The same, consistent as the step shrinks.
    POST_NORM_CONSISTENT,
    /// Unsplit Euler of the same fields: GPT-NeoX.
    PARALLEL,
    /// Strang splitting with half feed-forward steps outside: Macaron.
    MACARON,
    /// Mean of sub-solutions with scaled fields: multi-branch.
    ADDITIVE,
    /// Explicit midpoint rule on the sum of the fields.
    MIDPOINT,
    /// Classical Runge–Kutta on the sum of the fields.
    RK4
  }

  /// Projections.
  public enum Norm {
    /// Onto fixed mean and deviation: layer normalisation.
    LAYER,
    /// Onto fixed root mean square.
    RMS
  }

  /// What an experiment file may leave out.
  public static final ModelConfig DEFAULT =
      new ModelConfig(
          SchemeKind.PRE_NORM,
          64,
          4,
          Optional.empty(),
          Optional.empty(),
          Activation.GELU_TANH,
          false,
          Norm.LAYER,
          1e-5,
          true,
          Optional.empty(),
          Optional.empty(),
          false,
          true,
          2);
}
