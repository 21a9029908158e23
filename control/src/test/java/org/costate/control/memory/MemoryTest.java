package org.costate.control.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.costate.model.kernel.Kernels;
import org.costate.model.kernel.PlainKernels;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private static final Kernels KERNELS = new PlainKernels();

  private static Patterns signs(int count, int d) {
    return Patterns.signs(count, d, new SplittableRandom(1));
  }

  private static Patterns points(int count, int d, double radius) {
    return Patterns.onSphere(count, d, radius, new SplittableRandom(2));
  }

  /// The fields by their definition `Σ_{j≠i} W_ij ξ_j`.
  @Test
  void linearAttentionGivesTheFieldsOfHebb() {
    Patterns patterns = signs(5, 12);
    double[] states = signs(2, 12).values();
    double[] fields = new HebbMemory(patterns, KERNELS).fields(states);
    for (int s = 0; s < 2; s++) {
      for (int i = 0; i < 12; i++) {
        double field = 0;
        for (int j = 0; j < 12; j++) {
          for (int m = 0; m < 5 && j != i; m++) {
            double weight = patterns.values()[m * 12 + i] * patterns.values()[m * 12 + j] / 12;
            field += weight * states[s * 12 + j];
          }
        }
        assertEquals(field, fields[s * 12 + i], 1e-13);
      }
    }
  }

  @Test
  void softmaxAttentionIsTheStepOfLogSumExp() {
    Patterns patterns = points(40, 8, 3);
    AttentionMemory memory = new AttentionMemory(patterns, 0.7, KERNELS);
    double[] states = points(3, 8, 2).values();
    double[] together = memory.attend(states);
    for (int s = 0; s < 3; s++) {
      double[] one = java.util.Arrays.copyOfRange(states, 8 * s, 8 * s + 8);
      double[] next = java.util.Arrays.copyOfRange(together, 8 * s, 8 * s + 8);
      assertArrayEquals(memory.step(one), next, 1e-13);
      for (int k = 0; k < 8; k++) {
        double h = 1e-5;
        double[] plus = one.clone();
        double[] minus = one.clone();
        plus[k] += h;
        minus[k] -= h;
        double slope = (memory.energy(plus) - memory.energy(minus)) / (2 * h);
        assertEquals(one[k] - next[k], slope, 1e-8, "ξ − step is the gradient of the energy");
      }
    }
  }

  @Test
  void noEnergyRisesAndAllFall() {
    for (RetrievalStudy.Descent d : new RetrievalStudy(3, KERNELS).descents()) {
      assertTrue(d.rise() <= 1e-12, d.energy() + " rises by " + d.rise());
      assertTrue(d.fall() > 0.1, d.energy() + " falls by " + d.fall());
    }
  }

  /// The fields by their definition, and a pattern found from nearby.
  @Test
  void linearAttentionOnProductsOfCoordinatesGivesPolynomialFields() {
    Patterns stored = signs(3, 9);
    for (int degree : new int[] {2, 3, 4}) {
      PolynomialMemory memory = new PolynomialMemory(stored, degree);
      double[] states = points(2, 9, 2).values();
      double[] fields = memory.fields(states, KERNELS);
      for (int s = 0; s < 2; s++) {
        double[] state = java.util.Arrays.copyOfRange(states, 9 * s, 9 * s + 9);
        for (int k = 0; k < 9; k++) {
          double field = 0;
          for (int m = 0; m < 3; m++) {
            field +=
                Math.pow(stored.overlap(m, state) / 9, degree - 1) * stored.values()[m * 9 + k];
          }
          assertEquals(field, fields[9 * s + k], 1e-14);
        }
      }
      double[] start = stored.pattern(1);
      start[4] = -start[4];
      assertArrayEquals(
          stored.pattern(1), memory.descendTogether(start, 20, KERNELS).getLast(), "n " + degree);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new PolynomialMemory(signs(2, 40), 3).fields(signs(1, 40).values(), KERNELS));
  }

  @Test
  void aRiseIsSeen() {
    HebbMemory memory = new HebbMemory(signs(3, 20), KERNELS);
    double[] low = memory.patterns().pattern(0);
    double[] high = signs(9, 20).pattern(8);
    assertTrue(memory.largestRise(List.of(low, high)) > 1);
  }

  @Test
  void everyMemoryFindsAPatternFromNearby() {
    Patterns stored = signs(4, 64);
    double[] start = stored.pattern(2);
    for (int k = 0; k < 12; k++) {
      start[5 * k] = -start[5 * k];
    }
    assertArrayEquals(stored.pattern(2), new HebbMemory(stored, KERNELS).retrieve(start, 50));
    assertArrayEquals(stored.pattern(2), new PolynomialMemory(stored, 3).retrieve(start, 50));
    assertArrayEquals(stored.pattern(2), new PolynomialMemory(stored, 4).retrieve(start, 50));
    double[] end = new AttentionMemory(stored, 1, KERNELS).retrieve(start, 50);
    assertArrayEquals(stored.pattern(2), end, 1e-9);
  }

  @Test
  void theQuadraticEnergyIsThatOfHebb() {
    Patterns patterns = signs(6, 30);
    HebbMemory hebb = new HebbMemory(patterns, KERNELS);
    PolynomialMemory quadratic = new PolynomialMemory(patterns, 2);
    double[] a = signs(20, 30).pattern(18);
    double[] b = signs(20, 30).pattern(19);
    assertEquals(
        2 * (hebb.energy(a) - hebb.energy(b)), quadratic.energy(a) - quadratic.energy(b), 1e-12);
  }

  @Test
  void oneStepKeepsItsBound() {
    for (RetrievalStudy.StepError e : new RetrievalStudy(1, KERNELS).stepErrors(List.of(10, 100))) {
      assertTrue(e.ratio() <= 1 && e.ratio() > 0, "ratio " + e.ratio());
      assertTrue(e.error() < 0.1);
    }
  }

  /// A pattern beyond the bound has its fixed point; those without one stay below it, and some of
  /// either kind there are.
  @Test
  void wellSeparatedPatternsAreFixedPoints() {
    for (RetrievalStudy.Separation s :
        new RetrievalStudy(1, KERNELS).separations(List.of(10, 60))) {
      assertTrue(s.ratio() < 1 && s.ratio() > 0.05, s.toString());
      assertTrue(s.kept() > 0.2 && s.kept() < 0.95, s.toString());
    }
    Patterns two = new Patterns(2, 2, new double[] {4, 0, 0, 4});
    AttentionMemory memory = new AttentionMemory(two, 0.5, KERNELS);
    assertEquals(2 + 2 * Math.log(32), memory.requiredSeparation(), 1e-14);
    assertEquals(16, memory.separation(0), 1e-14);
    assertTrue(memory.rests(0));
    Patterns close = new Patterns(2, 2, new double[] {4, 0, 2, 3});
    assertTrue(!new AttentionMemory(close, 0.1, KERNELS).rests(0), "beta too small");
  }

  /// The line over `1/d` through each seed's loads.
  @Test
  void theLoadAtInfinityIsNearTheThreshold() {
    Estimate limit =
        new CapacityStudy(1, 8, KERNELS).hebb(List.of(64, 128, 192)).limit().orElseThrow();
    assertTrue(limit.low() < 0.138 && 0.138 < limit.high(), limit.toString());
    assertTrue(limit.high() - limit.low() < 0.05, limit.toString());
  }

  /// Capacities at finite d follow the Gaussian count of errors; the exponent is that of theory.
  @Test
  void thePolynomialCapacityGrowsAsTheorySays() {
    CapacityStudy.Series series =
        new CapacityStudy(1, 6, KERNELS).polynomial(3, List.of(24, 36, 48));
    for (CapacityStudy.Row row : series.rows()) {
      assertEquals(1, row.capacity() / row.finite(), 0.2, row.toString());
    }
    CapacityStudy.Growth growth = series.growth();
    assertTrue(growth.low() <= 2 && 2 <= growth.high(), growth.toString());
    assertTrue(growth.high() - growth.low() < 1, growth.toString());
  }

  @Test
  void theCapacityOfAttentionGrowsExponentially() {
    CapacityStudy.Series series = new CapacityStudy(1, 4, KERNELS).logSumExp(List.of(6, 9, 12));
    assertTrue(series.growth().low() > series.growth().theory(), series.growth().toString());
    assertTrue(series.rows().get(2).capacity() > 20 * series.rows().get(0).capacity());
    for (CapacityStudy.Row row : series.rows()) {
      assertTrue(row.capacity() >= row.theory());
    }
  }

  @Test
  void hebbKeepsAboutAnEighthOfItsDimension() {
    CapacityStudy.Row row = new CapacityStudy(1, 3, KERNELS).hebb(List.of(128)).rows().getFirst();
    assertEquals(0.138, row.capacity() / 128, 0.04);
  }

  @Test
  void aMissedExponentIsSaidToBeMissed() {
    assertEquals(0, new CapacityStudy.Growth("a", "d^a", 1, 0.9, 1.1, 1.05).gap());
    assertEquals(0.1, new CapacityStudy.Growth("a", "d^a", 1, 0.9, 1.1, 1.2).gap(), 1e-12);
    assertEquals(0.2, new CapacityStudy.Growth("a", "d^a", 1, 0.9, 1.1, 0.7).gap(), 1e-12);
    assertEquals(-0.8, new CapacityStudy.Growth("a", "e^(ad)", 1, 0.9, 1.1, 0.1).gap(), 1e-12);
  }

  /// All signs at once may end in a cycle of two, which is left as if it had been gone through.
  @Test
  void aCycleEndsWhereItsLastStepWouldBe() {
    HebbMemory memory = new HebbMemory(signs(9, 16), KERNELS);
    double[] starts = Patterns.signs(40, 16, new SplittableRandom(5)).values();
    for (int most : new int[] {20, 21}) {
      double[] slow = starts;
      for (int k = 0; k < most; k++) {
        slow = memory.retrieveTogether(slow, 1);
      }
      assertArrayEquals(slow, memory.retrieveTogether(starts, most));
    }
    assertTrue(
        !java.util.Arrays.equals(
            memory.retrieveTogether(starts, 20), memory.retrieveTogether(starts, 21)),
        "there are cycles");
  }

  @Test
  void theSearchFindsTheLargest() {
    for (int last : new int[] {1, 2, 3, 17, 64, 99, 100}) {
      assertEquals(last, CapacityStudy.largest(100, p -> p <= last));
    }
    assertEquals(100, CapacityStudy.largest(100, p -> true));
  }

  /// Student's quantiles from tables, and the values of `c` that the source gives.
  @Test
  void numbersFromTables() {
    assertEquals(12.706, Estimate.quantile(1), 5e-4);
    assertEquals(2.262, Estimate.quantile(9), 5e-4);
    assertEquals(2.093, Estimate.quantile(19), 5e-4);
    Estimate e = Estimate.of(new double[] {1, 2, 3});
    assertEquals(2, e.mean(), 1e-15);
    assertEquals(4.303 / Math.sqrt(3), e.high() - 2, 5e-4);
    assertEquals(3.1546, ExponentialBound.base(20, 1, 3, 0.001), 5e-5);
    assertEquals(1.3718, ExponentialBound.base(75, 1, 1, 0.001), 1e-4);
  }

  @Test
  void whatIsNoMemoryIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Patterns(2, 2, new double[3]));
    assertThrows(IllegalArgumentException.class, () -> new PolynomialMemory(signs(1, 2), 1));
    assertThrows(
        IllegalArgumentException.class, () -> new AttentionMemory(signs(1, 2), 0, KERNELS));
  }
}
