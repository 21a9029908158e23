package org.costate.control.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.Objective;
import org.costate.control.Placement;
import org.costate.control.SmallModels;
import org.costate.control.Vectors;
import org.costate.control.cost.ControlQuadratic;
import org.costate.control.cost.CrossEntropy;
import org.costate.control.cost.Quadratic;
import org.costate.control.cost.Transport;
import org.costate.control.forecast.LinearForecast;
import org.costate.control.optimise.AdamW;
import org.costate.control.optimise.Lbfgs;
import org.costate.control.optimise.Optimiser;
import org.costate.control.optimise.RateSchedule;
import org.costate.model.Model;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;

/// Training end to end: models, sweeps, costs, optimisers.
class ModelTrainingTest {
  private static final SweepOptions ONE_THREAD = SweepOptions.with(new PlainKernels());

  /// A language of 7 letters: each follows from the last but one, but for some noise.
  private static int[] text(int length) {
    var random = new RandomStreams(3).stream("text", 0);
    int[] text = new int[length];
    for (int i = 2; i < length; i++) {
      boolean noise = random.nextInt(10) == 0;
      text[i] = noise ? random.nextInt(7) : (text[i - 2] + 3) % 7;
    }
    return text;
  }

  private static final Model LANGUAGE = SmallModels.language(7, 12, 16, 2, 2);

  private static AdamW adam(Model model) {
    return new AdamW(0.9, 0.99, 1e-8, 0.1, AdamW.matrices(Placement.of(model.layout())), 1);
  }

  private static double[] start(Model model, long seed) {
    return Initialisation.gpt2().controls(model.layout(), model.step(), model.grid(), seed);
  }

  private static ModelProblem language(Costs costs, SweepOptions options) {
    int[] text = text(3300);
    int[] train = IntStream.of(text).limit(3000).toArray();
    int[] heldOut = IntStream.of(text).skip(3000).toArray();
    return new ModelProblem(
        LANGUAGE,
        costs,
        new MiniBatches(new TokenWindows(train, 12), 8, 12, 5),
        Optional.of(new TokenWindows(heldOut, 12).consecutive()),
        options);
  }

  private static Costs allCosts() {
    return new Costs(
        Optional.of(CrossEntropy.perToken(7)),
        List.of(new Transport(0.01)),
        List.of(
            ControlQuadratic.energy(1e-5, LANGUAGE.grid(), LANGUAGE.layout().blocks()),
            ControlQuadratic.variation(1e-5, LANGUAGE.grid(), LANGUAGE.layout().blocks())));
  }

  private static Training training(ModelProblem problem, TrainingState from, long iterations) {
    return new Training(
        problem,
        adam(LANGUAGE),
        new RateSchedule.WarmUpCosine(1e-2, 1e-3, 10, 150),
        Limits.of(iterations).validatingEvery(50),
        from,
        () -> 0);
  }

  @Test
  void gradientOfAWholeProblemIsItsCentralDifference() {
    try (ModelProblem problem = language(allCosts(), ONE_THREAD)) {
      Objective objective = problem.objective(0);
      double[] c = start(LANGUAGE, 1);
      var random = new RandomStreams(2).stream("c", 0);
      for (int i = 0; i < c.length; i++) {
        c[i] += 0.1 * random.nextGaussian();
      }
      double[] g = new double[c.length];
      double j = objective.gradient(c, g);
      assertEquals(j, objective.value(c), 1e-13 * j);
      for (int direction = 0; direction < 5; direction++) {
        double[] v = new double[c.length];
        for (int i = 0; i < v.length; i++) {
          v[i] = random.nextGaussian();
        }
        double h = 1e-5;
        double[] moved = c.clone();
        Vectors.axpy(h, v, moved);
        double up = objective.value(moved);
        Vectors.axpy(-2 * h, v, moved);
        double down = objective.value(moved);
        double slope = Vectors.dot(g, v);
        assertEquals((up - down) / (2 * h), slope, 1e-6 * Math.abs(slope));
      }
    }
  }

