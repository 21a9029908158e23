package org.costate.control.diagnose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Disturbances have the size that they say, and leave the targets alone.
class DisturbanceTest {
  private static final int VOCABULARY = 5;
  private static final Shape SHAPE = new Shape(100, 200);

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.1, 0.5, 1})
  void replacesThatPartOfTheTokensByOthers(double level) {
    int[] ids = new SplittableRandom(1).ints(SHAPE.positions(), 0, VOCABULARY).toArray();
    Batch clean = Batch.ofIds(SHAPE, ids.clone()).withLabels(ids.clone());
    Batch seen =
        new Disturbance.Replacement(VOCABULARY).applied(clean, level, new SplittableRandom(2));
    assertArrayEquals(ids, clean.ids().orElseThrow(), "the clean batch is left alone");
    assertArrayEquals(ids, seen.labels().orElseThrow());
    int[] shifts = new int[VOCABULARY];
    for (int i = 0; i < ids.length; i++) {
      shifts[Math.floorMod(seen.ids().orElseThrow()[i] - ids[i], VOCABULARY)]++;
    }
    double n = ids.length;
    assertEquals(1 - level, shifts[0] / n, 5 * Math.sqrt(level * (1 - level) / n));
    double each = level / (VOCABULARY - 1);
    for (int k = 1; k < VOCABULARY; k++) {
      assertEquals(each, shifts[k] / n, 5 * Math.sqrt(each * (1 - each) / n), "shift " + k);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.2, 3})
  void noiseHasItsStandardDeviation(double level) {
    double[] input = new double[SHAPE.positions()];
    Arrays.setAll(input, i -> 0.5 * (i % 7));
    Batch clean = Batch.ofInput(SHAPE, input.clone()).withLabels(new int[100]);
    Batch seen = new Disturbance.GaussianNoise().applied(clean, level, new SplittableRandom(3));
    double[] noise = seen.input().orElseThrow().clone();
    Arrays.setAll(noise, i -> noise[i] - input[i]);
    double n = noise.length;
    double mean = Arrays.stream(noise).average().orElseThrow();
    double variance = Arrays.stream(noise).map(x -> x * x).sum() / n;
    assertEquals(0, mean, 5 * level / Math.sqrt(n));
    assertEquals(level * level, variance, 5 * level * level * Math.sqrt(2 / n) + 1e-30);
    assertArrayEquals(clean.labels().orElseThrow(), seen.labels().orElseThrow());
  }

  @Test
  void levelsThatMeanNothingAreRefused() {
    Disturbance replacement = new Disturbance.Replacement(VOCABULARY);
    Disturbance noise = new Disturbance.GaussianNoise();
    for (double wrong : new double[] {-0.1, Double.NaN}) {
      assertTrue(replacement.refusal(wrong).isPresent());
      assertTrue(noise.refusal(wrong).isPresent());
    }
    assertTrue(replacement.refusal(1.1).isPresent());
    assertTrue(new Disturbance.Replacement(1).refusal(0.5).isPresent(), "nothing to replace with");
    assertTrue(replacement.refusal(0.1).isEmpty() && noise.refusal(2).isEmpty());
  }
}
