package org.costate.control.constrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.costate.adjoint.LinearMap;
import org.costate.control.Objective;
import org.costate.control.convex.ActiveSet;
import org.costate.control.convex.ConvexProgram;
import org.costate.control.convex.Halfspaces;
import org.costate.control.convex.QuadraticForm;
import org.costate.control.optimise.AdamW;
import org.costate.control.optimise.RateSchedule;
import org.costate.control.train.Limits;
import org.costate.control.train.Problem;
import org.costate.control.train.Stop;
import org.costate.control.train.Training;
import org.costate.control.train.TrainingState;
import org.junit.jupiter.api.Test;

/// Projected gradients reach the minimiser that another solver finds, and the residuals know a
/// minimiser from other points.
class KktTest {
  private static final int N = 10;

  /// `½ xᵀ P x + q·x` with eigenvalues of `P` from 1 to about 30.
  static QuadraticForm quadratic(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    double[][] p = new double[N][N];
    double[] q = new double[N];
    for (int k = 0; k < N; k++) {
      double[] v = new double[N];
      Arrays.setAll(v, i -> random.nextGaussian());
      for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
          p[i][j] += v[i] * v[j];
        }
      }
      p[k][k] += 1;
      q[k] = 5 * random.nextGaussian();
    }
    return new QuadraticForm(p, q, 0);
  }

  static Objective objective(QuadraticForm f) {
    return new Objective() {
      @Override
      public int size() {
        return f.size();
      }

      @Override
      public double value(double[] c) {
        return f.value(c);
      }

      @Override
      public double gradient(double[] c, double[] g) {
        System.arraycopy(f.gradient(c), 0, g, 0, g.length);
        return f.value(c);
      }

      @Override
      public LinearMap hessian(double[] c) {
        return new LinearMap() {
          @Override
          public int rows() {
            return f.size();
          }

          @Override
          public int cols() {
            return f.size();
          }

          @Override
          public void apply(double[] v, double[] out) {
            double[] g = f.gradient(v);
            for (int i = 0; i < out.length; i++) {
              out[i] = g[i] - f.q()[i];
            }
          }

          @Override
          public void applyTranspose(double[] w, double[] out) {
            apply(w, out);
          }
        };
      }
    };
  }

  private static double[] filled(double value) {
    double[] x = new double[N];
    Arrays.fill(x, value);
    return x;
  }

  private static Kkt kkt(Constraints set, QuadraticForm f, double[] c) {
    return Kkt.of(set, c, f.gradient(c));
  }

  @Test
  void projectedGradientsReachTheMinimiserOfAQuadraticProgram() {
    QuadraticForm f = quadratic(3);
    Constraints box = Constraints.of(List.of(new Constrained("c", new Box(N, -0.2, 0.3), 0)), N);
    double[] expected =
        ActiveSet.minimise(
            ConvexProgram.of(f, List.of(Halfspaces.box("box", filled(-0.2), filled(0.3)))));
    ProjectedGradient rule = new ProjectedGradient(box);
    Training training =
        new Training(
            Problem.of(objective(f)),
            rule,
            new RateSchedule.Constant(1),
            Limits.of(500).untilGradientNorm(1e-10),
            TrainingState.start(filled(5), rule),
            () -> 0L);
    Stop stop = training.run();
    assertEquals(Stop.Reason.STATIONARY, stop.reason(), stop.detail());
    assertArrayEquals(expected, training.controls(), 1e-9);
    Kkt found = kkt(box, f, training.controls());
    assertTrue(found.largest() <= 1e-8, found.toString());
    assertTrue(found.multiplier() > 0.1, "constraints are active");
    long active = Arrays.stream(expected).filter(x -> x <= -0.2 + 1e-9 || x >= 0.3 - 1e-9).count();
    assertTrue(active >= 3 && active < N, "active " + active);
  }

  @Test
  void residualsTellOtherPointsFromMinimisers() {
    QuadraticForm f = quadratic(3);
    Constraints ball = Constraints.of(List.of(new Constrained("c", new NormBall(N, 0.5), 0)), N);
    double[] inside = filled(0.05);
    Kkt wrong = kkt(ball, f, inside);
    assertTrue(wrong.stationarity() > 0.1 && wrong.complementarity() > 0.1, wrong.toString());
    assertEquals(0, wrong.inequality());
    Kkt outside = kkt(ball, f, filled(1));
    assertEquals(Math.sqrt(N) - 0.5, outside.inequality(), 1e-12);
  }

  /// On a ball the multiplier is a number: `P x + q = −μ x`.
  @Test
  void theMultiplierOfABall() {
    QuadraticForm f = quadratic(4);
    Constraints ball = Constraints.of(List.of(new Constrained("c", new NormBall(N, 0.5), 0)), N);
    double[] c = minimise(ball, f, 2000);
    assertEquals(0.5, Math.sqrt(dot(c, c)), 1e-12);
    double[] g = f.gradient(c);
    double mu = -dot(g, c) / dot(c, c);
    double largest = 0;
    for (int i = 0; i < N; i++) {
      assertEquals(-mu * c[i], g[i], 1e-7);
      largest = Math.max(largest, Math.abs(mu * c[i]));
    }
    assertEquals(largest, kkt(ball, f, c).multiplier(), 1e-7);
    assertTrue(kkt(ball, f, c).largest() <= 1e-7);
  }

  private static double[] minimise(Constraints set, QuadraticForm f, int steps) {
    ProjectedGradient rule = new ProjectedGradient(set);
    double[] c = new double[N];
    var state = rule.start(N);
    double[] g = new double[N];
    for (int i = 0; i < steps; i++) {
      if (!rule.step(objective(f), 1, c, state, g).accepted()) {
        break;
      }
    }
    return c;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  /// With a linear equality and inequalities beside a box: the multipliers are found from the point
  /// alone.
  @Test
  void multipliersOfSmoothConstraints() {
    QuadraticForm f = quadratic(5);
    double[] sum = filled(1);
    double[] first = new double[N];
    double[] idle = new double[N];
    Halfspaces box = Halfspaces.box("box", filled(-0.4), filled(0.4));
    double[] free =
        ActiveSet.minimise(
            new ConvexProgram(f, new double[][] {sum}, new double[] {0.5}, List.of(box)));
    int at = 0;
    while (Math.abs(free[at]) > 0.3) {
      at++;
    }
    int other = at == 0 ? 1 : 0;
    first[at] = 1;
    idle[other] = 1;
    Halfspaces more =
        new Halfspaces("more", new double[][] {first, idle}, new double[] {free[at] - 0.05, 50});
    double[] c =
        ActiveSet.minimise(
            new ConvexProgram(f, new double[][] {sum}, new double[] {0.5}, List.of(box, more)));
    Constraints set = Constraints.of(List.of(new Constrained("c", new Box(N, -0.4, 0.4), 0)), N);
    double[] h = {dot(sum, c) - 0.5, c[at] - free[at] + 0.05, c[other] - 50};
    Linearised smooth = new Linearised(h, new double[][] {sum, first, idle}, 1);
    Kkt found = Kkt.of(set, smooth, c, f.gradient(c));
    assertTrue(found.largest() <= 1e-8, found.toString());
    double[] elsewhere = c.clone();
    elsewhere[3] += 0.01;
    elsewhere[4] -= 0.01;
    Kkt wrong = Kkt.of(set, smooth, elsewhere, f.gradient(elsewhere));
    assertTrue(wrong.stationarity() > 1e-3, wrong.toString());
  }

  @Test
  void anyFirstOrderRuleStaysFeasible() {
    QuadraticForm f = quadratic(6);
    Constraints box = Constraints.of(List.of(new Constrained("c", new Box(N, -0.1, 0.1), 0)), N);
    Projected rule = new Projected(AdamW.plain(), box);
    double[] c = filled(3);
    var state = rule.start(N);
    double[] g = new double[N];
    for (int i = 0; i < 2000; i++) {
      rule.step(objective(f), 0.01 * (1 - i / 2000.0), c, state, g);
      assertEquals(0, box.violation(c));
    }
    assertTrue(kkt(box, f, c).stationarity() < 1e-3, kkt(box, f, c).toString());
    assertEquals("projected adamw", rule.name());
  }
}