  @Test
  void aSmallLanguageModelLearnsItsText() {
    try (ModelProblem problem = language(Costs.of(CrossEntropy.perToken(7)), ONE_THREAD)) {
      TrainingState from = TrainingState.start(start(LANGUAGE, 1), adam(LANGUAGE));
      Training training = training(problem, from, 150);
      training.run();
      double first = training.validations().getFirst().value();
      double last = training.validations().getLast().value();
      assertEquals(Math.log(7), first, 0.01);
      // The entropy of the language: nine tenths by the rule, one tenth by chance.
      double entropy = -(0.9 + 0.1 / 7) * Math.log(0.9 + 0.1 / 7) - 6 * 0.1 / 7 * Math.log(0.1 / 7);
      // The second token of a window cannot be known: its rule reads in front of the window.
      double least = (11 * entropy + Math.log(7)) / 12;
      assertTrue(last < least + 0.25, "validation " + last + ", best possible " + least);
    }
  }

  @Test
  void threadsAndAnInterruptionChangeNoBit() {
    Map<String, double[]> expected;
    try (ModelProblem problem = language(allCosts(), ONE_THREAD)) {
      TrainingState from = TrainingState.start(start(LANGUAGE, 1), adam(LANGUAGE));
      Training training = training(problem, from, 20);
      training.run();
      expected = training.state().arrays();
      IterationRecord row = training.history().getFirst();
      assertEquals(row.value(), row.terminal() + row.running(), 1e-14);
      assertTrue(row.running() > 0);
      double[] g = new double[problem.size()];
      problem.objective(0).gradient(start(LANGUAGE, 1), g);
      assertEquals(largestPerStep(g), row.hamiltonianGradient(), 1e-14);
      assertTrue(row.hamiltonianGradient() > 0 && Double.isNaN(row.pmpGap()));
    }
    Map<String, double[]> saved = new TreeMap<>();
    try (ModelProblem problem = language(allCosts(), ONE_THREAD.withThreads(2))) {
      TrainingState from = TrainingState.start(start(LANGUAGE, 1), adam(LANGUAGE));
      Training training = training(problem, from, 20);
      for (int k = 0; k < 7; k++) {
        training.advance();
      }
      training.state().arrays().forEach((name, array) -> saved.put(name, array.clone()));
    }
    try (ModelProblem problem = language(allCosts(), ONE_THREAD.withThreads(3))) {
      TrainingState from = TrainingState.of(saved, problem.size(), adam(LANGUAGE));
      Training training = training(problem, from, 20);
      training.run();
      Map<String, double[]> found = training.state().arrays();
      expected.forEach((name, array) -> assertArrayEquals(array, found.get(name), name));
    }
  }

  /// The longest gradient of one layer: steps of size 1, so `∂H_n/∂θ_n = −∇_{θ_n} J`.
  private static double largestPerStep(double[] g) {
    double[] squares = new double[LANGUAGE.grid().steps()];
    for (Placement p : Placement.of(LANGUAGE.layout())) {
      if (p.block().basis().count() == squares.length) {
        for (int i = 0; i < p.parameter().size(); i++) {
          squares[p.coefficient()] += g[p.offset() + i] * g[p.offset() + i];
        }
      }
    }
    return Math.sqrt(Arrays.stream(squares).max().orElseThrow());
  }

  /// Windows of Lorenz-63 (σ = 10, ρ = 28, β = 8/3), scaled, and the state 8 samples ahead.
  private static Batch lorenz(int windows, int context, double[] x) {
    int ahead = 8;
    int stride = 3;
    int length = windows * stride + context + ahead;
    double[] path = new double[3 * length];
    for (int i = 0; i < length; i++) {
      System.arraycopy(x, 0, path, 3 * i, 3);
      for (int k = 0; k < 4; k++) {
        rk4(x, 0.01);
      }
    }
    double[] input = new double[windows * context * 3];
    double[] target = new double[windows * 3];
    for (int b = 0; b < windows; b++) {
      for (int j = 0; j < context * 3; j++) {
        input[b * context * 3 + j] = scaled(path, 3 * b * stride + j);
      }
      for (int j = 0; j < 3; j++) {
        target[3 * b + j] = scaled(path, 3 * (b * stride + context - 1 + ahead) + j);
      }
    }
    return Batch.ofInput(new Shape(windows, context), input).withTarget(target);
  }

