package org.costate.control.diagnose;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.ModelSweep;
import org.costate.adjoint.sweep.Scales;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.Hamiltonians;
import org.costate.control.ModelObjective;
import org.costate.control.Placement;
import org.costate.control.Vectors;
import org.costate.model.Model;
import org.costate.model.state.Batch;
import org.costate.model.state.Slice;

/// Where a model is not optimal: how far the controls of every layer are from the maximum of their
/// Hamiltonian, states and costates held.
///
/// A Hamiltonian of a Transformer has no maximum (the maps back to the residual stream enter
/// linearly), so the gap is that within a ball around the present controls:
/// `gap_k = max {Σ h [H_k(θ) − H_k(θ_k)] : ‖θ − θ_k‖ ≤ [#RADIUS] ‖θ_k‖}`, in units of `J`: the
/// decrease of `J` that a small change of this layer alone is worth.
///
/// @param value `J`
/// @param layers in the order of depth
/// @param costateNorms `‖λ_n‖₂`, `n = 0 … N`
/// @param hamiltonian `H_n` of every step
/// @param substeps costates inside the steps
public record OptimalityProfile(
    double value,
    List<Layer> layers,
    double[] costateNorms,
    double[] hamiltonian,
    List<Substep> substeps) {
  /// Radius of the ball in which a Hamiltonian is maximised, relative to the norm of the controls.
  public static final double RADIUS = 0.01;

  private static final int TRIALS = 16;

  /// One group of controls with one Hamiltonian.
  ///
  /// @param name its links: `entry`, `step 3`, `exit`
  /// @param size number of its controls
  /// @param slope `‖Σ h ∂H/∂θ‖₂ = ‖∇J‖₂` of its controls
  /// @param gap what the maximum in the ball is worth
  /// @param blocks the same slope block by block
  public record Layer(String name, int size, double slope, double gap, List<BlockSlope> blocks) {}

  /// The slope of one block of controls.
  public record BlockSlope(String block, double slope) {}

  /// The costate inside a step.
  ///
  /// @param step number of the step
  /// @param line number of the line of its scheme
  /// @param name operator of the line, `sum` where there is none
  /// @param costateNorm `‖∂J/∂r‖₂` of its result `r`
  public record Substep(int step, int line, String name, double costateNorm) {}

  public OptimalityProfile {
    layers = List.copyOf(layers);
    substeps = List.copyOf(substeps);
  }

  /// The profile of `model` on `batch`.
  ///
  /// @param c the controls, not modified
  public static OptimalityProfile of(
      Model model, double[] c, Costs costs, Batch batch, SweepOptions options) {
    List<Layer> layers = new ArrayList<>();
    double value;
    try (EnsembleSweep sweep = new EnsembleSweep(model, costs, options)) {
      ModelObjective objective = new ModelObjective(model, sweep, sweep.prepare(batch));
      double[] g = new double[c.length];
      Hamiltonians h = objective.hamiltonians(c, g);
      value = h.value();
      int[] layerOf = layers(h, c.length);
      Hamiltonians.Evaluator evaluator = h.evaluator();
      for (int k = 0; k < h.layers(); k++) {
        layers.add(layer(model, h, evaluator, k, c, g, layerOf));
      }
    }
    return along(model, c, costs, batch, options, value, layers);
  }

  private static OptimalityProfile along(
      Model model,
      double[] c,
      Costs costs,
      Batch batch,
      SweepOptions options,
      double value,
      List<Layer> layers) {
    SweepOptions keeping =
        options.withExtras(SweepOptions.Extra.STATES, SweepOptions.Extra.COSTATES);
    ModelSweep sweep = new ModelSweep(model, costs, batch.shape(), keeping);
    Scales scales = Scales.mean(model, costs, batch);
    sweep.gradient(c, batch, scales, new double[c.length]);
    int steps = model.grid().steps();
    double[] norms = new double[steps + 1];
    double[] hamiltonian = new double[steps];
    List<Substep> substeps = new ArrayList<>();
    for (int n = 0; n <= steps; n++) {
      norms[n] = Math.sqrt(sweep.costateSquare(n));
    }
    for (int n = 0; n < steps; n++) {
      hamiltonian[n] = sweep.hamiltonian(n);
      Slice state = sweep.state(n);
      substeps.addAll(
          new SubstepCostates(model, c, batch, n, options.kernels())
              .run(
                  state,
                  sweep.state(n + 1),
                  sweep.costate(n + 1),
                  costs.running(),
                  scales.running(),
                  new double[state.length()]));
    }
    return new OptimalityProfile(value, layers, norms, hamiltonian, substeps);
  }

  /// Number of the layer of every control, −1 for none.
  private static int[] layers(Hamiltonians h, int size) {
    double[] marks = new double[size];
    Arrays.fill(marks, -1);
    for (int k = 0; k < h.layers(); k++) {
      double[] own = new double[h.size(k)];
      Arrays.fill(own, k);
      h.scatter(k, own, marks);
    }
    return Arrays.stream(marks).mapToInt(m -> (int) m).toArray();
  }

  private static Layer layer(
      Model model,
      Hamiltonians h,
      Hamiltonians.Evaluator evaluator,
      int k,
      double[] c,
      double[] g,
      int[] layerOf) {
    double[] x = new double[h.size(k)];
    h.gather(k, c, x);
    double[] slope = new double[x.length];
    h.gather(k, g, slope);
    Map<String, Double> squares = new LinkedHashMap<>();
    for (Placement p : Placement.of(model.layout())) {
      if (layerOf[p.offset()] == k) {
        double square = 0;
        for (int i = p.offset(); i < p.offset() + p.parameter().size(); i++) {
          square += g[i] * g[i];
        }
        squares.merge(p.block().name(), square, Double::sum);
      }
    }
    List<BlockSlope> blocks = new ArrayList<>();
    squares.forEach((name, square) -> blocks.add(new BlockSlope(name, Math.sqrt(square))));
    double gap = gap(evaluator, k, x);
    return new Layer(h.name(k), x.length, Vectors.norm(slope), gap, List.copyOf(blocks));
  }

  /// Projected gradient descent on `S` in the ball: exact at the first trial where `S` is linear.
  private static double gap(Hamiltonians.Evaluator evaluator, int k, double[] centre) {
    double radius = RADIUS * Vectors.norm(centre);
    double[] x = centre.clone();
    double[] g = new double[x.length];
    double first = evaluator.augmented(k, x, 0, g);
    double best = first;
    double norm = Vectors.norm(g);
    if (norm == 0 || radius == 0) {
      return 0;
    }
    double step = radius / norm;
    double[] trial = new double[x.length];
    double[] slope = new double[x.length];
    for (int i = 0; i < TRIALS; i++) {
      System.arraycopy(x, 0, trial, 0, x.length);
      Vectors.axpy(-step, g, trial);
      project(trial, centre, radius);
      double value = evaluator.augmented(k, trial, 0, slope);
      if (value < best) {
        best = value;
        System.arraycopy(trial, 0, x, 0, x.length);
        System.arraycopy(slope, 0, g, 0, g.length);
        step *= 2;
      } else {
        step /= 4;
      }
    }
    return first - best;
  }

  private static void project(double[] x, double[] centre, double radius) {
    Vectors.axpy(-1, centre, x);
    double norm = Vectors.norm(x);
    if (norm > radius) {
      Vectors.scale(radius / norm, x);
    }
    Vectors.axpy(1, centre, x);
  }
}
