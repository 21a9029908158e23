package org.costate.control.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.costate.adjoint.LinearMap;
import org.costate.control.Objective;
import org.costate.control.Symmetric;
import org.costate.control.constrain.ConstraintFunction;
import org.costate.control.constrain.Constraints;
import org.costate.control.constrain.ProjectedGradient;
import org.costate.control.constrain.Sqp;
import org.costate.control.optimise.Lbfgs;
import org.costate.control.optimise.LevenbergMarquardt;
import org.costate.control.optimise.Optimiser;
import org.costate.control.optimise.RateSchedule;
import org.costate.control.optimise.SecondOrder;
import org.costate.control.optimise.TrustRegion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Objectives without a least value: every solver that works on one fixed objective says so.
class UnboundedTest {
  private static final int SIZE = 4;

  /// `⟨a, c⟩ + ½ b c₀²`: a plane for `b = 0`, unbounded along `c₀` for `b < 0`.
  private record Falling(double b) implements Objective {
    @Override
    public int size() {
      return SIZE;
    }

    @Override
    public double value(double[] c) {
      return gradient(c, new double[SIZE]);
    }

    @Override
    public double gradient(double[] c, double[] g) {
      double value = 0.5 * b * c[0] * c[0];
      for (int i = 0; i < SIZE; i++) {
        g[i] = i - 1.5;
        value += g[i] * c[i];
      }
      g[0] += b * c[0];
      return value;
    }

    @Override
    public LinearMap hessian(double[] c) {
      return new Symmetric(
          SIZE,
          (v, out) -> {
            Arrays.fill(out, 0);
            out[0] = b * v[0];
          });
    }

    @Override
    public LinearMap gaussNewton(double[] c) {
      return hessian(c);
    }
  }

  static Stream<Optimiser> solvers() {
    Constraints all = Constraints.of(List.of(), SIZE);
    return Stream.of(
        new Lbfgs(10),
        new TrustRegion(SecondOrder.HESSIAN, 1, 0.1, 50),
        new TrustRegion(SecondOrder.GAUSS_NEWTON, 1, 0.1, 50),
        new LevenbergMarquardt(1e-3, 0.1, 50, 100),
        new LevenbergMarquardt(1e-3, 0.1, 50, 2),
        new ProjectedGradient(all),
        new Sqp(all, ConstraintFunction.NONE));
  }

  @ParameterizedTest
  @MethodSource("solvers")
  void anObjectiveThatFallsForEverEndsTheRunByName(Optimiser solver) {
    for (double b : new double[] {0, -1}) {
      Training training =
          new Training(
              Problem.of(new Falling(b)),
              solver,
              new RateSchedule.Constant(1),
              Limits.of(10_000),
              TrainingState.start(new double[SIZE], solver),
              () -> 0);
      Stop stop = training.run();
      assertEquals(Stop.Reason.UNBOUNDED, stop.reason(), stop.detail());
      assertTrue(stop.detail().startsWith("the objective falls without bound: -"), stop.detail());
      assertTrue(training.state().iteration() < 10_000);
    }
  }

  /// Bounded from below and far away: no reason to stop.
  @Test
  void anObjectiveThatFallsFarAndThenEndsIsNotUnbounded() {
    Objective far =
        new Objective() {
          @Override
          public int size() {
            return 1;
          }

          @Override
          public double value(double[] c) {
            return gradient(c, new double[1]);
          }

          @Override
          public double gradient(double[] c, double[] g) {
            g[0] = 1e-8 * c[0] - 100;
            return 0.5e-8 * c[0] * c[0] - 100 * c[0];
          }

          @Override
          public LinearMap hessian(double[] c) {
            return new Symmetric(1, (v, out) -> out[0] = 1e-8 * v[0]);
          }
        };
    Training training =
        new Training(
            Problem.of(far),
            new Lbfgs(5),
            new RateSchedule.Constant(1),
            Limits.of(100).untilGradientNorm(1e-6),
            TrainingState.start(new double[1], new Lbfgs(5)),
            () -> 0);
    assertEquals(Stop.Reason.STATIONARY, training.run().reason());
    assertEquals(-0.5e12, training.history().getLast().value(), 1);
  }
}
