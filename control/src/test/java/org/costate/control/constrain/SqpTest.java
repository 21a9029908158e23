package org.costate.control.constrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.costate.control.Objective;
import org.costate.control.convex.ConvexProgram;
import org.costate.control.convex.InteriorPoint;
import org.costate.control.convex.QuadraticBound;
import org.costate.control.convex.QuadraticForm;
import org.costate.control.optimise.RateSchedule;
import org.costate.control.train.Limits;
import org.costate.control.train.Problem;
import org.costate.control.train.Stop;
import org.costate.control.train.Training;
import org.costate.control.train.TrainingState;
import org.costate.model.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Problems with published solutions: Hock and Schittkowski, *Test Examples for Nonlinear
/// Programming Codes*, Lecture Notes in Economics and Mathematical Systems 187 (1981).
class SqpTest {
  private record Case(
      String name,
      Differentiated problem,
      List<ConstraintSet> sets,
      double[] start,
      double[] solution,
      double value) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> problems() {
    return Stream.of(
        new Case(
            "HS6",
            new Differentiated(
                2,
                x -> x[0].negate().add(1).square(),
                List.of(x -> x[1].subtract(x[0].square()).multiply(10)),
                1),
            List.of(),
            new double[] {-1.2, 1},
            new double[] {1, 1},
            0),
        new Case(
            "HS7",
            new Differentiated(
                2,
                x -> x[0].square().add(1).log().subtract(x[1]),
                List.of(x -> x[0].square().add(1).square().add(x[1].square()).subtract(4)),
                1),
            List.of(),
            new double[] {2, 2},
            new double[] {0, Math.sqrt(3)},
            -Math.sqrt(3)),
        new Case(
            "HS28",
            new Differentiated(
                3,
                x -> x[0].add(x[1]).square().add(x[1].add(x[2]).square()),
                List.of(x -> x[0].add(x[1].multiply(2)).add(x[2].multiply(3)).subtract(1)),
                1),
            List.of(),
            new double[] {-4, 1, 1},
            new double[] {0.5, -0.5, 0.5},
            0),
        rosenSuzuki(),
        new Case(
            "HS71",
            new Differentiated(
                4,
                x -> x[0].multiply(x[3]).multiply(x[0].add(x[1]).add(x[2])).add(x[2]),
                List.of(
                    x ->
                        x[0].square()
                            .add(x[1].square())
                            .add(x[2].square())
                            .add(x[3].square())
                            .subtract(40),
                    x -> x[0].multiply(x[1]).multiply(x[2]).multiply(x[3]).negate().add(25)),
                1),
            List.of(new Box(4, 1, 5)),
            new double[] {1, 5, 5, 1},
            new double[] {1, 4.7429996, 3.8211499, 1.3794083},
            17.0140173));
  }

  private static Case rosenSuzuki() {
    return new Case(
        "HS43",
        new Differentiated(
            4,
            x ->
                x[0].square()
                    .add(x[1].square())
                    .add(x[2].square().multiply(2))
                    .add(x[3].square())
                    .subtract(x[0].multiply(5))
                    .subtract(x[1].multiply(5))
                    .subtract(x[2].multiply(21))
                    .add(x[3].multiply(7)),
            List.of(
                x ->
                    x[0].square()
                        .add(x[1].square())
                        .add(x[2].square())
                        .add(x[3].square())
                        .add(x[0])
                        .subtract(x[1])
                        .add(x[2])
                        .subtract(x[3])
                        .subtract(8),
                x ->
                    x[0].square()
                        .add(x[1].square().multiply(2))
                        .add(x[2].square())
                        .add(x[3].square().multiply(2))
                        .subtract(x[0])
                        .subtract(x[3])
                        .subtract(10),
                x ->
                    x[0].square()
                        .multiply(2)
                        .add(x[1].square())
                        .add(x[2].square())
                        .add(x[0].multiply(2))
                        .subtract(x[1])
                        .subtract(x[3])
                        .subtract(5)),
            0),
        List.of(),
        new double[4],
        new double[] {0, 1, 2, -1},
        -44);
  }

  private static Training training(
      Objective objective, Sqp rule, double[] start, int iterations, double tolerance) {
    return new Training(
        Problem.of(objective),
        rule,
        new RateSchedule.Constant(1),
        Limits.of(iterations).untilGradientNorm(tolerance),
        TrainingState.start(start, rule),
        () -> 0L);
  }

