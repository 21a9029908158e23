package org.costate.control.stability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.costate.adjoint.LinearMap;
import org.costate.adjoint.sweep.Linearisation;
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
/// them,
///     1e-6 for states of more than [StabilityOptions#MIDDLE] numbers
/// @param gains largest singular value of every `∂u_{n+1}/∂u_n`
/// @param finalNormGain the same of the norm behind the last step, where there is one
/// @param worst norm of every token's part of the perturbation of length 1 at `u_0` that has grown
///     most at `u_N`, on its way, `[n][token]`
/// @param witnesses bounds and adversarial gains, where they were asked for
/// @param local what the matrices of the steps show, for a state of at most
///     [StabilityOptions#SMALL] numbers
/// @param covariant norm of every token's part of the leading covariant vectors, `[n][i][token]`
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
    Optional<Witnesses> witnesses,
    Optional<LocalDynamics> local,
    double[][][] covariant,
    List<TokenGeometry> tokens,
    AttentionEntropy attention,
    Optional<LyapunovFunctions> lyapunov,
    Optional<Stretch> stretch) {
  private static final int COVARIANT = 8;

  public Stability {
    gains = List.copyOf(gains);
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
    if (batch.shape().batch() != 1) {
      throw new IllegalArgumentException(
          "stability: found " + batch.shape().batch() + " sequences, expected 1");
    }
    return new Analysis(model, c, batch, kernels, options).run();
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

  /// The steps and what they are asked for.
  private static final class Analysis {
    private final Model model;
    private final double[] c;
    private final Batch batch;
    private final Kernels kernels;
    private final Linearisation trajectory;
    private final boolean hasFinalNorm;
    private final TangentSpaces spaces;
    private final StabilityOptions options;
    private final int dimension;

    Analysis(Model model, double[] c, Batch batch, Kernels kernels, StabilityOptions options) {
      Model blocks = upToFinalNorm(model);
      this.model = blocks;
      this.c = c;
      this.batch = batch;
      this.kernels = kernels;
      this.hasFinalNorm = !blocks.exit().isEmpty();
      this.trajectory = new Linearisation(blocks, c, batch, kernels);
      this.spaces = new TangentSpaces(blocks, c, trajectory, kernels);
      this.options = options;
      this.dimension = trajectory.stateShape().size(model.stateWidth());
      require("exponents", options.exponents(dimension));
      require("singular values", options.singularValues(dimension));
      options
          .stretch()
          .filter(r -> r.to() > trajectory.steps())
          .ifPresent(
              r -> {
                throw new IllegalArgumentException(
                    "stretch: found layers up to %d, expected at most %d"
                        .formatted(r.to(), trajectory.steps()));
              });
    }

    private void require(String what, int count) {
      if (count < 1 || count > dimension) {
        throw new IllegalArgumentException(
            "stability: found %d %s, expected 1 to %d".formatted(count, what, dimension));
      }
    }

    Stability run() {
      GolubKahan solver = solver(1);
      int wanted = options.singularValues(dimension);
      LinearMap whole = trajectory.propagator(0, trajectory.steps());
      boolean dense = wanted > dimension / 4 && dimension > 1;
      GolubKahan.Triplets leading = dense ? null : solver(wanted).leading(whole, wanted);
      double[] singular =
          dense
              ? Arrays.copyOf(Assembled.singularValues(Assembled.matrix(whole)), wanted)
              : leading.values();
      double[] most = dense ? solver.leading(whole, 1).right()[0] : leading.right()[0];
      LyapunovSpectrum spectrum = spectrum();
      return new Stability(
          dimension,
          trajectory.steps(),
          exponents(spectrum),
          spectrum.running(),
          spaces.structural(),
          tangent(spectrum),
          singular,
          dense || leading.converged(),
          StepGain.of(trajectory, solver),
          finalNormGain(solver),
          worst(most),
          witnesses(solver, most),
          dimension <= StabilityOptions.SMALL
              ? Optional.of(LocalDynamics.of(trajectory, model.grid()))
              : Optional.empty(),
          covariant(),
          TokenGeometry.along(trajectory),
          AttentionEntropy.of(model, c, batch, trajectory, kernels),
          lyapunov(whole, dense ? new double[0][] : leading.right()),
          options.stretch().map(r -> Stretch.of(trajectory, r, wanted, solver)));
    }

    private GolubKahan solver(int count) {
      return StabilityOptions.solver(dimension, count, options.seed());
    }

    /// @param known leading right singular vectors of `whole`, as many as there are
    private Optional<LyapunovFunctions> lyapunov(LinearMap whole, double[][] known) {
      int count = Math.min(options.directions(dimension), spaces.dimension());
      if (count == 0) {
        return Optional.empty();
      }
      double[][] directions =
          known.length >= count ? known : solver(count).leading(whole, count).right();
      return Optional.of(LyapunovFunctions.of(maps(), new Frame(directions).first(count)));
    }

    /// Directions beyond the dimension of the tangent space are structural: nothing is computed for
    /// them, and those before do not depend on them.
    private LyapunovSpectrum spectrum() {
      return LyapunovSpectrum.of(maps(), start(options.exponents(dimension)));
    }

    private Frame start(int wanted) {
      int count = Math.min(wanted, spaces.dimension());
      return options
          .start()
          .map(frame -> frame.first(count))
          .orElseGet(() -> spaces.frame(count, options.seed()));
    }

    private List<LinearMap> maps() {
      List<LinearMap> maps = new ArrayList<>();
      for (int n = 0; n < trajectory.steps(); n++) {
        maps.add(trajectory.propagator(n, n + 1));
      }
      return maps;
    }

    private double[][][] covariant() {
      int count = Math.min(COVARIANT, options.exponents(dimension));
      double[][][] vectors = CovariantVectors.of(maps(), start(count)).vectors();
      double[][][] norms = new double[vectors.length][][];
      for (int n = 0; n < vectors.length; n++) {
        norms[n] = Arrays.stream(vectors[n]).map(this::tokenNorms).toArray(double[][]::new);
      }
      return norms;
    }

    private double[] exponents(LyapunovSpectrum spectrum) {
      double[] all = new double[options.exponents(dimension)];
      Arrays.fill(all, Double.NEGATIVE_INFINITY);
      double[] found = spectrum.exponents();
      double[] ordered = options.start().isPresent() ? found : TangentSpectrum.descending(found);
      System.arraycopy(ordered, 0, all, 0, ordered.length);
      return all;
    }

    private Optional<TangentSpectrum> tangent(LyapunovSpectrum spectrum) {
      return spectrum.last().size() < spaces.dimension()
          ? Optional.empty()
          : TangentSpectrum.of(trajectory, spaces);
    }

    private Optional<Witnesses> witnesses(GolubKahan solver, double[] direction) {
      return options.witnesses(dimension)
          ? Optional.of(Witnesses.of(model, c, batch, trajectory, kernels, solver, direction))
          : Optional.empty();
    }

    private OptionalDouble finalNormGain(GolubKahan solver) {
      return hasFinalNorm
          ? OptionalDouble.of(
              solver.leading(trajectory.toOutput(trajectory.steps()), 1).values()[0])
          : OptionalDouble.empty();
    }

    private double[][] worst(double[] direction) {
      double[][] norms = new double[trajectory.steps() + 1][];
      double[] v = direction.clone();
      norms[0] = tokenNorms(v);
      for (int n = 0; n < trajectory.steps(); n++) {
        double[] image = new double[dimension];
        trajectory.propagator(n, n + 1).apply(v, image);
        norms[n + 1] = tokenNorms(image);
        v = image;
      }
      return norms;
    }

    private double[] tokenNorms(double[] v) {
      return Stretch.tokenNorms(v, trajectory.stateShape().tokens());
    }
  }
}
