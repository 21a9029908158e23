package org.costate.control.optimise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.costate.adjoint.LinearMap;
import org.costate.control.Objective;
import org.costate.control.Vectors;
import org.hipparchus.optim.InitialGuess;
import org.hipparchus.optim.MaxEval;
import org.hipparchus.optim.SimpleValueChecker;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunction;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunctionGradient;
import org.hipparchus.optim.nonlinear.scalar.gradient.NonLinearConjugateGradientOptimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimiserTest {
  /// An objective from a value and a gradient, that counts what it is asked.
  private static class Counted implements Objective {
    interface Function {
      double at(double[] c, double[] g);
    }

    final int size;
    final Function function;
    int evaluations;

    Counted(int size, Function function) {
      this.size = size;
      this.function = function;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public double value(double[] c) {
      evaluations++;
      return function.at(c, new double[size]);
    }

    @Override
    public double gradient(double[] c, double[] g) {
      evaluations++;
      return function.at(c, g);
    }

    @Override
    public LinearMap hessian(double[] c) {
      throw new UnsupportedOperationException("not needed by first-order methods");
    }
  }

  /// Sum over pairs of `100 (y − x²)² + (1 − x)²`; minimum 0 at ones.
  private static Counted rosenbrock(int size) {
    return new Counted(
        size,
        (c, g) -> {
          double sum = 0;
          for (int i = 0; i < size; i += 2) {
            double a = c[i + 1] - c[i] * c[i];
            double b = 1 - c[i];
            sum += 100 * a * a + b * b;
            g[i] = -400 * a * c[i] - 2 * b;
            g[i + 1] = 200 * a;
          }
          return sum;
        });
  }

  /// `½ Σ q_i (c_i − 1)²`.
  private static Counted quadratic(double... q) {
    return new Counted(
        q.length,
        (c, g) -> {
          double sum = 0;
          for (int i = 0; i < q.length; i++) {
            g[i] = q[i] * (c[i] - 1);
            sum += 0.5 * g[i] * (c[i] - 1);
          }
          return sum;
        });
  }

  private static int minimise(
      Optimiser optimiser,
      Objective objective,
      double[] c,
      double rate,
      int most,
      double tolerance) {
    OptimiserState state = optimiser.start(c.length);
    double[] g = new double[c.length];
    for (int k = 0; k < most; k++) {
      Outcome outcome = optimiser.step(objective, rate, c, state, g);
      if (outcome.gradientNorm() <= tolerance || !outcome.accepted()) {
        return k;
      }
    }
    return most;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 50})
  void lbfgsSolvesRosenbrockToRoundOff(int size) {
    Counted f = rosenbrock(size);
    double[] c = new double[size];
    for (int i = 0; i < size; i += 2) {
      c[i] = -1.2;
      c[i + 1] = 1;
    }
    int iterations = minimise(new Lbfgs(10), f, c, 1, 200, 1e-10);
    assertTrue(iterations < 60, "iterations " + iterations);
    for (double x : c) {
      assertEquals(1, x, 1e-9);
    }
  }

  @Test
  void lbfgsNeedsFewerEvaluationsThanConjugateGradients() {
    double[] start = {-1.2, 1};
    Counted ours = rosenbrock(2);
    double[] c = start.clone();
    minimise(new Lbfgs(10), ours, c, 1, 200, 1e-8);

    Counted theirs = rosenbrock(2);
    double[] found =
        new NonLinearConjugateGradientOptimizer(
                NonLinearConjugateGradientOptimizer.Formula.POLAK_RIBIERE,
                new SimpleValueChecker(1e-16, 1e-16))
            .optimize(
                new MaxEval(100_000),
                GoalType.MINIMIZE,
                new InitialGuess(start),
                new ObjectiveFunction(theirs::value),
                new ObjectiveFunctionGradient(
                    x -> {
                      double[] g = new double[2];
                      theirs.gradient(x, g);
                      return g;
                    }))
            .getPoint();
    assertArrayEquals(found, c, 1e-5);
    assertTrue(ours.evaluations < theirs.evaluations, ours.evaluations + " " + theirs.evaluations);
  }

  @Test
  void lbfgsSolvesAnIllConditionedQuadratic() {
    double[] q = new double[40];
    Arrays.setAll(q, i -> Math.pow(10, 3.0 * i / (q.length - 1)));
    double[] c = new double[q.length];
    int iterations = minimise(new Lbfgs(q.length), quadratic(q), c, 1, 500, 1e-9);
    // The L-BFGS-B of SciPy 1.x needs 213 iterations from the same start to the same gradient.
    assertTrue(iterations < 240, "iterations " + iterations);
    for (double x : c) {
      assertEquals(1, x, 1e-8);
    }
  }

  @Test
  void lbfgsEndsAQuadraticInAsManyStepsAsItHasCurvatures() {
    // With exact line searches the method is that of conjugate gradients (Nocedal and Wright,
    // theorem 6.4). On a quadratic, interpolation makes a search exact where the slope has to
    // nearly vanish.
    double[] q = {1, 1, 3, 3, 3, 10, 40, 40, 100, 100};
    double[] c = {5, -3, 2, 7, 1.5, -2, 3, 4, 0, 6};
    int iterations = minimise(new Lbfgs(10, 2e-4), quadratic(q), c, 1, 50, 1e-4);
    assertTrue(iterations <= 6, "iterations " + iterations);
    double[] loose = {5, -3, 2, 7, 1.5, -2, 3, 4, 0, 6};
    assertTrue(minimise(new Lbfgs(10), quadratic(q), loose, 1, 50, 1e-4) > 6);
  }

  @Test
  void everyAcceptedStepOfTheLineSearchMeetsTheStrongWolfeConditions() {
    Random random = new Random(7);
    for (int trial = 0; trial < 200; trial++) {
      double a = 0.1 + random.nextDouble() * 3;
      double b = random.nextDouble() * 2;
      double first = Math.pow(10, -4 + 8 * random.nextDouble());
      // Moré and Thuente's kind of function: a bowl with a ripple.
      double[] at = new double[1];
      MoreThuente.Line line =
          new MoreThuente.Line() {
            @Override
            public double value(double alpha) {
              at[0] = alpha;
              return a * (alpha - 1) * (alpha - 1) + 0.1 * b * Math.sin(5 * alpha);
            }

            @Override
            public double slope() {
              return 2 * a * (at[0] - 1) + 0.5 * b * Math.cos(5 * at[0]);
            }
          };
      double value0 = line.value(0);
      double slope0 = line.slope();
      if (slope0 < 0) {
        double step = MoreThuente.search(line, value0, slope0, first, 0.9).step();
        assertTrue(step > 0, "no step in trial " + trial);
        assertTrue(line.value(step) <= value0 + 1e-4 * step * slope0);
        assertTrue(Math.abs(line.slope()) <= 0.9 * Math.abs(slope0));
      }
    }
  }

  @Test
  void lineSearchComesBackFromWhereTheObjectiveIsNotFinite() {
    // −log(1 − c) blows up at c = 1; the minimum of −c − 0.5 log(1 − c) lies at c = 0.5.
    Counted f =
        new Counted(
            1,
            (c, g) -> {
              g[0] = -1 + 0.5 / (1 - c[0]);
              return c[0] < 1 ? -c[0] - 0.5 * Math.log(1 - c[0]) : Double.NaN;
            });
    double[] c = {-3};
    minimise(new Lbfgs(5), f, c, 100, 100, 1e-10);
    assertEquals(0.5, c[0], 1e-9);
  }

  @Test
  void lbfgsStopsWithACauseWhereNothingDecreases() {
    Counted wrong =
        new Counted(
            2,
            (c, g) -> {
              g[0] = -1;
              g[1] = 0;
              return 3 + c[0];
            });
    double[] c = {0, 0};
    Outcome outcome = new Lbfgs(3).step(wrong, 1, c, new Lbfgs(3).start(2), new double[2]);
    assertFalse(outcome.accepted());
    assertArrayEquals(new double[] {0, 0}, c);
    assertTrue(outcome.cause().orElseThrow().contains("decreases"));
  }

  @Test
  void adamTakesTheStepsOfItsDefinition() {
    // Three steps of gradients 1, −2, 0.5 with rate 0.1, decay 0.01: worked by the recurrences with
    // explicit powers, not by the code under test.
    double[] gradients = {1, -2, 0.5};
    int[] at = {0};
    Counted f =
        new Counted(
            1,
            (c, g) -> {
              g[0] = gradients[at[0]];
              return 0;
            });
    AdamW adam =
        new AdamW(
            0.9, 0.99, 1e-8, 0.01, List.of(new AdamW.Stretch(0, 1)), Double.POSITIVE_INFINITY);
    OptimiserState state = adam.start(1);
    double[] c = {2};
    double expected = 2;
    for (int k = 1; k <= 3; k++) {
      double m = 0;
      double v = 0;
      for (int j = 1; j <= k; j++) {
        m += Math.pow(0.9, k - j) * 0.1 * gradients[j - 1];
        v += Math.pow(0.99, k - j) * 0.01 * gradients[j - 1] * gradients[j - 1];
      }
      double meanHat = m / (1 - Math.pow(0.9, k));
      double squareHat = v / (1 - Math.pow(0.99, k));
      expected = expected - 0.1 * 0.01 * expected - 0.1 * meanHat / (Math.sqrt(squareHat) + 1e-8);
      at[0] = k - 1;
      adam.step(f, 0.1, c, state, new double[1]);
      assertEquals(expected, c[0], 1e-14);
    }
  }

  @Test
  void adamDecaysOnlyWhatShallDecay() {
    Counted flat = new Counted(3, (c, g) -> 0);
    AdamW adam =
        new AdamW(0.9, 0.99, 1e-8, 0.5, List.of(new AdamW.Stretch(1, 1)), Double.POSITIVE_INFINITY);
    double[] c = {1, 1, 1};
    adam.step(flat, 0.1, c, adam.start(3), new double[3]);
    assertArrayEquals(new double[] {1, 0.95, 1}, c, 1e-15);
  }

  @Test
  void clippingShortensTheGradientAndSaysSo() {
    Counted f = quadratic(30, 40);
    double[] c = {2, 2};
    double[] g = new double[2];
    Momentum descent = new Momentum(0, false, 1);
    Outcome outcome = descent.step(f, 0.5, c, descent.start(2), g);
    assertTrue(outcome.clipped());
    assertEquals(50, outcome.gradientNorm(), 1e-12);
    assertEquals(1, Vectors.norm(g), 1e-15);
    assertArrayEquals(new double[] {2 - 0.3, 2 - 0.4}, c, 1e-15);
  }

  @Test
  void momentumFollowsItsRecurrences() {
    Counted slope =
        new Counted(
            1,
            (c, g) -> {
              g[0] = 1;
              return c[0];
            });
    double[] heavy = {0};
    double[] nesterov = {0};
    Momentum ball = new Momentum(0.5, false, Double.POSITIVE_INFINITY);
    Momentum ahead = new Momentum(0.5, true, Double.POSITIVE_INFINITY);
    OptimiserState a = ball.start(1);
    OptimiserState b = ahead.start(1);
    for (int k = 0; k < 3; k++) {
      ball.step(slope, 0.1, heavy, a, new double[1]);
      ahead.step(slope, 0.1, nesterov, b, new double[1]);
    }
    assertEquals(-0.1 * (1 + 1.5 + 1.75), heavy[0], 1e-15);
    assertEquals(-0.1 * (1.5 + 1.75 + 1.875), nesterov[0], 1e-15);
  }

  @Test
  void aStepFromAGradientThatIsNotFiniteIsRejected() {
    Counted bad =
        new Counted(
            2,
            (c, g) -> {
              g[1] = Double.NaN;
              return 1;
            });
    for (Optimiser optimiser : List.of(AdamW.plain(), Momentum.none(), new Lbfgs(3))) {
      OptimiserState state = optimiser.start(2);
      OptimiserState before = state.copy();
      double[] c = {1, 2};
      Outcome outcome = optimiser.step(bad, 0.1, c, state, new double[2]);
      assertFalse(outcome.accepted(), optimiser.name());
      assertTrue(outcome.cause().orElseThrow().contains("control 1"), optimiser.name());
      assertArrayEquals(new double[] {1, 2}, c);
      before.arrays().forEach((n, v) -> assertArrayEquals(v, state.arrays().get(n), n));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 25})
  void aCopiedStateContinuesToTheSameBits(int stop) {
    for (Optimiser optimiser : List.of(AdamW.plain(), new Momentum(0.9, true, 1), new Lbfgs(4))) {
      double[] c = {-1.2, 1, 0.3, 2};
      Counted f = rosenbrock(4);
      OptimiserState state = optimiser.start(4);
      double[] g = new double[4];
      double[] cCopy = c.clone();
      OptimiserState copy = state.copy();
      for (int k = 0; k < 30; k++) {
        if (k == stop) {
          cCopy = c.clone();
          copy = state.copy();
        }
        optimiser.step(f, 0.001, c, state, g);
      }
      for (int k = stop; k < 30; k++) {
        optimiser.step(f, 0.001, cCopy, copy, g);
      }
      assertArrayEquals(c, cCopy, optimiser.name());
    }
  }

  @Test
  void schedulesRiseAndFall() {
    RateSchedule s = new RateSchedule.WarmUpCosine(1, 0.1, 10, 110);
    assertEquals(0.1, s.at(0), 1e-15);
    assertEquals(1, s.at(9), 1e-15);
    assertEquals(1, s.at(10), 1e-15);
    assertEquals(0.55, s.at(60), 1e-15);
    assertEquals(0.1, s.at(110), 1e-15);
    assertEquals(0.1, s.at(1000), 1e-15);
    assertEquals(0.5, new RateSchedule.Harmonic(1, 10).at(10), 1e-15);
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Lbfgs(0));
    assertThrows(IllegalArgumentException.class, () -> new Lbfgs(5, 1));
    assertThrows(IllegalArgumentException.class, () -> new Momentum(1, false, 1));
    assertThrows(IllegalArgumentException.class, () -> new Momentum(0.5, false, 0));
    assertThrows(IllegalArgumentException.class, () -> new AdamW(0.9, 1, 1e-8, 0, List.of(), 1));
    assertThrows(IllegalArgumentException.class, () -> new AdamW(0.9, 0.99, 0, 0, List.of(), 1));
    assertThrows(IllegalArgumentException.class, () -> new RateSchedule.Constant(-1));
    assertThrows(IllegalArgumentException.class, () -> new RateSchedule.WarmUpCosine(1, 2, 0, 10));
  }
}
