package org.costate.control.constrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.Outputs;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.ModelObjective;
import org.costate.control.cost.ControlQuadratic;
import org.costate.control.optimise.RateSchedule;
import org.costate.control.train.Limits;
import org.costate.control.train.Problem;
import org.costate.control.train.Stop;
import org.costate.control.train.Training;
import org.costate.control.train.TrainingState;
import org.costate.model.Model;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Operator;
import org.costate.model.scheme.Schemes;
import org.costate.model.scheme.Step;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.TimeGrid;
import org.junit.jupiter.api.Test;

/// Constraints on outputs and states of a small Transformer: their derivatives, and minimum-energy
/// steering under them.
class TrajectoryConstraintsTest {
  private static final int WIDTH = 2;
  private static final int STEPS = 3;
  private static final Shape SHAPE = new Shape(2, 3);

  private static Model model() {
    Operator attention = Attention.standard(WIDTH, 1, new Mask.Full());
    Operator forward = new FeedForward(WIDTH, 3, Activation.TANH, false, true);
    Step step =
        new Step(
            Schemes.midpoint(
                ContinuousEquation.of(
                    Field.of(Controlled.of(attention, "attention")),
                    Field.of(Controlled.of(forward, "forward")))),
            WIDTH);
    ControlLayout layout =
        ControlLayout.builder().blocksOf(step, new PiecewiseConstant(STEPS, 1)).build();
    return new Model(List.of(), step, TimeGrid.uniform(STEPS, 1), layout, List.of());
  }

  private static double[] normal(int n, double scale, long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    double[] x = new double[n];
    Arrays.setAll(x, i -> scale * random.nextGaussian());
    return x;
  }

  private static Batch batch() {
    return Batch.ofInput(SHAPE, normal(SHAPE.size(WIDTH), 1, 1));
  }

  private static TrajectoryConstraints all(Model model) {
    return new TrajectoryConstraints(
        model,
        List.of(
            new TrajectoryConstraints.Item.States("ball", new NormBall(WIDTH, 0.6), 1e-3),
            new TrajectoryConstraints.Item.AtLeast("least", 1, 0.2),
            new TrajectoryConstraints.Item.Equal("equal", 0, 0.3),
            new TrajectoryConstraints.Item.AtMost("most", 1, 0.4),
            new TrajectoryConstraints.Item.States("box", new Box(WIDTH, -0.5, 0.7), 1e-3)),
        batch(),
        new PlainKernels());
  }

  private static double[] means(Model model, double[] c) {
    double[] y = Outputs.of(model, c, batch(), new PlainKernels());
    double[] mean = new double[WIDTH];
    for (int i = 0; i < y.length; i++) {
      mean[i % WIDTH] += y[i] / SHAPE.positions();
    }
    return mean;
  }

  @Test
  void valuesAreMeansOfTheOutput() {
    Model model = model();
    double[] c = normal(model.layout().size(), 0.5, 2);
    double[] mean = means(model, c);
    TrajectoryConstraints constraints = all(model);
    assertEquals("equal", constraints.name(0), "equalities come first");
    assertEquals(1, constraints.equalities());
    double[] h = new double[5];
    constraints.values(c, h);
    assertEquals(mean[0] - 0.3, h[0], 1e-14);
    assertEquals(0.2 - mean[1], h[2], 1e-14);
    assertEquals(mean[1] - 0.4, h[3], 1e-14);
    assertTrue(h[1] > 0.01 && h[4] > 0.01, "states are outside: " + Arrays.toString(h));
  }

  /// Against central differences of the values, and of the Jacobians.
  @Test
  void derivatives() {
    Model model = model();
    TrajectoryConstraints constraints = all(model);
    int n = model.layout().size();
    double[] c = normal(n, 0.5, 2);
    double[] v = normal(n, 1, 3);
    double[] y = normal(5, 1, 4);
    double step = 1e-6;
    double[][] rows = new double[5][n];
    double[] h = new double[5];
    constraints.jacobian(c, h, rows);
    double[] up = c.clone();
    double[] down = c.clone();
    for (int i = 0; i < n; i++) {
      up[i] += step * v[i];
      down[i] -= step * v[i];
    }
    double[] hUp = new double[5];
    double[] hDown = new double[5];
    double[][] rowsUp = new double[5][n];
    double[][] rowsDown = new double[5][n];
    constraints.jacobian(up, hUp, rowsUp);
    constraints.jacobian(down, hDown, rowsDown);
    double[] product = new double[n];
    constraints.addHessian(c, y, v, product);
    double[] expected = new double[n];
    for (int k = 0; k < 5; k++) {
      double slope = 0;
      for (int i = 0; i < n; i++) {
        slope += rows[k][i] * v[i];
        expected[i] += y[k] * (rowsUp[k][i] - rowsDown[k][i]) / (2 * step);
      }
      assertEquals((hUp[k] - hDown[k]) / (2 * step), slope, 1e-8, constraints.name(k));
    }
    assertArrayEquals(expected, product, 1e-7);
  }

