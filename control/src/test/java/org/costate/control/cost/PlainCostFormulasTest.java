package org.costate.control.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.adjoint.reference.Place;
import org.costate.adjoint.reference.StepEnds;
import org.costate.adjoint.verify.CheckOptions;
import org.costate.adjoint.verify.CheckReport;
import org.costate.adjoint.verify.CheckResult;
import org.costate.adjoint.verify.GradientCheck;
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
import org.costate.model.operator.Pooling;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;
import org.hipparchus.analysis.differentiation.Gradient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlainCostFormulasTest {
  private static final int WIDTH = 3;
  private static final Shape SHAPE = new Shape(2, 4);
  private static final PlainCostFormulas PLAIN = new PlainCostFormulas();

  private static double[] normal(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] x = new double[count];
    for (int i = 0; i < count; i++) {
      x[i] = random.nextGaussian();
    }
    return x;
  }

  private static Gradient[] variables(double[] x) {
    Gradient[] all = new Gradient[x.length];
    for (int i = 0; i < x.length; i++) {
      all[i] = Gradient.variable(x.length, i, x[i]);
    }
    return all;
  }

  private static void assertSame(TerminalCost cost, Shape shape, Batch batch) {
    double[] y = normal(3, shape.size(WIDTH));
    Workspace w = new Workspace(new PlainKernels(), cost.workSize(shape));
    double scale = 1 / cost.count(batch, shape);
    double[] bar = new double[y.length];
    cost.addGradient(Slice.of(y), shape, batch, scale, Slice.of(bar), w);
    Gradient plain = PLAIN.terminal(cost, variables(y), shape, batch);
    assertEquals(plain.getValue(), cost.value(Slice.of(y), shape, batch, scale, w), 1e-13);
    for (int i = 0; i < y.length; i++) {
      assertEquals(plain.getPartialDerivative(i), bar[i], 1e-14, cost + ", " + i);
    }
  }

  @Test
  void terminalCostsAgree() {
    Batch plain = Batch.ofIds(SHAPE, new int[] {0, 1, 2, 0, 1, 2, 1, 0});
    Batch labelled = plain.withLabels(new int[] {2, -1, 0, 1, 1, 0, -1, 2});
    double[] weights = {1, 0.5, 2, 0, 0.3, 1, 1, 0};
    Batch target = plain.withTarget(normal(4, SHAPE.size(WIDTH)));
    assertSame(CrossEntropy.nextToken(WIDTH), SHAPE, plain);
    assertSame(CrossEntropy.nextToken(WIDTH), SHAPE, plain.withTokenWeights(weights));
    assertSame(CrossEntropy.perToken(WIDTH), SHAPE, labelled);
    assertSame(CrossEntropy.perToken(WIDTH), SHAPE, labelled.withTokenWeights(weights));
    Batch classes = plain.withLabels(new int[] {2, 0});
    assertSame(CrossEntropy.classification(WIDTH), new Shape(2, 1), classes);
    assertSame(new Quadratic(), SHAPE, target);
    assertSame(new Tracking(new double[] {1, 0, 0.5}), SHAPE, target);
    assertSame(new Tracking(normalSquares(SHAPE.tokens() * WIDTH)), SHAPE, target);
  }

  private static double[] normalSquares(int count) {
    double[] x = normal(6, count);
    for (int i = 0; i < count; i++) {
      x[i] *= x[i];
    }
    return x;
  }

  @Test
  void transportAgrees() {
    Transport cost = new Transport(0.7);
    double[] u = normal(7, SHAPE.size(WIDTH));
    double[] next = normal(8, SHAPE.size(WIDTH));
    Batch data = Batch.empty(SHAPE);
    for (Batch batch :
        List.of(data, data.withTokenWeights(new double[] {1, 0.5, 2, 0, 0, 0, 0, 0}))) {
      Point p = Point.of(0.1, 0.3, SHAPE, Slice.of(u), Slice.NONE, batch);
      Workspace w = new Workspace(new PlainKernels(), 0);
      double fast = cost.value(p, Slice.of(next), 0.5, w);
      Place place = new Place(0.1, 0.3, SHAPE, batch);
      Gradient[] ends = variables(u);
      Gradient[] to = new Gradient[next.length];
      for (int i = 0; i < next.length; i++) {
        to[i] = Gradient.constant(u.length, next[i]);
      }
      StepEnds<Gradient> step = new StepEnds<>(place, ends, to, new Gradient[0]);
      assertEquals(PLAIN.running(cost, step).getValue(), fast, 1e-14);
    }
  }

  private static Architecture model(Arrangement arrangement, boolean pooled) {
    return new Architecture(
        new Entry.Tokens(13, 8, 9, 0, 0, Optional.empty()),
        new Block(
            arrangement,
            Attention.standard(8, 2, new Mask.Causal()),
            new FeedForward(8, 16, Activation.GELU_ERF, false, true),
            Norm.layer(1e-5)),
        Depth.layers(3),
        new Exit(
            Optional.of(Norm.layer(1e-5)),
            pooled ? Optional.of(Pooling.Kind.LAST) : Optional.empty(),
            false,
            Optional.of(new Exit.Readout(13, true, false))));
  }

  private static void assertPasses(Model model, Costs costs, Batch batch) {
    double[] c = normal(1, model.layout().size());
    for (int i = 0; i < c.length; i++) {
      c[i] *= 0.3;
    }
    CheckOptions options = CheckOptions.with(new PlainKernels()).withPlainCosts(PLAIN);
    CheckReport report = GradientCheck.of(model, costs, batch, c, options).run();
    String all =
        report.checks().stream().map(CheckResult::toString).collect(Collectors.joining("\n"));
    assertTrue(report.pass(), all);
    assertTrue(report.notes().stream().noneMatch(note -> note.contains("terminal")), all);
    assertTrue(report.notes().stream().noneMatch(note -> note.contains("running")), all);
  }

  /// The whole check, with the costs of a training run.
  @ParameterizedTest
  @EnumSource(names = {"PRE_NORM", "POST_NORM", "RUNGE_KUTTA"})
  void gradientsOfRealCostsPass(Arrangement arrangement) {
    Shape shape = new Shape(3, 7);
    Batch batch =
        Batch.ofIds(shape, new SplittableRandom(2).ints(shape.positions(), 0, 13).toArray());
    Model language = model(arrangement, false).model();
    Costs nextToken =
        new Costs(
            Optional.of(CrossEntropy.nextToken(13)),
            List.of(new Transport(0.5)),
            List.of(ControlQuadratic.energy(1e-3, language.grid(), language.layout().blocks())));
    assertPasses(language, nextToken, batch);
    Model classifier = model(arrangement, true).model();
    Costs classes = Costs.of(CrossEntropy.classification(13));
    assertPasses(classifier, classes, batch.withLabels(new int[] {3, 12, 0}));
    Batch target = batch.withTarget(normal(3, 3 * 13));
    assertPasses(classifier, Costs.of(new Quadratic()), target);
  }
}
