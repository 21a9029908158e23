package org.costate.model.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import org.hipparchus.analysis.polynomials.PolynomialsUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TimeBasisTest {
  static Stream<TimeBasis> all() {
    return Stream.of(
        new Constant(),
        new PiecewiseConstant(1, 2),
        new PiecewiseConstant(7, 2),
        new PiecewiseLinear(2, 2),
        new PiecewiseLinear(5, 2),
        new Legendre(1, 2),
        new Legendre(6, 2));
  }

  @ParameterizedTest
  @MethodSource("all")
  void supportHoldsAllThatIsNotZero(TimeBasis basis) {
    for (double t = 0; t <= 2; t += 1.0 / 64) {
      int first = basis.first(t, t, 2.5);
      int behind = first + basis.support(t, t, 2.5);
      for (int k = 0; k < basis.count(); k++) {
        if (k < first || k >= behind) {
          assertEquals(0, basis.value(k, 0, t, t, 2.5));
          assertEquals(0, basis.value(k, 1, t, t, 2.5));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void derivativesAreDerivatives(TimeBasis basis) {
    double d = 1e-6;
    for (double t = 0.013; t < 2; t += 0.037) {
      for (int k = 0; k < basis.count(); k++) {
        double up = basis.value(k, 0, t + d, t - d, t + d);
        double down = basis.value(k, 0, t - d, t - d, t + d);
        assertEquals((up - down) / (2 * d), basis.value(k, 1, t, t - d, t + d), 1e-7);
      }
    }
  }

  @Test
  void legendreIsLegendre() {
    Legendre basis = new Legendre(9, 3);
    for (int k = 0; k < 9; k++) {
      for (double t = 0; t <= 3; t += 0.125) {
        double expected = PolynomialsUtils.createLegendrePolynomial(k).value(2 * t / 3 - 1);
        assertEquals(expected, basis.value(k, 0, t, 0, 3), 1e-13);
      }
    }
  }

  @Test
  void hatFunctionsInterpolate() {
    PiecewiseLinear basis = new PiecewiseLinear(4, 3);
    for (int k = 0; k < 4; k++) {
      for (int node = 0; node < 4; node++) {
        assertEquals(k == node ? 1 : 0, basis.value(k, 0, node, 0, 3));
      }
      assertEquals(k == 1 || k == 2 ? 0.5 : 0, basis.value(k, 0, 1.5, 0, 3));
    }
  }

  /// With `N` steps and `N` intervals step `n` sees interval `n` alone, at both ends, whatever the
  /// round-off of its times.
  @Test
  void aStepBetweenBreakPointsSeesOneInterval() {
    for (int steps : new int[] {3, 7, 10, 49, 1000}) {
      for (double end : new double[] {1, 0.1, Math.PI, steps}) {
        TimeGrid grid = TimeGrid.uniform(steps, end);
        PiecewiseConstant basis = new PiecewiseConstant(steps, end);
        PiecewiseLinear linear = new PiecewiseLinear(steps + 1, end);
        for (int n = 0; n < steps; n++) {
          double from = grid.time(n);
          double to = from + grid.step(n);
          for (double at : new double[] {0, 0.25, 0.5, 1}) {
            assertEquals(n, basis.first(from + at * grid.step(n), from, to));
            assertEquals(n, linear.first(from + at * grid.step(n), from, to));
          }
        }
      }
    }
  }

  @Test
  void timesOutsideBelongToTheEnds() {
    PiecewiseConstant basis = new PiecewiseConstant(4, 1);
    assertEquals(0, basis.first(-0.3, -0.5, 0));
    assertEquals(3, basis.first(1.2, 1.1, 1.3));
  }

  @Test
  void impossibleBasesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new PiecewiseConstant(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new PiecewiseLinear(1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Legendre(3, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Legendre(3, -1));
  }
}
