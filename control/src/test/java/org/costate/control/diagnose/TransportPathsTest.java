package org.costate.control.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.cost.Transport;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Affine;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Operator;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Coefficient;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Step;
import org.costate.model.scheme.Term;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.time.Constant;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.TimeGrid;
import org.junit.jupiter.api.Test;

class TransportPathsTest {
  private static final int WIDTH = 8;

  private static TransportPaths of(TimeGrid grid, double[]... states) {
    double[] weights = new double[states[0].length / 2];
    Arrays.fill(weights, 1);
    return TransportPaths.of(new double[][][] {states}, new double[][] {weights}, grid);
  }

  @Test
  void aStraightLineAtConstantSpeed() {
    TimeGrid grid = TimeGrid.of(0, 0.5, 0.75, 2);
    double[][] states = new double[4][];
    for (int n = 0; n < 4; n++) {
      double t = grid.time(n);
      states[n] = new double[] {1 + 3 * t, 2 - t, 0.5 * t, 7};
    }
    TransportPaths p = of(grid, states);
    assertEquals(1, p.straightness()[0], 1e-15);
    assertEquals(0, p.speedVariation()[0], 1e-14);
    assertEquals(2 * (9 + 1 + 0.25) / 4, p.cost()[0], 1e-13);
    assertEquals(Math.sqrt(10.25 / 4), p.speeds()[1], 1e-14);
  }

  @Test
  void cornersHalfCirclesAndChangesOfSpeed() {
    double[][] corner = {{0, 0}, {1, 0}, {1, 1}};
    assertEquals(Math.sqrt(0.5), of(TimeGrid.uniform(2, 1), corner).meanStraightness(), 1e-15);
    int n = 12;
    double[][] circle = new double[n + 1][];
    for (int i = 0; i <= n; i++) {
      circle[i] = new double[] {Math.cos(Math.PI * i / n), Math.sin(Math.PI * i / n)};
    }
    double chords = 2 * n * Math.sin(Math.PI / (2 * n));
    TransportPaths half = of(TimeGrid.uniform(n, 3), circle);
    assertEquals(2 / chords, half.meanStraightness(), 1e-14);
    assertEquals(0, half.meanSpeedVariation(), 1e-14);
    double[][] faster = {{0, 0}, {1, 0}, {4, 0}};
    assertEquals(0.5, of(TimeGrid.uniform(2, 2), faster).meanSpeedVariation(), 1e-15);
    // The same places on a grid on which the second step takes three times as long.
    assertEquals(0, of(TimeGrid.of(0, 1, 4), faster).meanSpeedVariation(), 1e-15);
  }

  @Test
  void paddingDoesNotMove() {
    double[][][] states = {{{0, 0, 5, 5}, {1, 0, -90, 4}, {2, 0, 17, 3}}};
    TimeGrid grid = TimeGrid.uniform(2, 2);
    TransportPaths p = TransportPaths.of(states, new double[][] {{1, 0}}, grid);
    assertEquals(1, p.meanStraightness(), 1e-15);
    assertEquals(2 * 1.0 / 2, p.meanCost(), 1e-15);
  }

  /// `u + h F(u)` with attention and a feed-forward network as the field; closed by a norm if asked
  /// for.
  private static Model model(boolean closed) {
    Operator attention = Attention.standard(WIDTH, 2, new Mask.Full());
    Operator layer = new FeedForward(WIDTH, 12, Activation.TANH, false, true);
    Operator norm = LayerNorm.standard(WIDTH, 1e-5);
    Line first =
        new Line(1, List.of(), Optional.of(use(attention, 0, "attention", Coefficient.ONE)));
    Term plus = new Term(0, Coefficient.ONE);
    Scheme open =
        new Scheme(
            "open",
            1,
            List.of(
                first,
                new Line(
                    0, List.of(plus), Optional.of(use(layer, 1, "layer", Coefficient.step(1))))));
    Scheme normed =
        new Scheme(
            "closed",
            1,
            List.of(
                first,
                new Line(2, List.of(), Optional.of(use(layer, 1, "layer", Coefficient.ONE))),
                new Line(
                    0, List.of(plus), Optional.of(use(norm, 2, "norm", Coefficient.step(1))))));
    Step step = new Step(closed ? normed : open, WIDTH);
    ControlLayout layout = ControlLayout.builder().blocksOf(step, new Constant()).build();
    return new Model(List.of(), step, TimeGrid.uniform(4, 1), layout, List.of());
  }

  private static Application use(Operator f, int input, String block, Coefficient weight) {
    return new Application(f, input, List.of(ControlRef.value(block)), weight, 0, 1);
  }