  private static double scaled(double[] path, int at) {
    return at % 3 == 2 ? (path[at] - 23.5) / 8.6 : path[at] / 8.4;
  }

  private static void rk4(double[] x, double h) {
    double[] sum = new double[3];
    double[] at = x.clone();
    double[] weights = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};
    double[] ahead = {0.5, 0.5, 1, 0};
    for (int stage = 0; stage < 4; stage++) {
      double[] f = {
        10 * (at[1] - at[0]), at[0] * (28 - at[2]) - at[1], at[0] * at[1] - 8.0 / 3 * at[2]
      };
      for (int i = 0; i < 3; i++) {
        sum[i] += weights[stage] * f[i];
        at[i] = x[i] + ahead[stage] * h * f[i];
      }
    }
    Vectors.axpy(h, sum, x);
  }

  @Test
  void aLorenzForecastBeatsPersistenceAndTheLinearMap() {
    int context = 4;
    double[] x = {1, 1, 20};
    for (int k = 0; k < 1000; k++) {
      rk4(x, 0.01);
    }
    Batch train = lorenz(600, context, x);
    Batch test = lorenz(200, context, x);
    double[] truth = test.target().orElseThrow();
    double persistence =
        LinearForecast.cost(
            LinearForecast.persistence(test.input().orElseThrow(), context, 3), truth);
    LinearForecast fit =
        LinearForecast.fit(
            train.input().orElseThrow(), 3 * context, train.target().orElseThrow(), 3);
    double linear = LinearForecast.cost(fit.predict(test.input().orElseThrow()), truth);

    Model model = SmallModels.forecast(3, context, 16, 2);
    double[] c = Initialisation.fanIn().controls(model.layout(), model.step(), model.grid(), 1);
    Optimiser rule = adam(model);
    try (ModelProblem problem =
        new ModelProblem(
            model,
            Costs.of(new Quadratic()),
            new MiniBatches(new Sequences(train), 32, 1, 2),
            Optional.of(test),
            ONE_THREAD)) {
      Training training =
          new Training(
              problem,
              rule,
              new RateSchedule.WarmUpCosine(1e-2, 0, 20, 400),
              Limits.of(400).validatingEvery(100),
              TrainingState.start(c, rule),
              () -> 0);
      training.run();
      double reached = training.state().best().value();
      String numbers = "model " + reached + ", linear " + linear + ", persistence " + persistence;
      assertTrue(reached < 0.5 * linear, numbers);
      assertTrue(linear < persistence, numbers);
    }
  }

  @Test
  void lbfgsTrainsOnTheWholeEnsemble() {
    double[] x = {1, 1, 20};
    for (int k = 0; k < 1000; k++) {
      rk4(x, 0.01);
    }
    Batch train = lorenz(60, 3, x);
    Model model = SmallModels.forecast(3, 3, 8, 1);
    double[] c = Initialisation.fanIn().controls(model.layout(), model.step(), model.grid(), 1);
    Optimiser rule = new Lbfgs(10);
    try (ModelProblem problem =
        new ModelProblem(
            model,
            Costs.of(new Quadratic()),
            new MiniBatches(new Sequences(train), 60, 1, 2),
            Optional.empty(),
            ONE_THREAD)) {
      Problem fixed = Problem.of(problem.objective(0));
      Training training =
          new Training(
              fixed,
              rule,
              new RateSchedule.Constant(1),
              Limits.of(60),
              TrainingState.start(c, rule),
              () -> 0);
      training.run();
      List<IterationRecord> history = training.history();
      for (int k = 1; k < history.size(); k++) {
        assertTrue(history.get(k).value() < history.get(k - 1).value(), "iteration " + k);
      }
      assertTrue(history.getLast().value() < 0.05 * history.getFirst().value());
    }
  }

  @Test
  void heldOutDataNeedATerminalCost() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            language(
                new Costs(Optional.empty(), List.of(new Transport(1)), List.of()), ONE_THREAD));
  }
}
