package org.costate.control.principle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.costate.adjoint.cost.ControlCost;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.cost.RunningCost;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.ModelSweep;
import org.costate.adjoint.sweep.Scales;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.Hamiltonians;
import org.costate.control.ModelObjective;
import org.costate.control.SmallModels;
import org.costate.control.Vectors;
import org.costate.control.cost.ControlQuadratic;
import org.costate.control.cost.CrossEntropy;
import org.costate.control.cost.Quadratic;
import org.costate.control.cost.Transport;
import org.costate.control.optimise.Optimiser;
import org.costate.control.optimise.OptimiserState;
import org.costate.control.optimise.Outcome;
import org.costate.model.Model;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Block;
import org.costate.model.architecture.Depth;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Hamiltonians of Transformers: the embedding, every step, the readout, or groups of them.
class MaximumPrincipleTest {
  private static final int SEQUENCES = 5;
  private static final int TOKENS = 4;
  private static final SweepOptions OPTIONS =
      SweepOptions.with(new PlainKernels())
          .withChunk(2)
          .withExtras(SweepOptions.Extra.STATES, SweepOptions.Extra.INPUT_COSTATE);

  /// A problem with data and controls.
  private record Setting(Model model, Costs costs, Batch batch, double[] c) {
    EnsembleSweep sweep() {
      return new EnsembleSweep(model, costs, OPTIONS);
    }

    ModelObjective objective(EnsembleSweep sweep) {
      return new ModelObjective(model, sweep, sweep.prepare(batch));
    }
  }

  private enum Kind {
    /// Own controls for every step, all costs.
    FORECAST,
    /// Embedding and readout share their table.
    LANGUAGE_TIED,
    /// The same controls in all steps.
    TIED_IN_TIME,
    /// Controls between nodes: neighbouring steps share coefficients.
    PIECEWISE_LINEAR;

    Setting setting() {
      Random random = new Random(5);
      Model model =
          switch (this) {
            case FORECAST -> SmallModels.forecast(2, TOKENS, 4, 3);
            case LANGUAGE_TIED -> transformer(Depth.layers(2), true);
            case TIED_IN_TIME -> transformer(new Depth(3, 1, Depth.Basis.CONSTANT, 1), false);
            case PIECEWISE_LINEAR ->
                transformer(new Depth(4, 2, Depth.Basis.PIECEWISE_LINEAR, 3), false);
          };
      double[] c = random.doubles(model.layout().size(), -0.4, 0.4).toArray();
      Shape shape = new Shape(SEQUENCES, TOKENS);
      if (this == FORECAST) {
        double[] input = random.doubles(shape.positions() * 2L, -1, 1).toArray();
        double[] target = random.doubles(SEQUENCES * 2L, -1, 1).toArray();
        return new Setting(model, costs(model), Batch.ofInput(shape, input).withTarget(target), c);
      }
      int[] ids = random.ints(shape.positions(), 0, 5).toArray();
      int[] labels = random.ints(shape.positions(), 0, 5).toArray();
      Costs costs =
          new Costs(Optional.of(CrossEntropy.perToken(5)), List.of(new Transport(0.3)), List.of());
      return new Setting(model, costs, Batch.ofIds(shape, ids).withLabels(labels), c);
    }
  }

  private static Costs costs(Model model) {
    var steps = model.layout().blocks().stream().filter(b -> b.basis().count() > 1).toList();
    List<RunningCost> running = List.of(new Transport(0.4));
    List<ControlCost> controls =
        List.of(
            ControlQuadratic.energy(0.2, model.grid(), steps),
            ControlQuadratic.variation(0.1, model.grid(), steps));
    return new Costs(Optional.of(new Quadratic()), running, controls);
  }

  private static Model transformer(Depth depth, boolean tied) {
    int width = 4;
    Norm norm = Norm.layer(1e-5);
    Block block =
        new Block(
            Arrangement.PRE_NORM,
            Attention.standard(width, 2, new Mask.Causal()),
            new FeedForward(width, 6, Activation.TANH, false, true),
            norm);
    Entry entry = new Entry.Tokens(5, width, TOKENS, 0, 0, Optional.empty());
    Exit exit =
        new Exit(
            Optional.of(norm),
            Optional.empty(),
            false,
            Optional.of(new Exit.Readout(5, !tied, tied)));
    return new Architecture(entry, block, depth, exit).model();
  }

