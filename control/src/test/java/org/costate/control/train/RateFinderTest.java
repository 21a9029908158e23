package org.costate.control.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.costate.adjoint.LinearMap;
import org.costate.control.Objective;
import org.costate.control.optimise.Momentum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateFinderTest {
  /// `½ L ‖c‖²`: gradient descent converges for rates below `2/L`, and diverges above.
  private record Bowl(double curvature) implements Objective {
    @Override
    public int size() {
      return 3;
    }

    @Override
    public double value(double[] c) {
      return 0.5 * curvature * Arrays.stream(c).map(x -> x * x).sum();
    }

    @Override
    public double gradient(double[] c, double[] g) {
      Arrays.setAll(g, i -> curvature * c[i]);
      return value(c);
    }

    @Override
    public LinearMap hessian(double[] c) {
      throw new UnsupportedOperationException("hessian: not needed");
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 20, 4000})
  void findsTheRateAboveWhichDescentDiverges(double curvature) {
    double limit = 2 / curvature;
    double[] start = {1, -2, 0.5};
    RateFinder.Found found =
        new RateFinder(1e-6, 100, 200)
            .find(
                Problem.of(new Bowl(curvature)),
                new Momentum(0, false, Double.POSITIVE_INFINITY),
                start,
                _ -> {});
    double diverged = found.diverged().orElseThrow();
    assertTrue(diverged > limit && diverged < 10 * limit, "diverged at " + diverged);
    assertTrue(found.least() < diverged && found.least() > limit / 10, "least at " + found.least());
    assertEquals(found.least() / 10, found.suggestion());
    assertTrue(found.suggestion() < limit, "below the limit");
    assertTrue(found.steepest() < limit && found.steepest() > limit / 1000, "steepest");
    assertEquals(1, start[0], "the start is left alone");
    double factor = found.rates()[1] / found.rates()[0];
    for (int k = 1; k + 1 < found.rates().length; k++) {
      assertEquals(factor, found.rates()[k + 1] / found.rates()[k], 1e-10);
    }
  }

  @Test
  void ratesMustRise() {
    assertThrows(IllegalArgumentException.class, () -> new RateFinder(1, 1, 100));
    assertThrows(IllegalArgumentException.class, () -> new RateFinder(1e-3, 1, 5));
  }
}
