package org.costate.adjoint.sweep;

import static org.costate.adjoint.sweep.Cases.WIDTH;
import static org.costate.adjoint.sweep.Cases.batch;
import static org.costate.adjoint.sweep.Cases.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.costate.adjoint.checkpoint.Checkpointing;
import org.costate.adjoint.checkpoint.MemoryBudget;
import org.costate.adjoint.checkpoint.MemoryShare;
import org.costate.adjoint.checkpoint.Mixed;
import org.costate.adjoint.checkpoint.Revolve;
import org.costate.adjoint.checkpoint.StoreAll;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.SweepOptions.Extra;
import org.costate.model.Model;
import org.costate.model.NumericalException;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.scheme.Step;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelSweepTest {
  private static final Scales SCALES = new Scales(0.25, 0.5);
  private static final SweepOptions EVERYTHING =
      SweepOptions.with(new PlainKernels())
          .withExtras(Extra.TANGENTS, Extra.STATES, Extra.COSTATES, Extra.INPUT_COSTATE);
  private static final double[] NO_DIRECTION = new double[0];

  /// A model with controls and an ensemble of three sequences.
  record Case(Model model, double[] c, Batch batch, String label) {
    @Override
    public String toString() {
      return label;
    }
  }

  /// Test operators in every basis of time, tied blocks, ragged grids; real operators as pre-norm
  /// and as post-norm Transformers with tied embeddings and moving constraint sets.
  static Stream<Case> cases() {
    Stream<Case> sines =
        Cases.bases().stream()
            .flatMap(
                b ->
                    Stream.of(
                        sines(Cases.tied(b), "tied, " + b.name()),
                        sines(Cases.bare(b), "bare, " + b.name())));
    Stream<Case> transformers =
        Transformers.smooth().stream()
            .map(
                m ->
                    new Case(
                        m,
                        Transformers.controls(m, 1),
                        Transformers.batch(3),
                        m.step().name() + ", " + m.layout().blocks().get(2).basis().name()));
    return Stream.concat(sines, transformers);
  }

  private static Case sines(Model model, String label) {
    return new Case(model, random(1, model.layout().size()), batch(3), label);
  }

  private static ModelSweep sweep(Model model, Costs costs, Checkpointing checkpointing) {
    return new ModelSweep(
        model, costs, new Shape(3, 4), EVERYTHING.withCheckpointing(checkpointing));
  }

  private static ModelSweep sweep(Model model) {
    return sweep(model, TestCosts.all(), new StoreAll());
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  private static double[] shifted(double[] c, double by, double[] v) {
    double[] shifted = c.clone();
    for (int i = 0; i < c.length; i++) {
      shifted[i] += by * v[i];
    }
    return shifted;
  }

  private static double[] gradient(ModelSweep sweep, double[] c, Batch batch) {
    double[] g = new double[c.length];
    sweep.gradient(c, batch, SCALES, g);
    return g;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theGradientIsThatOfCentralDifferences(Case example) {
    Model model = example.model;
    Batch batch = example.batch;
    ModelSweep sweep = sweep(model);
    double[] c = example.c;
    double[] g = gradient(sweep, c, batch);
    double h = 1e-4;
    for (int i = 0; i < c.length; i++) {
      double[] unit = new double[c.length];
      unit[i] = 1;
      double difference =
          8
                  * (sweep.value(shifted(c, h, unit), batch, SCALES)
                      - sweep.value(shifted(c, -h, unit), batch, SCALES))
              - (sweep.value(shifted(c, 2 * h, unit), batch, SCALES)
                  - sweep.value(shifted(c, -2 * h, unit), batch, SCALES));
      assertEquals(difference / (12 * h), g[i], 1e-10 * norm(g), "coefficient " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tangentAndAdjointAreTransposed(Case example) {
    Model model = example.model;
    Batch batch = example.batch;
    ModelSweep sweep = sweep(model);
    double[] c = example.c;
    double[] v = random(2, c.length);
    double[] input = random(3, batch.shape().size(model.inputWidth()));
    double[] g = gradient(sweep, c, batch);
    double[] inputBar = sweep.inputCostate().toArray();
    double forwards = sweep.tangent(c, batch, SCALES, v, input);
    double backwards = dot(g, v) + dot(inputBar, input);
    double size = norm(g) * norm(v) + norm(inputBar) * norm(input);
    assertEquals(forwards, backwards, 1e-14 * size);
    assertEquals(dot(g, v), sweep.tangent(c, batch, SCALES, v, NO_DIRECTION), 1e-14 * size);
    if (input.length > 0) {
      assertEquals(
          dot(inputBar, input), sweep.tangent(c, batch, SCALES, NO_DIRECTION, input), 1e-14 * size);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tangentAndAdjointOfTheOutputAreTransposed(Case example) {
    Model model = example.model;
    Batch batch = example.batch;
    ModelSweep sweep = sweep(model);
    double[] c = example.c;
    double[] v = random(2, c.length);
    sweep.tangent(c, batch, SCALES, v, NO_DIRECTION);
    double[] dy = sweep.outputTangent().toArray();
    double[] w = random(4, dy.length);
    double[] g = new double[c.length];
    sweep.adjoint(c, batch, w, g);
    assertEquals(dot(w, dy), dot(g, v), 1e-14 * norm(w) * norm(dy));
    assertTrue(norm(dy) > 0.1);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void hessianVectorProductsAreDifferencesOfGradients(Case example) {
    Model model = example.model;
    Batch batch = example.batch;
    ModelSweep sweep = sweep(model);
    double[] c = example.c;
    double[] v = random(2, c.length);
    double[] hv = new double[c.length];
    double cost = sweep.hessianVector(c, batch, SCALES, v, hv);
    assertEquals(sweep.value(c, batch, SCALES), cost, 1e-15 * Math.abs(cost));
    double h = 1e-4;
    double[] ahead = gradient(sweep, shifted(c, h, v), batch);
    double[] behind = gradient(sweep, shifted(c, -h, v), batch);
    double[] farAhead = gradient(sweep, shifted(c, 2 * h, v), batch);
    double[] farBehind = gradient(sweep, shifted(c, -2 * h, v), batch);
    for (int i = 0; i < c.length; i++) {
      double difference = (8 * (ahead[i] - behind[i]) - (farAhead[i] - farBehind[i])) / (12 * h);
      assertEquals(difference, hv[i], 1e-10 * norm(hv));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theHessianIsSymmetric(Case example) {
    Model model = example.model;
    Batch batch = example.batch;
    ModelSweep sweep = sweep(model);
    double[] c = example.c;
    double[] v = random(2, c.length);
    double[] w = random(5, c.length);
    double[] hv = new double[c.length];
    double[] hw = new double[c.length];
    sweep.hessianVector(c, batch, SCALES, v, hv);
    sweep.hessianVector(c, batch, SCALES, w, hw);
    assertEquals(dot(w, hv), dot(v, hw), 1e-14 * norm(w) * norm(hv));
  }

  /// With a running cost every step is run whole, without one in its parts.
  @ParameterizedTest
  @MethodSource("cases")
  void checkpointsDoNotChangeABit(Case example) {
    for (Costs costs : List.of(TestCosts.all(), TestCosts.terminalOnly())) {
      ModelSweep all = sweep(example.model, costs, new StoreAll());
      double[] g = gradient(all, example.c, example.batch);
      double[] v = random(2, example.c.length);
      double[] hv = new double[example.c.length];
      double cost = all.hessianVector(example.c, example.batch, SCALES, v, hv);
      List<Checkpointing> choices =
          List.of(
              new Revolve(1),
              new Revolve(3),
              new Mixed(1),
              new Mixed(4),
              new MemoryShare(0.45),
              new MemoryShare(0.7),
              new MemoryBudget(1_000_000));
      for (Checkpointing choice : choices) {
        ModelSweep sweep = sweep(example.model, costs, choice);
        assertArrayEquals(g, gradient(sweep, example.c, example.batch), choice.toString());
        for (int n = 0; n <= example.model.grid().steps(); n++) {
          assertArrayEquals(all.costate(n).toArray(), sweep.costate(n).toArray());
          assertArrayEquals(all.state(n).toArray(), sweep.state(n).toArray());
        }
        for (int n = 0; n < example.model.grid().steps(); n++) {
          assertEquals(all.hamiltonian(n), sweep.hamiltonian(n));
        }
        double[] product = new double[example.c.length];
        assertEquals(cost, sweep.hessianVector(example.c, example.batch, SCALES, v, product));
        assertArrayEquals(hv, product, choice.toString());
        assertArrayEquals(all.output().toArray(), sweep.output().toArray());
      }
    }
  }

  /// A running cost of weight zero keeps the steps whole; their parts have the same derivatives.
  @ParameterizedTest
  @MethodSource("cases")
  void partsOfStepsAreTheSteps(Case example) {
    Scales terminal = new Scales(SCALES.terminal(), 0);
    Costs whole = new Costs(TestCosts.all().terminal(), TestCosts.all().running(), List.of());
    List<double[]> gradients = new ArrayList<>();
    List<double[]> products = new ArrayList<>();
    for (Costs costs : List.of(whole, TestCosts.terminalOnly())) {
      ModelSweep sweep = sweep(example.model, costs, new MemoryShare(0.6));
      double[] g = new double[example.c.length];
      double[] hv = new double[example.c.length];
      sweep.gradient(example.c, example.batch, terminal, g);
      sweep.hessianVector(example.c, example.batch, terminal, random(2, g.length), hv);
      gradients.add(g);
      products.add(hv);
    }
    assertArrayEquals(gradients.get(0), gradients.get(1), 1e-15 * norm(gradients.get(0)));
    assertArrayEquals(products.get(0), products.get(1), 1e-14 * norm(products.get(0)));
  }

  @Test
  void preNormLayersAreCutInTwo() {
    Model preNorm = Transformers.preNorm(4, Activation.GELU_ERF);
    assertEquals(2, preNorm.step().parts().size());
    ModelSweep sweep =
        new ModelSweep(
            preNorm,
            TestCosts.terminalOnly(),
            new Shape(3, 4),
            EVERYTHING.withCheckpointing(new MemoryShare(0.5)));
    assertEquals(8, sweep.plan().steps());
    assertTrue(sweep.plan().size() <= sweep.plan().storeAllSize() / 2);
    assertTrue(sweep.plan().repeatedSweeps() > 0 && sweep.plan().repeatedSweeps() < 1);
    for (Step part : preNorm.step().parts()) {
      assertTrue(part.work(new Shape(3, 4)) > 0);
    }
  }

  @Test
  void aSmallerBatchInALargerSweepGivesTheSameBits() {
    Model model = Cases.tied(Cases.bases().getFirst());
    double[] c = random(1, model.layout().size());
    ModelSweep large = sweep(model, TestCosts.all(), new Revolve(2));
    ModelSweep exact = new ModelSweep(model, TestCosts.all(), new Shape(2, 2), EVERYTHING);
    gradient(large, c, batch(3));
    assertArrayEquals(gradient(exact, c, batch(2)), gradient(large, c, batch(2)));
    assertArrayEquals(exact.output().toArray(), large.output().toArray());
  }

  @Test
  void gradientsAreAdded() {
    Model model = Cases.tied(Cases.bases().getFirst());
    ModelSweep sweep = sweep(model);
    double[] c = random(1, model.layout().size());
    double[] once = gradient(sweep, c, batch(3));
    double[] twice = once.clone();
    sweep.gradient(c, batch(3), SCALES, twice);
    for (int i = 0; i < c.length; i++) {
      assertEquals(2 * once[i], twice[i], 1e-14 * norm(once));
    }
  }

  /// `H_n` from the kept states and costates, with the formula of the maximum principle.
  @Test
  void theHamiltonianIsThatOfTheMaximumPrinciple() {
    Model model = Cases.bare(Cases.bases().getFirst());
    ModelSweep sweep = sweep(model);
    gradient(sweep, random(1, model.layout().size()), batch(3));
    double running = 0;
    for (int n = 0; n < Cases.RAGGED.steps(); n++) {
      double h = Cases.RAGGED.step(n);
      double[] here = sweep.state(n).toArray();
      double[] next = sweep.state(n + 1).toArray();
      double[] lambda = sweep.costate(n + 1).toArray();
      double expected = -(dot(lambda, next) - dot(lambda, here)) / h - sweep.runningCost(n) / h;
      assertEquals(expected, sweep.hamiltonian(n), 1e-13);
      assertEquals(1, sweep.costateSquare(n + 1) / dot(lambda, lambda), 1e-14);
      running += sweep.runningCost(n);
    }
    assertTrue(running > 0.01);
  }

  /// One step of gradient descent on J is one of ascent on `H_n`: `∇_θ H_n = −∇_{θ_n} J / h`, where
  /// `H_n` is evaluated at other controls of step `n` with the costate held.
  @Test
  void theGradientOfTheHamiltonianIsThatOfTheCost() {
    Model model = Cases.bare(new org.costate.model.time.PiecewiseConstant(2, 2));
    Model oneInterval =
        new Model(
            List.of(),
            model.step(),
            org.costate.model.time.TimeGrid.uniform(2, 2),
            model.layout(),
            List.of());
    ModelSweep sweep = sweep(oneInterval);
    double[] c = random(1, model.layout().size());
    double[] g = gradient(sweep, c, batch(3));
    Slice lambda = Slice.of(sweep.costate(1).toArray());
    double[] u0 = sweep.state(0).toArray();
    double d = 1e-4;
    for (int i = 0; i < 2 * WIDTH; i++) {
      double[] unit = new double[c.length];
      unit[i] = 1;
      double ahead = hamiltonian(sweep, shifted(c, d, unit), u0, lambda);
      double behind = hamiltonian(sweep, shifted(c, -d, unit), u0, lambda);
      assertEquals(-g[i] / 1.0, (ahead - behind) / (2 * d), 1e-7 * norm(g));
    }
  }

  private static double hamiltonian(ModelSweep sweep, double[] c, double[] u0, Slice lambda) {
    sweep.value(c, batch(3), SCALES);
    double[] next = sweep.state(1).toArray();
    return -(dot(lambda.toArray(), next) - dot(lambda.toArray(), u0)) - sweep.runningCost(0);
  }

  @Test
  void namesStepSubstepAndTokenOfAStateThatIsNotFinite() {
    Model model = Cases.bare(Cases.bases().getFirst());
    ModelSweep sweep = sweep(model);
    double[] c = random(1, model.layout().size());
    c[2 * WIDTH] = Double.POSITIVE_INFINITY;
    NumericalException failure =
        assertThrows(NumericalException.class, () -> sweep.value(c, batch(3), SCALES));
    assertEquals(0, failure.sequence());
    assertEquals(0, failure.token());
    assertTrue(failure.getMessage().contains("feature 0"), failure.getMessage());
    // the second interval begins at t = 0.5, where step 3 begins
    assertEquals(3, failure.step());
    assertEquals(0, failure.substep());
    double[] good = random(1, model.layout().size());
    assertEquals(sweep(model).value(good, batch(3), SCALES), sweep.value(good, batch(3), SCALES));
  }

  /// An operator that cannot go on names itself; the sweep adds step and substep.
  @Test
  void namesTheStepOfAnOperatorThatGaveUp() {
    Model model = Transformers.exactNorm(3);
    double[] c = new double[model.layout().size()];
    ModelSweep sweep =
        new ModelSweep(model, TestCosts.all(), new Shape(3, Transformers.TOKENS), EVERYTHING);
    NumericalException failure =
        assertThrows(NumericalException.class, () -> sweep.value(c, Transformers.batch(3), SCALES));
    assertEquals(0, failure.step());
    assertEquals(1, failure.substep());
  }

  @Test
  void refusesWhatDoesNotFit() {
    Model model = Cases.tied(Cases.bases().getFirst());
    ModelSweep sweep = sweep(model);
    double[] c = random(1, model.layout().size());
    assertThrows(
        IllegalArgumentException.class, () -> sweep.value(new double[3], batch(3), SCALES));
    assertThrows(IllegalArgumentException.class, () -> sweep.value(c, batch(4), SCALES));
    assertThrows(
        IllegalArgumentException.class,
        () -> sweep.tangent(c, batch(3), SCALES, NO_DIRECTION, NO_DIRECTION));
    assertThrows(
        IllegalArgumentException.class,
        () -> sweep.tangent(c, batch(3), SCALES, c, new double[] {1}));
    assertThrows(
        IllegalStateException.class,
        () ->
            new ModelSweep(
                    model, TestCosts.all(), new Shape(3, 2), SweepOptions.with(new PlainKernels()))
                .hessianVector(c, batch(3), SCALES, c, c.clone()));
    assertThrows(
        IllegalArgumentException.class, () -> sweep.value(c, Batch.empty(new Shape(3, 2)), SCALES));
  }
}