  /// `θ := θ + η h ∇_θ H` for all layers is `c := c − η ∇J`.
  @ParameterizedTest
  @EnumSource(Kind.class)
  void anAscentStepOnTheHamiltoniansIsADescentStepOnTheObjective(Kind kind) {
    Setting s = kind.setting();
    try (EnsembleSweep sweep = s.sweep()) {
      ModelObjective objective = s.objective(sweep);
      double[] g = new double[s.c.length];
      double value = objective.gradient(s.c, g);
      double[] ofTrajectories = new double[s.c.length];
      Hamiltonians h = objective.hamiltonians(s.c, ofTrajectories);
      assertArrayEquals(g, ofTrajectories);
      assertEquals(value, h.value(), 1e-15 * Math.abs(value));
      double eta = 0.1;
      double[] descent = s.c.clone();
      Vectors.axpy(-eta, g, descent);
      double[] ascent = s.c.clone();
      Hamiltonians.Evaluator evaluator = h.evaluator();
      for (int k = 0; k < h.layers(); k++) {
        double[] x = new double[h.size(k)];
        h.gather(k, s.c, x);
        double[] slope = new double[x.length];
        evaluator.augmented(k, x, 0, slope);
        Vectors.axpy(-eta, slope, x);
        h.scatter(k, x, ascent);
      }
      assertArrayEquals(descent, ascent, 1e-15 + 1e-14 * Vectors.norm(g));
    }
  }

  /// Both feasibility terms and their gradients vanish at the controls of the trajectories.
  @ParameterizedTest
  @EnumSource(Kind.class)
  void thePenaltiesVanishAtThePresentControls(Kind kind) {
    Setting s = kind.setting();
    try (EnsembleSweep sweep = s.sweep()) {
      Hamiltonians h = s.objective(sweep).hamiltonians(s.c, new double[s.c.length]);
      Hamiltonians.Evaluator evaluator = h.evaluator();
      for (int k = 0; k < h.layers(); k++) {
        double[] x = new double[h.size(k)];
        h.gather(k, s.c, x);
        double[] free = new double[x.length];
        double[] penalised = new double[x.length];
        double without = evaluator.augmented(k, x, 0, free);
        double with = evaluator.augmented(k, x, 1e3, penalised);
        assertEquals(without, with, 1e-14, h.name(k));
        assertArrayEquals(free, penalised, 1e-11, h.name(k));
        assertTrue(evaluator.stateTerm() < 1e-28 && evaluator.costateTerm() < 1e-28);
      }
    }
  }

  /// Elsewhere, the gradient of the augmented Hamiltonian against central differences.
  @ParameterizedTest
  @EnumSource(Kind.class)
  void theAugmentedGradientAgreesWithDifferences(Kind kind) {
    Setting s = kind.setting();
    Random random = new Random(8);
    try (EnsembleSweep sweep = s.sweep()) {
      Hamiltonians h = s.objective(sweep).hamiltonians(s.c, new double[s.c.length]);
      Hamiltonians.Evaluator evaluator = h.evaluator();
      Set<String> moved = new TreeSet<>();
      for (int k = 0; k < h.layers(); k++) {
        double[] x = new double[h.size(k)];
        h.gather(k, s.c, x);
        for (int i = 0; i < x.length; i++) {
          x[i] += 0.3 * random.nextGaussian();
        }
        double[] g = new double[x.length];
        double rho = 2.5;
        evaluator.augmented(k, x, rho, g);
        if (evaluator.stateTerm() > 1e-4) {
          moved.add("state");
        }
        if (evaluator.costateTerm() > 1e-4) {
          moved.add("costate");
        }
        double[] v = random.doubles(x.length, -1, 1).toArray();
        double[] scratch = new double[x.length];
        double best = Double.POSITIVE_INFINITY;
        for (double e = 1e-3; e > 1e-7; e /= 4) {
          double[] plus = x.clone();
          Vectors.axpy(e, v, plus);
          double[] minus = x.clone();
          Vectors.axpy(-e, v, minus);
          double slope =
              (evaluator.augmented(k, plus, rho, scratch)
                      - evaluator.augmented(k, minus, rho, scratch))
                  / (2 * e);
          best = Math.min(best, Math.abs(slope - Vectors.dot(g, v)));
        }
        assertTrue(best <= 1e-7 * Vectors.norm(g), h.name(k) + " is off by " + best);
      }
      assertEquals(Set.of("state", "costate"), moved);
    }
  }

