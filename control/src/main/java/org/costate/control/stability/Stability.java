package org.costate.control.stability;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.RmsNorm;
import org.costate.model.state.Batch;

/// How perturbations of one sequence grow on their way through the steps of a model: from the first
/// state `u_0` to the last `u_N`, without entry and exit stages.
///
/// @param stateDimension numbers of a state
/// @param steps number of steps `N`
/// @param exponents Lyapunov exponents, mean over the steps of `log |R_ii|`; `−∞` for structural
///     directions; in the order of the start frame's columns, in descending order without one
/// @param running the estimates after `1 … N` steps, in the same order, structural ones left out
/// @param structural how many directions every step loses because of what the operators are
/// @param tangent the whole spectrum on the tangent space, with its sum rule, where as many
///     exponents as it has dimensions were asked for
/// @param singular leading singular values of `∂u_N/∂u_0` in descending order
/// @param singularConverged whether the residual of each is at most 1e-10 times the largest of
///     them, 1e-6 for states of more than [StabilityOptions#MIDDLE] numbers
/// @param gains largest singular value of every `∂u_{n+1}/∂u_n`
/// @param finalNormGain the same of the norm behind the last step, where there is one
/// @param worst norm of every token's part of the perturbation of length 1 at `u_0` that has grown
///     most at `u_N`, on its way, `[n][token]`
/// @param passages what the substeps make of that perturbation, step by step
/// @param transientGrowth the most that perturbations grow up to every depth, for states of at most
///     [StabilityOptions#MIDDLE] numbers
/// @param witnesses bounds and adversarial gains, where they were asked for
/// @param local what the matrices of the steps show, for a state of at most
///     [StabilityOptions#SMALL] numbers
/// @param covariant where the leading covariant vectors live
/// @param tokens how the tokens lie to each other, at `u_0 … u_N`
/// @param attention how widely the heads of every step look around
/// @param lyapunov quadratic Lyapunov functions, where they were asked for
/// @param stretch singular values of a stretch of steps and the least ones, where asked for
public record Stability(
    int stateDimension,
    int steps,
    double[] exponents,
    double[][] running,
    int structural,
    Optional<TangentSpectrum> tangent,
    double[] singular,
    boolean singularConverged,
    List<StepGain> gains,
    OptionalDouble finalNormGain,
    double[][] worst,
    List<Passage> passages,
    Optional<TransientGrowth> transientGrowth,
    Optional<Witnesses> witnesses,
    Optional<LocalDynamics> local,
    CovariantMap covariant,
    List<TokenGeometry> tokens,
    AttentionEntropy attention,
    Optional<LyapunovFunctions> lyapunov,
    Optional<Stretch> stretch) {
  public Stability {
    gains = List.copyOf(gains);
    passages = List.copyOf(passages);
    tokens = List.copyOf(tokens);
  }

  /// How often the interaction energy of the tokens rises from one state to the next. For the
  /// particles of Geshkovski et al. it always does; trained models let it fall as well.
  public int energyIncreases() {
    int increases = 0;
    for (int n = 1; n < tokens.size(); n++) {
      increases +=
          tokens.get(n).interactionEnergy() > tokens.get(n - 1).interactionEnergy() ? 1 : 0;
    }
    return increases;
  }

  /// Follows `batch`, which holds one sequence, through `model`.
  ///
  /// @param c the controls, not modified
  /// @throws IllegalArgumentException if the options ask for more than the state has dimensions or
  ///     the batch holds several sequences
  /// @throws org.costate.model.NumericalException if a state or a tangent is not finite
  public static Stability of(
      Model model, double[] c, Batch batch, Kernels kernels, StabilityOptions options) {
    return of(model, c, batch, kernels, options, 1);
  }

  /// The same on some threads, with the same bits for any number of them.
  public static Stability of(
      Model model,
      double[] c,
      Batch batch,
      Kernels kernels,
      StabilityOptions options,
      int threads) {
    if (batch.shape().batch() != 1) {
      throw new IllegalArgumentException(
          "stability: found " + batch.shape().batch() + " sequences, expected 1");
    }
    try (StabilityAnalysis analysis =
        new StabilityAnalysis(model, c, batch, kernels, options, threads)) {
      return analysis.run();
    }
  }

  /// `model` without what follows its final norm, or its last step where there is none.
  static Model upToFinalNorm(Model model) {
    List<Stage> norm =
        model.exit().stream()
            .limit(1)
            .filter(s -> s.operator() instanceof LayerNorm || s.operator() instanceof RmsNorm)
            .toList();
    return new Model(model.entry(), model.step(), model.grid(), model.layout(), norm);
  }
}
