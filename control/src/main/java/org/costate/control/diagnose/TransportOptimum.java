package org.costate.control.diagnose;

import java.util.List;
import java.util.OptionalDouble;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.stability.Ball;
import org.costate.control.stability.GolubKahan;
import org.costate.control.stability.LipschitzBound;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.kernel.Kernels;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Affine;
import org.costate.model.operator.Pooling;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Workspace;

/// What is known of the map of an *exact* minimiser of a cost with transport weight `λ`: with a
/// linear readout of norm `L = ‖W_out‖₂` and `λ > T L²`, it is `L/(1 − T L²/λ)`-Lipschitz (Kan et
/// al., 2501.18793). A statement about the optimum: no certificate of a model that was trained,
/// whose gain along one trajectory stands beside it.
///
/// @param lambda `λ`, the weight of the un-normalised cost `λ Σ h ‖v‖²`: `κ/(n d)`
/// @param horizon `T`
/// @param readout `L`; NaN where the model has no linear readout of its last state
/// @param lipschitz the bound, where it holds
/// @param gain largest singular value of `∂y/∂u_0` along one trajectory
/// @param statement all this as a sentence
public record TransportOptimum(
    double lambda,
    double horizon,
    double readout,
    OptionalDouble lipschitz,
    double gain,
    String statement) {
  private static final double GAIN_TOLERANCE = 1e-6;
  private static final int GAIN_PRODUCTS = 60;

  /// Of a model trained with transport weight `kappa`, along the first sequence of `batch`.
  ///
  /// @param seed of the start of the gain iteration
  public static TransportOptimum of(
      Model model, double[] c, double kappa, Batch batch, Kernels kernels, long seed) {
    Batch one = batch.sequences(0, 1);
    Shape state = model.stateShape(one.shape());
    double lambda = kappa / state.size(model.stateWidth());
    double horizon = model.grid().end() - model.grid().time(0);
    double readout = readout(model, c);
    double gain =
        new GolubKahan(GAIN_TOLERANCE, GAIN_PRODUCTS, seed)
            .leading(new Linearisation(model, c, one, kernels).toOutput(0), 1)
            .values()[0];
    OptionalDouble lipschitz = lipschitz(lambda, horizon, readout);
    String numbers =
        "λ = κ/(n d) = %.3g, T = %.3g, L = ‖W_out‖₂ = %.3g".formatted(lambda, horizon, readout);
    String statement =
        Double.isNaN(readout)
            ? "No statement about the optimum: the output is not a linear readout of the last state"
                + " (a norm in between has no bounded slope)."
            : lipschitz.isPresent()
                ? ("The map of the exact minimiser is %.4g-Lipschitz (%s). This is a statement"
                        + " about the optimum, not a certificate of the trained model.")
                    .formatted(lipschitz.getAsDouble(), numbers)
                : "No statement about the optimum: it needs λ > T L², found %s, T L² = %.3g."
                    .formatted(numbers, horizon * readout * readout);
    return new TransportOptimum(
        lambda,
        horizon,
        readout,
        lipschitz,
        gain,
        statement + " Measured gain ‖∂y/∂u₀‖₂ along one sequence: %.4g.".formatted(gain));
  }

  /// `L/(1 − T L²/λ)` where `λ > T L²`.
  static OptionalDouble lipschitz(double lambda, double horizon, double readout) {
    double critical = horizon * readout * readout;
    return lambda > critical
        ? OptionalDouble.of(readout / (1 - critical / lambda))
        : OptionalDouble.empty();
  }

  /// `‖W_out‖₂` if the exit is a linear map of the last state, averages over tokens included.
  private static double readout(Model model, double[] c) {
    List<Stage> linear =
        model.exit().stream().filter(s -> !(s.operator() instanceof Pooling)).toList();
    if (linear.size() != 1 || !(linear.getFirst().operator() instanceof Affine affine)) {
      return Double.NaN;
    }
    List<String> blocks = linear.getFirst().blocks();
    Workspace w = new Workspace(new PlainKernels(), model.layout().stageWorkSize(blocks));
    w.enter();
    double[] theta = model.layout().stageAt(c, blocks, w).toArray();
    w.leave();
    return LipschitzBound.of(affine, theta, new Ball(1, 1, 0), 1, 1);
  }
}