  /// The feasibility of the state by running the model with other controls in one step, that of the
  /// costate by a sweep that begins with `λ_{n+1}` behind that step.
  @Test
  void theFeasibilityTermsAreTheJumpsOfStateAndCostate() {
    Model model = SmallModels.forecast(2, TOKENS, 4, 3);
    Random random = new Random(11);
    Shape shape = new Shape(3, TOKENS);
    double[] input = random.doubles(shape.positions() * 2L, -1, 1).toArray();
    double[] target = random.doubles(6, -1, 1).toArray();
    Batch batch = Batch.ofInput(shape, input).withTarget(target);
    double[] c = random.doubles(model.layout().size(), -0.5, 0.5).toArray();
    Costs costs = Costs.of(new Quadratic());
    int sequences = 3;
    try (EnsembleSweep sweep = new EnsembleSweep(model, costs, OPTIONS.withChunk(3))) {
      ModelObjective objective = new ModelObjective(model, sweep, sweep.prepare(batch));
      Hamiltonians h = objective.hamiltonians(c, new double[c.length]);
      int layer = 2;
      assertEquals("step 1", h.name(layer));
      double[] x = new double[h.size(layer)];
      h.gather(layer, c, x);
      for (int i = 0; i < x.length; i++) {
        x[i] += 0.1 * random.nextGaussian();
      }
      Hamiltonians.Evaluator evaluator = h.evaluator();
      evaluator.augmented(layer, x, 1, new double[x.length]);
      double[] other = c.clone();
      h.scatter(layer, x, other);

      SweepOptions keeping = OPTIONS.withExtras(SweepOptions.Extra.COSTATES);
      Scales scales = new Scales(1.0 / 6, 1.0 / 3);
      ModelSweep present = new ModelSweep(model, costs, shape, keeping);
      ModelSweep changed = new ModelSweep(model, costs, shape, keeping);
      present.gradient(c, batch, scales, new double[c.length]);
      changed.value(other, batch, scales);
      double state = 0;
      for (int i = 0; i < present.state(2).length(); i++) {
        double d = changed.state(2).at(i) - present.state(2).at(i);
        state += d * d / sequences;
      }
      assertEquals(state, evaluator.stateTerm(), 1e-14);

      Model one = oneStep(model, 1);
      double[] own = new double[one.layout().size()];
      System.arraycopy(x, 0, own, 0, own.length);
      double[] at = present.state(1).toArray();
      ModelSweep back = new ModelSweep(one, costs, shape, keeping);
      double[] lambda = present.costate(2).toArray();
      back.adjoint(own, Batch.ofInput(shape, at), lambda, new double[own.length]);
      double costate = 0;
      for (int i = 0; i < at.length; i++) {
        double d = sequences * (back.inputCostate().at(i) - present.costate(1).at(i));
        costate += d * d / sequences;
      }
      assertEquals(costate, evaluator.costateTerm(), 1e-14);
      assertTrue(state > 1e-4 && costate > 1e-6);
    }
  }

  /// The step of `model` alone, with controls of its own.
  private static Model oneStep(Model model, double end) {
    var layout = org.costate.model.time.ControlLayout.builder();
    layout.blocksOf(model.step(), new org.costate.model.time.Constant());
    return new Model(
        List.of(),
        model.step(),
        org.costate.model.time.TimeGrid.uniform(1, end),
        layout.build(),
        List.of());
  }

