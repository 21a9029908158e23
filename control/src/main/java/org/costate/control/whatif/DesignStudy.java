package org.costate.control.whatif;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.costate.adjoint.LinearMap;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.Vectors;
import org.costate.control.stability.EffectiveRank;
import org.costate.control.stability.Frame;
import org.costate.control.stability.GolubKahan;
import org.costate.model.Model;
import org.costate.model.NumericalException;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Tries designs on one sequence: what another design with the same weights does, and what the
/// adjoint at the design as it stands predicts it to do.
///
/// The derivative of a singular value `σ = xᵀ J y` is `xᵀ (dJ) y`, and that of the exponent
/// `log ‖J q‖ / N` is `xᵀ (dJ) q / (N ‖J q‖)` with `x = J q / ‖J q‖`: both are second-order adjoint
/// sweeps with the tangent of `y` or `q` and the costate `x`. Rank and loss take a plain adjoint.
public final class DesignStudy {
  private static final double TOLERANCE = 1e-10;
  private static final int PRODUCTS = 400;

  private final Design design;
  private final Batch batch;
  private final Optional<Loss> loss;
  private final Kernels kernels;
  private final long seed;
  private final Frame start;
  private final Effect base;

  /// @param batch one sequence, with what the loss needs
  /// @throws IllegalArgumentException if there are several sequences
  /// @throws NumericalException if the design as it stands gives a state that is not finite
  public DesignStudy(Design design, Batch batch, Optional<Loss> loss, Kernels kernels, long seed) {
    if (batch.shape().batch() != 1) {
      throw new IllegalArgumentException(
          "what if: found " + batch.shape().batch() + " sequences, expected 1");
    }
    this.design = design;
    this.batch = batch;
    this.loss = loss;
    this.kernels = kernels;
    this.seed = seed;
    Model model = design.model();
    start = Frame.random(model.stateShape(batch.shape()).size(model.stateWidth()), 1, seed);
    base = measure(design).effect();
  }

  /// What the design as it stands does.
  public Effect base() {
    return base;
  }

  /// Sweeps `parameter` over `values`.
  ///
  /// @param slopes of the design, where the parameter is continuous
  /// @throws org.costate.model.InputException if the design cannot have a value
  public WhatIf sweep(DesignParameter parameter, double[] values, List<Slopes> slopes) {
    Optional<Slopes> own = slopes.stream().filter(s -> s.parameter() == parameter).findFirst();
    List<Design> designs =
        Arrays.stream(values).mapToObj(value -> design.with(parameter, value)).toList();
    double here = design.value(parameter);
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      double value = values[i];
      Optional<Effect> predicted = own.map(s -> base.plus(value - here, s.total()));
      trials.add(trial(value, designs.get(i), predicted));
    }
    return new WhatIf(parameter, here, trials, own);
  }

  private Trial trial(double value, Design changed, Optional<Effect> predicted) {
    try {
      return new Trial(value, Optional.of(measure(changed).effect()), predicted, "");
    } catch (NumericalException e) {
      return new Trial(value, Optional.empty(), predicted, e.getMessage());
    }
  }

  /// The derivatives with respect to all continuous parameters that the design has: four adjoint
  /// sweeps for all of them together.
  public List<Slopes> slopes() {
    ControlledDesign controlled = ControlledDesign.of(design);
    Measurement m = new Measurement(controlled.model(), controlled.controls());
    List<DesignParameter> parameters = controlled.parameters();
    List<double[]> directions = controlled.directions();
    double[][] exponent = m.trajectory.growthDerivatives(start.columns()[0], m.image, directions);
    double[][] gain = m.trajectory.growthDerivatives(m.right, m.left, directions);
    double[] last = m.trajectory.state(m.trajectory.steps()).toArray();
    int tokens = m.trajectory.stateShape().tokens();
    double[][] rank = m.trajectory.derivatives(EffectiveRank.gradient(last, tokens), directions);
    double[][] lossSlope = lossSlopes(m, directions);
    List<Slopes> slopes = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Vectors.scale(1 / (m.growth * m.trajectory.steps()), exponent[i]);
      DesignParameter p = parameters.get(i);
      slopes.add(new Slopes(p, design.value(p), exponent[i], gain[i], rank[i], lossSlope[i]));
    }
    return slopes;
  }

  private double[][] lossSlopes(Measurement m, List<double[]> directions) {
    if (loss.isEmpty()) {
      double[][] none = new double[directions.size()][m.trajectory.steps()];
      Arrays.stream(none).forEach(row -> Arrays.fill(row, Double.NaN));
      return none;
    }
    double[] bar = new double[m.trajectory.output().length()];
    Shape shape = m.model.outputShape(batch.shape());
    Workspace w = new Workspace(kernels, loss.get().cost().workSize(shape));
    double scale = 1 / loss.get().cost().count(batch, shape);
    loss.get().cost().addGradient(m.trajectory.output(), shape, batch, scale, Slice.of(bar), w);
    double[][] costates = m.trajectory.costates(bar);
    return m.trajectory.derivatives(costates[m.trajectory.steps()], directions);
  }

  private Measurement measure(Design changed) {
    return new Measurement(changed.model(), changed.controls());
  }

  /// One run of one design.
  private final class Measurement {
    private final Model model;
    private final Linearisation trajectory;

    /// `J q / ‖J q‖` and `‖J q‖`.
    private final double[] image;

    private final double growth;
    private final double sigma;
    private final double[] left;
    private final double[] right;

    Measurement(Model whole, double[] c) {
      int exits = loss.map(Loss::exitStages).orElse(0);
      model =
          new Model(
              whole.entry(),
              whole.step(),
              whole.grid(),
              whole.layout(),
              whole.exit().subList(0, exits));
      trajectory = new Linearisation(model, c, batch, kernels);
      LinearMap map = trajectory.propagator(0, trajectory.steps());
      image = new double[map.rows()];
      map.apply(start.columns()[0], image);
      requireFinite(image);
      growth = Vectors.norm(image);
      if (growth > 0) {
        Vectors.scale(1 / growth, image);
      }
      GolubKahan.Triplets found = new GolubKahan(TOLERANCE, PRODUCTS, seed).leading(map, 1);
      sigma = found.values()[0];
      left = found.left()[0];
      right = found.right()[0];
    }

    Effect effect() {
      double[] last = trajectory.state(trajectory.steps()).toArray();
      return new Effect(
          Math.log(growth) / trajectory.steps(),
          sigma,
          EffectiveRank.of(last, trajectory.stateShape().tokens()),
          loss.map(this::value).orElse(Double.NaN));
    }

    private double value(Loss l) {
      Shape shape = model.outputShape(batch.shape());
      Workspace w = new Workspace(kernels, l.cost().workSize(shape));
      double scale = 1 / l.cost().count(batch, shape);
      return l.cost().value(trajectory.output(), shape, batch, scale, w);
    }
  }

  private static void requireFinite(double[] image) {
    int at = Vectors.firstNonFinite(image);
    if (at >= 0) {
      throw new NumericalException(
          "leading exponent",
          0,
          0,
          "found " + image[at] + " in the last tangent, expected finite numbers");
    }
  }
}