  private static double[] controls(Model model) {
    SplittableRandom random = new SplittableRandom(4);
    double[] c = new double[model.layout().size()];
    Arrays.setAll(c, i -> 0.5 * random.nextGaussian());
    if (model.layout().blocks().stream().anyMatch(b -> b.name().equals("norm"))) {
      int at = model.layout().block("norm").at(0);
      Arrays.fill(c, at, at + WIDTH, 1);
      Arrays.fill(c, at + WIDTH, at + 2 * WIDTH, 0);
    }
    return c;
  }

  private static Batch input() {
    SplittableRandom random = new SplittableRandom(5);
    Shape shape = new Shape(6, 10);
    double[] u = new double[shape.size(WIDTH)];
    Arrays.setAll(u, i -> random.nextGaussian());
    return Batch.ofInput(shape, u);
  }

  @Test
  void aNormAtTheEndOfTheVelocityMakesTheCostDegenerate() {
    Model closed = model(true);
    TransportPaths p = TransportPaths.of(closed, controls(closed), input(), new PlainKernels());
    assertEquals(1, p.meanCost(), 1e-3);
    assertTrue(p.costVariation() < 1e-3, "over inputs " + p.costVariation());
    assertTrue(p.degenerate(), "over tokens " + p.tokenVariation());
    Model open = model(false);
    TransportPaths q = TransportPaths.of(open, controls(open), input(), new PlainKernels());
    assertFalse(q.degenerate(), "over tokens " + q.tokenVariation());
  }

  @Test
  void itsCostIsTheTransportCostThatIsMinimised() {
    Model model = model(false);
    double[] c = controls(model);
    TransportPaths p = TransportPaths.of(model, c, input(), new PlainKernels());
    Costs costs = new Costs(Optional.empty(), List.of(new Transport(1)), List.of());
    try (EnsembleSweep sweep =
        new EnsembleSweep(model, costs, SweepOptions.with(new PlainKernels()))) {
      double running = sweep.value(c, sweep.prepare(input()));
      assertEquals(running, p.meanCost(), 1e-13 * running);
    }
  }

  /// `min λ T v² + G(u_0 + T v)` with `G'' = −L²` has the map `u_0 ↦ u_0/(1 − T L²/(2 λ))`: the
  /// steepest that the statement must cover.
  @Test
  void theStatementCoversTheSteepestMinimiser() {
    for (double readout : new double[] {0.3, 1, 2}) {
      for (double horizon : new double[] {0.5, 1, 4}) {
        double critical = horizon * readout * readout;
        assertTrue(TransportOptimum.lipschitz(critical, horizon, readout).isEmpty());
        double before = Double.POSITIVE_INFINITY;
        for (double lambda : new double[] {1.01 * critical, 2 * critical, 100 * critical}) {
          double bound = TransportOptimum.lipschitz(lambda, horizon, readout).orElseThrow();
          assertTrue(bound >= readout / (1 - critical / (2 * lambda)));
          assertTrue(bound < before, "falls with the weight");
          before = bound;
        }
        assertEquals(readout, before, 0.02 * readout, "and tends to the readout alone");
      }
    }
  }

  @Test
  void theStatementNeedsALinearReadout() {
    Model open = model(false);
    ControlLayout.Builder layout = ControlLayout.builder();
    layout.blocksOf(open.step(), new Constant());
    Affine readout = new Affine(WIDTH, 3, true, false);
    layout.block("readout", readout.parameters(), new Constant());
    Model linear =
        new Model(
            List.of(),
            open.step(),
            open.grid(),
            layout.build(),
            List.of(new Stage(readout, List.of("readout"))));
    double[] c = new double[linear.layout().size()];
    int at = linear.layout().block("readout").at(0);
    c[at] = 3;
    c[at + 4] = -4;
    TransportOptimum none =
        TransportOptimum.of(open, controls(open), 1, input(), new PlainKernels(), 1);
    assertTrue(none.statement().startsWith("No statement about the optimum"), none.statement());
    TransportOptimum small = TransportOptimum.of(linear, c, 1, input(), new PlainKernels(), 1);
    assertEquals(4, small.readout(), 1e-9);
    assertEquals(1.0 / 80, small.lambda(), 1e-15);
    assertTrue(small.lipschitz().isEmpty());
    assertEquals(4, small.gain(), 1e-6, "nothing moves: the gain is that of the readout");
    TransportOptimum large =
        TransportOptimum.of(linear, c, 80 * 32, input(), new PlainKernels(), 1);
    assertEquals(8, large.lipschitz().orElseThrow(), 1e-8);
    assertTrue(large.statement().contains("not a certificate"), large.statement());
  }
}