  @Test
  void layersAreGroupedByTheControlsThatTheyShare() {
    assertEquals(List.of("entry", "step 0", "step 1", "step 2", "exit"), names(Kind.FORECAST));
    assertEquals(List.of("entry to exit", "step 0", "step 1"), names(Kind.LANGUAGE_TIED));
    assertEquals(List.of("entry", "step 0 to step 2", "exit"), names(Kind.TIED_IN_TIME));
    assertEquals(List.of("entry", "step 0 to step 3", "exit"), names(Kind.PIECEWISE_LINEAR));
  }

  private static List<String> names(Kind kind) {
    Setting s = kind.setting();
    try (EnsembleSweep sweep = s.sweep()) {
      Hamiltonians h = s.objective(sweep).hamiltonians(s.c, new double[s.c.length]);
      int all = 0;
      for (int k = 0; k < h.layers(); k++) {
        all += h.size(k);
      }
      assertEquals(s.c.length, all, "every control is in one layer");
      return java.util.stream.IntStream.range(0, h.layers()).mapToObj(h::name).toList();
    }
  }

  /// The same method on Transformers: the objective falls as the bound says, for any number of
  /// threads to the same bits.
  @ParameterizedTest
  @EnumSource(Kind.class)
  void theExtendedMethodDecreasesTheObjectiveOfATransformer(Kind kind) {
    Setting s = kind.setting();
    double[][] reached = new double[2][];
    for (int threads = 1; threads <= 2; threads++) {
      LayerMaximiser maximiser = new LayerMaximiser(6, 1e-3, 5, threads);
      Optimiser rule = SuccessiveApproximation.extended(1, true, maximiser);
      try (EnsembleSweep sweep = s.sweep()) {
        ModelObjective objective = s.objective(sweep);
        double[] c = s.c.clone();
        OptimiserState state = rule.start(c.length);
        double first = objective.value(c);
        for (int k = 0; k < 8; k++) {
          Outcome outcome = rule.step(objective, 1, c, state, new double[c.length]);
          assertTrue(outcome.accepted(), () -> outcome.cause().orElse(""));
          double decrease = outcome.value() - objective.value(c);
          assertTrue(decrease >= outcome.optimality().requiredDecrease());
          assertTrue(outcome.optimality().pmpGap() > 0);
        }
        assertTrue(objective.value(c) < 0.9 * first, "J fell to " + objective.value(c));
        reached[threads - 1] = c;
      }
    }
    assertArrayEquals(reached[0], reached[1]);
  }

  @Test
  void controlsThatBlowUpAreRejected() {
    Setting s = Kind.FORECAST.setting();
    Optimiser rule = SuccessiveApproximation.basic(new LayerMaximiser(4, 0, 5, 1));
    try (EnsembleSweep sweep = s.sweep()) {
      double[] c = s.c.clone();
      c[3] = Double.NaN;
      double[] before = c.clone();
      Outcome outcome =
          rule.step(
              new Failing(s.objective(sweep)), 1, c, rule.start(c.length), new double[c.length]);
      assertFalse(outcome.accepted());
      assertArrayEquals(before, c);
    }
  }

  /// Gives NaN instead of an exception, as a training does.
  private record Failing(ModelObjective inner) implements org.costate.control.Objective {
    @Override
    public int size() {
      return inner.size();
    }

    @Override
    public double value(double[] c) {
      return Double.NaN;
    }

    @Override
    public double gradient(double[] c, double[] g) {
      return Double.NaN;
    }

    @Override
    public org.costate.adjoint.LinearMap hessian(double[] c) {
      return inner.hessian(c);
    }
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    LayerMaximiser maximiser = new LayerMaximiser(4, 0, 5, 1);
    assertThrows(
        IllegalArgumentException.class, () -> SuccessiveApproximation.extended(0, true, maximiser));
    assertThrows(
        IllegalArgumentException.class,
        () -> SuccessiveApproximation.extended(-1, false, maximiser));
    assertThrows(IllegalArgumentException.class, () -> new LayerMaximiser(0, 0, 5, 1));
    assertThrows(IllegalArgumentException.class, () -> new LayerMaximiser(4, 1, 5, 1));
  }
}
