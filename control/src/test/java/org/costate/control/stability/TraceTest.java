package org.costate.control.stability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.Vectors;
import org.costate.control.cost.Quadratic;
import org.costate.control.replay.StepCostates;
import org.costate.control.replay.StepReplay;
import org.costate.model.InputException;
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
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Step;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Traces against products with propagators, and against runs from which an edge is taken away.
class TraceTest {
  private static final PlainKernels KERNELS = new PlainKernels();
  private static final int TOKENS = 4;
  private static final int WIDTH = 6;
  private static final int HEADS = 2;
  private static final int LAYERS = 3;
  private static final double STEP = 0.8;
  private static final Batch BATCH =
      Batch.ofInput(new Shape(1, TOKENS), random(TOKENS * WIDTH, 7, 1))
          .withTarget(random(TOKENS * WIDTH, 8, 1));

  private static double[] random(int count, long seed, double scale) {
    Random random = new Random(seed);
    double[] x = new double[count];
    java.util.Arrays.setAll(x, i -> scale * random.nextGaussian());
    return x;
  }

  private static Model model(Arrangement arrangement) {
    Block block =
        new Block(
            arrangement,
            Attention.standard(WIDTH, HEADS, new Mask.Causal()),
            new FeedForward(WIDTH, 8, Activation.TANH, false, true),
            Norm.layer(1e-5));
    Depth depth = new Depth(LAYERS, LAYERS * STEP, Depth.Basis.PIECEWISE_CONSTANT, LAYERS);
    return new Architecture(new Entry.State(WIDTH), block, depth, Exit.NONE).model();
  }

  private static double[] controls(Model model) {
    return random(model.layout().size(), 3, 0.5);
  }

  private static Trace trace(Model model, ChosenOutput chosen, int edges) {
    return Trace.of(model, controls(model), BATCH, chosen, edges, KERNELS);
  }

  @ParameterizedTest
  @EnumSource(Arrangement.class)
  void costatesThroughTheLinesAreThoseOfTheSteps(Arrangement arrangement) {
    Model model = model(arrangement);
    double[] c = controls(model);
    Linearisation trajectory = new Linearisation(model, c, BATCH, KERNELS);
    double[] bar = random(TOKENS * WIDTH, 5, 1);
    double[][] costates = trajectory.costates(bar);
    assertArrayEquals(bar, costates[LAYERS]);
    double[] v = random(TOKENS * WIDTH, 6, 1);
    for (int n = 0; n < LAYERS; n++) {
      double[] image = new double[v.length];
      trajectory.propagator(n, LAYERS).apply(v, image);
      assertEquals(Vectors.dot(bar, image), Vectors.dot(costates[n], v), 1e-12);
      StepReplay replay = new StepReplay(model, c, BATCH, n, KERNELS, trajectory.stateShape());
      StepCostates step = new StepCostates(replay, trajectory.state(n), costates[n + 1]);
      assertArrayEquals(costates[n], step.front(), 1e-12);
      for (StepCostates.Seen seen : step.seen()) {
        assertEdgesAddUp(seen, n);
      }
    }
  }

  /// `Σ_i <λ_i, A(u)_i − b_O>` is the sum over all edges.
  private static void assertEdgesAddUp(StepCostates.Seen seen, int n) {
    Trace.EdgeSum sum = new Trace.EdgeSum(1);
    Trace.edges(n, seen, KERNELS, sum);
    if (!(seen.visit().operator() instanceof Attention)) {
      assertEquals(0, sum.count());
      return;
    }
    double[] theta = seen.visit().point().theta().toArray();
    double expected = 0;
    for (int i = 0; i < TOKENS; i++) {
      for (int k = 0; k < WIDTH; k++) {
        double value = seen.visit().value()[i * WIDTH + k] - theta[theta.length - WIDTH + k];
        expected += seen.costate()[i * WIDTH + k] * value;
      }
    }
    assertEquals(HEADS * TOKENS * (TOKENS + 1) / 2, sum.count());
    assertTrue(Math.abs(expected) > 1e-3, "vacuous");
    assertEquals(expected, sum.signed(), 1e-12);
  }

  @ParameterizedTest
  @EnumSource(names = {"PRE_NORM", "POST_NORM", "PARALLEL", "MACARON"})
  void anInfluenceIsWhatTheOutputLosesWithTheEdge(Arrangement arrangement) {
    Model model = model(arrangement);
    ChosenOutput chosen = new ChosenOutput.Logit(TOKENS - 1, 2);
    int all = LAYERS * HEADS * TOKENS * (TOKENS + 1) / 2;
    Trace trace = trace(model, chosen, all);
    assertEquals(all, trace.edges().size());
    assertEquals(all, trace.edgeCount());
    double total = 0;
    for (Edge edge : trace.edges()) {
      double h = 1e-5;
      double more = value(model, chosen, edge, -h);
      double less = value(model, chosen, edge, h);
      assertEquals((more - less) / (2 * h), edge.influence(), 1e-8, edge.toString());
      total += Math.abs(edge.influence());
    }
    assertEquals(total, trace.edgeTotal(), 1e-12);
    assertTrue(Math.abs(trace.edges().getFirst().influence()) > 1e-2, "vacuous");
    assertTrue(
        Math.abs(trace.edges().getFirst().influence())
            >= Math.abs(trace.edges().getLast().influence()));
    assertEquals(trace.edges().subList(0, 5), trace(model, chosen, 5).edges());
  }

