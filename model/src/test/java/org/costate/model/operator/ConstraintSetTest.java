package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ConstraintSetTest {
  @Test
  void feasibilityIsThatOfTheStatement() {
    assertFalse(new ConstraintSet(0, 1).meetsNonNegative(8));
    assertFalse(new ConstraintSet(-1, 0.5).meetsNonNegative(8));
    assertTrue(new ConstraintSet(1, 3).meetsNonNegative(10));
    assertTrue(new ConstraintSet(1, -3).meetsNonNegative(10));
    assertFalse(new ConstraintSet(1, Math.nextUp(3.0)).meetsNonNegative(10));
    assertTrue(new ConstraintSet(0, 0).meetsNonNegative(1));
    assertThrows(IllegalArgumentException.class, () -> new ConstraintSet(Double.NaN, 1));
  }

  /// Any non-negative token lies in a set that is said to be feasible.
  @Property(seed = "20260")
  void setOfANonNegativeTokenIsFeasible(
      @ForAll @Size(min = 2, max = 12) List<@DoubleRange(min = 0, max = 10) Double> drawn) {
    double[] u = drawn.stream().mapToDouble(Double::doubleValue).toArray();
    double mean = 0;
    for (double x : u) {
      mean += x / u.length;
    }
    double variance = 0;
    for (double x : u) {
      variance += (x - mean) * (x - mean) / u.length;
    }
    double inside = Math.sqrt(variance) * (1 - 1e-12);
    assertTrue(new ConstraintSet(mean, inside).meetsNonNegative(u.length));
  }

  /// The extreme token: all of the mass in one feature.
  @Test
  void boundIsReached() {
    for (int features : new int[] {2, 3, 17}) {
      double mean = 0.7;
      double deviation = Math.sqrt((features - 1.0) * mean * mean);
      double variance =
          (Math.pow(features * mean - mean, 2) + (features - 1) * mean * mean) / features;
      assertEquals(deviation * deviation, variance, 1e-12);
      assertTrue(new ConstraintSet(mean, deviation * (1 - 1e-15)).meetsNonNegative(features));
      assertFalse(new ConstraintSet(mean, deviation * (1 + 1e-12)).meetsNonNegative(features));
    }
  }
}
