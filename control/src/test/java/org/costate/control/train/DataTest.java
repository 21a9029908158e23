package org.costate.control.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.costate.model.InputException;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;

class DataTest {
  @Test
  void windowsCarryTheNextTokenAsLabel() {
    TokenWindows windows = new TokenWindows(new int[] {5, 6, 7, 8, 9}, 3);
    assertEquals(2, windows.size());
    Batch batch = windows.batch(new int[] {1, 0});
    assertEquals(new Shape(2, 3), batch.shape());
    assertArrayEquals(new int[] {6, 7, 8, 5, 6, 7}, batch.ids().orElseThrow());
    assertArrayEquals(new int[] {7, 8, 9, 6, 7, 8}, batch.labels().orElseThrow());
  }

  @Test
  void consecutiveWindowsPredictEveryTokenOnce() {
    int[] tokens = IntStream.range(0, 100).toArray();
    int[] labels = new TokenWindows(tokens, 7).consecutive().labels().orElseThrow();
    assertArrayEquals(IntStream.rangeClosed(1, 14 * 7).toArray(), labels);
  }

  @Test
  void aTextShorterThanTheContextIsRefused() {
    String message =
        assertThrows(InputException.class, () -> new TokenWindows(new int[8], 8)).getMessage();
    assertTrue(message.contains("found 8 tokens, expected at least 9"), message);
  }

  @Test
  void sequencesKeepTheirParts() {
    Batch all =
        Batch.ofInput(new Shape(3, 2), new double[] {1, 2, 3, 4, 5, 6})
            .withLabels(new int[] {7, 8, 9})
            .withTarget(new double[] {10, 20, 30});
    Batch picked = new Sequences(all).batch(new int[] {2, 0, 2});
    assertArrayEquals(new double[] {5, 6, 1, 2, 5, 6}, picked.input().orElseThrow());
    assertArrayEquals(new int[] {9, 7, 9}, picked.labels().orElseThrow());
    assertArrayEquals(new double[] {30, 10, 30}, picked.target().orElseThrow());
    assertTrue(picked.ids().isEmpty());
  }

  private static Dataset members(int size) {
    return new Sequences(Batch.ofIds(new Shape(size, 1), IntStream.range(0, size).toArray()));
  }

  @Test
  void anEpochVisitsEveryMemberOnce() {
    MiniBatches batches = new MiniBatches(members(20), 3, 1, 4);
    int[] drawn = IntStream.range(0, 40).flatMap(k -> Arrays.stream(batches.members(k))).toArray();
    for (int epoch = 0; epoch < 6; epoch++) {
      BitSet seen = new BitSet();
      Arrays.stream(drawn, epoch * 20, (epoch + 1) * 20).forEach(seen::set);
      assertEquals(20, seen.cardinality(), "epoch " + epoch);
    }
    assertNotEquals(
        Arrays.toString(Arrays.copyOf(drawn, 20)),
        Arrays.toString(Arrays.copyOfRange(drawn, 20, 40)));
  }

  @Test
  void stridesCutAtAnotherPhaseInEveryEpoch() {
    MiniBatches batches = new MiniBatches(members(103), 5, 10, 4);
    assertEquals(10, batches.epochSize());
    Set<Integer> phases = new HashSet<>();
    for (int epoch = 0; epoch < 12; epoch++) {
      Set<Integer> places = new HashSet<>();
      for (int k = 0; k < 2; k++) {
        for (int member : batches.members(2 * epoch + k)) {
          assertTrue(member < 103);
          phases.add(member % 10);
          places.add(member / 10);
        }
      }
      assertEquals(10, places.size());
    }
    assertTrue(phases.size() > 4);
  }

  @Test
  void aDrawDependsOnSeedAndIterationAlone() {
    MiniBatches whole = MiniBatches.whole(members(23), 5);
    assertTrue(whole.isWhole());
    assertArrayEquals(new int[] {0, 5, 10, 15, 20}, whole.members(0));
    assertArrayEquals(whole.members(0), whole.members(7));
    MiniBatches inOrder = new MiniBatches(members(50), 7, 1, 9);
    for (int k = 0; k < 30; k++) {
      inOrder.members(k);
    }
    int[] late = inOrder.members(30);
    assertArrayEquals(late, new MiniBatches(members(50), 7, 1, 9).members(30));
    assertFalse(Arrays.equals(late, new MiniBatches(members(50), 7, 1, 10).members(30)));
    assertThrows(IllegalArgumentException.class, () -> new MiniBatches(members(50), 0, 1, 9));
    assertThrows(IllegalArgumentException.class, () -> new MiniBatches(members(50), 1, 51, 9));
  }

  @Test
  void streamsAreDistinctAndTheirMeansAreThoseOfChance() {
    RandomStreams streams = new RandomStreams(1);
    Set<Long> first = new HashSet<>();
    double sum = 0;
    double squares = 0;
    for (int k = 0; k < 1000; k++) {
      first.add(streams.stream("a", k).nextLong());
      first.add(streams.stream("b", k).nextLong());
      first.add(new RandomStreams(k + 2L).stream("a", 0).nextLong());
      double x = streams.stream("a", k).nextGaussian();
      sum += x;
      squares += x * x;
    }
    assertEquals(3000, first.size());
    // Standard errors: 0.032 of the mean, 0.045 of the mean square.
    assertEquals(0, sum / 1000, 0.1);
    assertEquals(1, squares / 1000, 0.15);
  }
}