  /// Steering with the least energy of the controls: the mean output must end at a value, every
  /// state stay in a box, every weight too.
  @Test
  void minimumEnergySteering() {
    Steering s = steering(0.37);
    Kkt kkt = s.kkt;
    assertTrue(kkt.largest() <= 1e-8, s.stop.detail() + " " + kkt);
    assertEquals(s.wanted, means(model(), s.c)[0], 1e-8);
    assertTrue(Math.abs(s.wanted - s.idle) > 0.02, "there is something to steer");
    assertTrue(s.iterations <= 40, "iterations " + s.iterations);
    assertTrue(Math.abs(s.at.values()[1]) < 1e-8, "the bound on the output is active");
    assertTrue(Math.abs(s.at.values()[2]) < 1e-8, "the bound on the states is active");
  }

  /// The weights in their box cannot keep the states so close to the ball: said by name, with
  /// numbers that mean something.
  @Test
  void statesThatCannotBeKeptAreNamed() {
    Steering s = steering(0.2);
    assertTrue(s.stop.detail().contains("states"), s.stop.detail());
    assertTrue(s.kkt.inequality() > 1e-3 && s.kkt.largest() < 10, s.kkt.toString());
  }

  /// What a steering came to.
  private record Steering(
      Stop stop, double[] c, Linearised at, Kkt kkt, double wanted, double idle, int iterations) {}

  private static Steering steering(double tolerance) {
    Model model = model();
    Costs costs =
        new Costs(
            Optional.empty(),
            List.of(),
            List.of(ControlQuadratic.energy(1, model.grid(), model.layout().blocks())));
    int n = model.layout().size();
    Constraints box = Constraints.of(List.of(new Constrained("c", new Box(n, -0.12, 0.12), 0)), n);
    double[] there = normal(n, 0.1, 7);
    box.project(there);
    double[] reached = means(model, there);
    double[] idle = means(model, new double[n]);
    double middle = 0.5 * (reached[1] + idle[1]);
    TrajectoryConstraints smooth =
        new TrajectoryConstraints(
            model,
            List.of(
                new TrajectoryConstraints.Item.Equal("first", 0, reached[0]),
                reached[1] < idle[1]
                    ? new TrajectoryConstraints.Item.AtMost("second", 1, middle)
                    : new TrajectoryConstraints.Item.AtLeast("second", 1, middle),
                new TrajectoryConstraints.Item.States(
                    "states", new NormBall(WIDTH, 1.5), tolerance)),
            batch(),
            new PlainKernels());
    Sqp rule = new Sqp(box, smooth);
    SweepOptions options =
        SweepOptions.with(new PlainKernels()).withExtras(SweepOptions.Extra.TANGENTS);
    try (EnsembleSweep sweep = new EnsembleSweep(model, costs, options)) {
      ModelObjective objective = new ModelObjective(model, sweep, sweep.prepare(batch()));
      Training training =
          new Training(
              Problem.of(objective),
              rule,
              new RateSchedule.Constant(1),
              Limits.of(60).untilGradientNorm(1e-9),
              TrainingState.start(normal(n, 0.1, 5), rule),
              () -> 0L);
      Stop stop = training.run();
      double[] c = training.controls();
      double[] g = new double[n];
      objective.gradient(c, g);
      Linearised at = Linearised.of(smooth, c);
      Kkt kkt = Kkt.of(box, at, c, g);
      return new Steering(stop, c, at, kkt, reached[0], idle[0], training.history().size());
    }
  }

  @Test
  void aFeatureThatDoesNotExist() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new TrajectoryConstraints(
                    model(),
                    List.of(new TrajectoryConstraints.Item.Equal("e", 7, 0)),
                    batch(),
                    new PlainKernels()));
    assertTrue(refused.getMessage().contains("feature 7"), refused.getMessage());
  }

  /// Free unknowns alone: the others stay to the bit.
  @Test
  void restrictedToSomeUnknowns() {
    var f = KktTest.quadratic(9);
    int[] free = {1, 4, 7};
    Sqp inner =
        new Sqp(
            Constraints.of(List.of(new Constrained("c", new Box(3, -0.1, 0.1), 0)), 3),
            ConstraintFunction.NONE);
    Restricted rule = new Restricted(inner, free);
    double[] c = normal(10, 1, 6);
    double[] before = c.clone();
    var state = rule.start(10);
    for (int i = 0; i < 3; i++) {
      rule.step(KktTest.objective(f), 1, c, state, new double[10]);
    }
    for (int i : new int[] {0, 2, 3, 5, 6, 8, 9}) {
      assertEquals(before[i], c[i]);
    }
    double[] g = Restricted.taken(f.gradient(c), free);
    Kkt kkt = Kkt.of(inner.set(), Restricted.taken(c, free), g);
    assertTrue(kkt.largest() <= 1e-9, kkt.toString());
  }
}
