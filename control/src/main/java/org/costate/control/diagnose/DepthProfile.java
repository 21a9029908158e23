package org.costate.control.diagnose;

import java.util.Optional;
import java.util.OptionalDouble;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.adjoint.sweep.ModelSweep;
import org.costate.adjoint.sweep.Scales;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.stability.GolubKahan;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;

/// One sequence on its way through a model, seen from both ends.
///
/// @param stateNorms `‖u_n,i‖₂` of every token `i` at `t_n`, `[n][i]`, `n = 0 … N`
/// @param costateNorms `‖λ_n,i‖₂` of every token `i` at `t_n`: how much the cost depends on that
/// token there
/// @param hamiltonian `H_n` of every step
/// @param gains largest singular value of `∂u_{n+1}/∂u_n` of every step
/// @param cost terminal cost of the sequence
public record DepthProfile(
    double[][] stateNorms,
    double[][] costateNorms,
    double[] hamiltonian,
    double[] gains,
    OptionalDouble cost) {

  private static final double GAIN_TOLERANCE = 1e-6;
  private static final int GAIN_PRODUCTS = 60;

  /// Follows sequence 0 of `batch`.
  ///
  /// @param c the controls
  /// @param costs whose terminal part must fit the batch
  /// @param seed of the starts of the gain iterations
  public static DepthProfile of(
      Model model, double[] c, Costs costs, Batch batch, Kernels kernels, long seed) {
    Batch one = batch.sequences(0, 1);
    SweepOptions options =
        SweepOptions.with(kernels)
            .withExtras(SweepOptions.Extra.STATES, SweepOptions.Extra.COSTATES);
    ModelSweep sweep = new ModelSweep(model, costs, one.shape(), options);
    Shape output = model.outputShape(one.shape());
    Optional<Double> count = costs.terminal().map(g -> g.count(one, output));
    Scales scales = new Scales(count.map(n -> 1 / n).orElse(1.0), 1);
    sweep.gradient(c, one, scales, new double[c.length]);
    int steps = model.grid().steps();
    int tokens = model.stateShape(one.shape()).tokens();
    double[][] states = new double[steps + 1][];
    double[][] costates = new double[steps + 1][];
    for (int n = 0; n <= steps; n++) {
      states[n] = tokenNorms(sweep.state(n), tokens);
      costates[n] = tokenNorms(sweep.costate(n), tokens);
    }
    double[] hamiltonian = new double[steps];
    double[] gains = new double[steps];
    Linearisation linear = new Linearisation(model, c, one, kernels);
    GolubKahan iteration = new GolubKahan(GAIN_TOLERANCE, GAIN_PRODUCTS, seed);
    for (int n = 0; n < steps; n++) {
      hamiltonian[n] = sweep.hamiltonian(n);
      gains[n] = iteration.leading(linear.propagator(n, n + 1), 1).values()[0];
    }
    OptionalDouble cost =
        costs.terminal().isPresent()
            ? OptionalDouble.of(sweep.terminalCost())
            : OptionalDouble.empty();
    return new DepthProfile(states, costates, hamiltonian, gains, cost);
  }

  private static double[] tokenNorms(Slice state, int tokens) {
    int width = state.length() / tokens;
    double[] norms = new double[tokens];
    for (int i = 0; i < tokens; i++) {
      double square = 0;
      for (int k = 0; k < width; k++) {
        double v = state.at(i * width + k);
        square += v * v;
      }
      norms[i] = Math.sqrt(square);
    }
    return norms;
  }
}