  /// The chosen number when the part `part` of an edge is taken away.
  private static double value(Model model, ChosenOutput chosen, Edge edge, double part) {
    List<Line> lines = new ArrayList<>();
    for (Line line : model.step().scheme().lines()) {
      Optional<Application> field =
          line.field()
              .map(
                  f ->
                      f.operator() instanceof Attention attention
                          ? new Application(
                              new WithoutEdge(attention, edge, part, edge.layer() * STEP),
                              f.input(),
                              f.controls(),
                              f.weight(),
                              f.at(),
                              f.span())
                          : f);
      lines.add(new Line(line.target(), line.combination(), field));
    }
    Step step = new Step(new Scheme("without an edge", 0, lines), WIDTH);
    Model changed = new Model(model.entry(), step, model.grid(), model.layout(), model.exit());
    Linearisation run = new Linearisation(changed, controls(model), BATCH, KERNELS);
    return chosen.value(run.output(), BATCH.shape(), BATCH, KERNELS);
  }

  @Test
  void sensitivityIsTheSizeOfTheGradientAtEveryToken() {
    Model model = model(Arrangement.PRE_NORM);
    ChosenOutput chosen = new ChosenOutput.OfLoss(new Quadratic());
    Trace trace = trace(model, chosen, 10);
    double[] input = BATCH.input().orElseThrow();
    double h = 1e-5;
    for (int i = 0; i < TOKENS; i++) {
      double square = 0;
      for (int k = 0; k < WIDTH; k++) {
        double difference =
            value(model, chosen, moved(input, i * WIDTH + k, h))
                - value(model, chosen, moved(input, i * WIDTH + k, -h));
        square += Math.pow(difference / (2 * h), 2);
      }
      assertEquals(Math.sqrt(square), trace.sensitivity()[0][i], 1e-8);
    }
    assertEquals(LAYERS + 1, trace.sensitivity().length);
    assertEquals(value(model, chosen, BATCH), trace.value(), 1e-15);
    assertEquals(10, trace.edges().size());
  }

  private static Batch moved(double[] input, int at, double h) {
    double[] other = input.clone();
    other[at] += h;
    return BATCH.withInput(other);
  }

  private static double value(Model model, ChosenOutput chosen, Batch batch) {
    Linearisation run = new Linearisation(model, controls(model), batch, KERNELS);
    return chosen.value(run.output(), batch.shape(), batch, KERNELS);
  }

  @Test
  void theScoreOfAClassIsItsLogProbability() {
    double[] logits = {0.3, -1.2, 700, 698.5};
    Shape one = new Shape(1, 1);
    ChosenOutput chosen = new ChosenOutput.ClassScore(3);
    Slice output = Slice.of(logits);
    double expected = -1.5 - Math.log1p(Math.exp(-1.5));
    assertEquals(expected, chosen.value(output, one, BATCH, KERNELS), 1e-12);
    double[] gradient = chosen.gradient(output, one, BATCH, KERNELS);
    double[] probability = {0, 0, 1 - Math.exp(expected), Math.exp(expected)};
    for (int k = 0; k < logits.length; k++) {
      assertEquals((k == 3 ? 1 : 0) - probability[k], gradient[k], 1e-12);
    }
  }

  @Test
  void aTokenSeesNothingOfThoseBehindIt() {
    Trace trace = trace(model(Arrangement.PRE_NORM), new ChosenOutput.Logit(1, 0), 10);
    for (double[] layer : trace.sensitivity()) {
      assertTrue(layer[1] > 0);
      assertEquals(0, layer[2]);
      assertEquals(0, layer[3]);
    }
  }

  @Test
  void aNumberThatTheOutputDoesNotHaveIsRefused() {
    Model model = model(Arrangement.PRE_NORM);
    assertRefused("tokens 0 to 3", () -> trace(model, new ChosenOutput.Logit(4, 0), 1));
    assertRefused("indices 0 to 5", () -> trace(model, new ChosenOutput.Logit(0, 6), 1));
    assertRefused("Maybe logit:3:1", () -> trace(model, new ChosenOutput.ClassScore(1), 1));
  }

  private static void assertRefused(String expected, Runnable what) {
    InputException e = assertThrows(InputException.class, what::run);
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }
}
