package org.costate.model.converge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ConvergenceTest {
  @Test
  void theSlopeOfAPowerIsItsOrder() {
    double[] errors = {3 * Math.pow(10, -2.5), 3 * Math.pow(20, -2.5), 3 * Math.pow(80, -2.5)};
    Convergence found = new Convergence("power", 2, new int[] {10, 20, 80}, errors);
    assertEquals(2.5, found.measured(), 1e-13);
    assertFalse(found.holds(0.4));
    assertTrue(found.holds(0.6));
  }

  @Test
  void aStudyWithoutErrorsOrSizesHoldsNothing() {
    int[] sizes = {1, 2};
    assertFalse(new Convergence("exact", 1, sizes, new double[] {0, 0}).holds(1e9));
    assertFalse(new Convergence("blown up", 1, sizes, new double[] {1, Double.NaN}).holds(1e9));
    int[] one = {1};
    assertThrows(
        IllegalArgumentException.class, () -> new Convergence("short", 1, one, new double[] {1}));
    assertThrows(
        IllegalArgumentException.class, () -> new Convergence("odd", 1, sizes, new double[] {1}));
  }

  @Test
  void distancesDoNotHideWhatIsNotANumber() {
    assertEquals(3, InitialValueProblem.distance(new double[] {1, 5}, new double[] {2, 2}));
    double[] blown = {1, Double.NaN, 1};
    assertTrue(Double.isNaN(InitialValueProblem.distance(blown, new double[] {1, 1, 7})));
  }
}