  private static Constraints constraints(List<ConstraintSet> sets, int size) {
    return Constraints.of(sets.stream().map(s -> new Constrained("c", s, 0)).toList(), size);
  }

  @ParameterizedTest
  @MethodSource("problems")
  void publishedSolutions(Case one) {
    int n = one.problem().size();
    Constraints set = constraints(one.sets(), n);
    ConstraintFunction smooth = one.problem().smooth();
    Training training = training(one.problem(), new Sqp(set, smooth), one.start(), 60, 1e-9);
    Stop stop = training.run();
    double[] c = training.controls();
    assertArrayEquals(one.solution(), c, 1e-6, stop.detail());
    assertEquals(one.value(), one.problem().value(c), 1e-7 * Math.max(1, Math.abs(one.value())));
    double[] g = new double[n];
    one.problem().gradient(c, g);
    Kkt kkt = Kkt.of(set, Linearised.of(smooth, c), c, g);
    assertTrue(kkt.largest() <= 1e-8, kkt.toString());
    assertTrue(training.history().size() <= 30, "iterations " + training.history().size());
  }

  /// On a quadratic function one step is enough.
  @Test
  void oneStepOnAQuadraticFunction() {
    QuadraticForm f = KktTest.quadratic(7);
    Sqp rule = new Sqp(constraints(List.of(), 10), ConstraintFunction.NONE);
    double[] c = new double[10];
    rule.step(KktTest.objective(f), 1, c, rule.start(10), new double[10]);
    for (double slope : f.gradient(c)) {
      assertEquals(0, slope, 1e-11);
    }
  }

  /// Sets that are no polyhedra: the subproblem goes to the interior-point method.
  @Test
  void ballsAndSpectralBalls() {
    QuadraticForm f = KktTest.quadratic(8);
    Constraints ball = constraints(List.of(new NormBall(10, 0.5)), 10);
    double[] byBall = solved(f, ball);
    ConvexProgram program =
        ConvexProgram.of(f, List.of(QuadraticBound.ball("ball", new double[10], 0.5)));
    assertArrayEquals(InteriorPoint.tight().minimise(program, new double[10]).x(), byBall, 1e-7);

    Constraints spectral = constraints(List.of(new SpectralBall(2, 5, 0.4)), 10);
    double[] bySpectral = solved(f, spectral);
    ProjectedGradient other = new ProjectedGradient(spectral);
    double[] c = new double[10];
    var state = other.start(10);
    double[] g = new double[10];
    for (int i = 0; i < 5000; i++) {
      other.step(KktTest.objective(f), 1, c, state, g);
    }
    assertArrayEquals(c, bySpectral, 1e-6);
    assertEquals(0, spectral.violation(bySpectral), 1e-12);
  }

  private static double[] solved(QuadraticForm f, Constraints set) {
    Sqp rule = new Sqp(set, ConstraintFunction.NONE);
    Training training = training(KktTest.objective(f), rule, new double[10], 10, 1e-7);
    Stop stop = training.run();
    double[] c = training.controls();
    Kkt kkt = Kkt.of(set, c, f.gradient(c));
    assertTrue(kkt.largest() <= 1e-6, stop.detail() + " " + kkt);
    return c;
  }

  @Test
  void infeasibleConstraintsAreNamed() {
    Differentiated apart =
        new Differentiated(
            2, x -> x[0].square().add(x[1].square()), List.of(x -> x[0].add(x[1]).subtract(5)), 1);
    Sqp rule = new Sqp(constraints(List.of(new Box(2, 0, 1)), 2), apart.smooth());
    Training training = training(apart, rule, new double[2], 50, 1e-9);
    Stop stop = training.run();
    assertTrue(stop.detail().contains("h0"), stop.toString());
    assertEquals(1, Arrays.stream(training.controls()).max().orElseThrow(), 0.05);
  }

  @Test
  void tooManyUnknowns() {
    Sqp rule = new Sqp(constraints(List.of(), 1000), ConstraintFunction.NONE);
    InputException refused = assertThrows(InputException.class, () -> rule.start(1000));
    assertTrue(refused.getMessage().contains("at most 300"), refused.getMessage());
  }
}
