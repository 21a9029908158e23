package org.costate.model.operator;

import static org.costate.model.operator.AttentionProbe.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import org.costate.model.InputException;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionTest {
  private static final Optional<Rotary> NO_ROTARY = Optional.empty();

  @ParameterizedTest
  @CsvSource({
    "5, full",
    "6, causal",
    "9, window",
    "300, full",
    "2100, full",
    "2100, window",
    "150, causal",
    "150, window"
  })
  void agreesWithPlainLoops(int tokens, String kind) {
    Mask mask = mask(kind);
    Attention attention = new Attention(7, 4, 2, 3, 0.7, mask, NO_ROTARY, true, true, true);
    NaiveAttention naive =
        new NaiveAttention(
            7, 4, 2, 3, true, true, true, NaiveAttention.product(0.7), true, visible(kind));
    AttentionProbe probe = new AttentionProbe(attention, 11);
    double[] u = probe.normal(tokens * 7);
    double[] ones = new double[tokens];
    Arrays.fill(ones, 1);
    assertClose(naive.apply(u, probe.theta(), ones), probe.apply(u), 1e-13);
    assertArrayEquals(probe.apply(u), probe.apply(u, new double[0]), 0.0);

    double[] weights = probe.uniform(tokens);
    weights[tokens - 1] = 0;
    weights[0] = 0;
    assertClose(naive.apply(u, probe.theta(), weights), probe.apply(u, weights), 1e-13);
  }

  @Test
  void agreesWithPlainLoopsWithoutOutputMap() {
    Attention attention =
        new Attention(8, 2, 1, 4, 0.5, new Mask.Full(), NO_ROTARY, false, false, false);
    NaiveAttention naive =
        new NaiveAttention(
            8,
            2,
            1,
            4,
            false,
            false,
            false,
            NaiveAttention.product(0.5),
            true,
            NaiveAttention.full());
    AttentionProbe probe = new AttentionProbe(attention, 12);
    double[] u = probe.normal(6 * 8);
    double[] weights = {1, 1, 1, 1, 1, 1};
    assertClose(naive.apply(u, probe.theta(), weights), probe.apply(u), 1e-13);
  }

  /// Rotated scores written with complex numbers: `Re Σ_k q_k conj(k_k) e^{i (i − j) ω_k}`.
  @ParameterizedTest
  @CsvSource({"4, true", "4, false", "6, true", "6, false"})
  void rotaryScoresAreComplexProducts(int dimensions, boolean halves) {
    int head = 6;
    Rotary rotary = new Rotary(dimensions, 50, halves);
    Attention attention =
        new Attention(8, 2, 2, head, 0.6, new Mask.Causal(), Optional.of(rotary), true, true, true);
    NaiveAttention.Score score =
        (q, k, i, j) -> {
          double sum = 0;
          for (int c = dimensions; c < head; c++) {
            sum += q[c] * k[c];
          }
          for (int p = 0; p < dimensions / 2; p++) {
            int a = halves ? p : 2 * p;
            int b = halves ? p + dimensions / 2 : 2 * p + 1;
            double angle = (i - j) / Math.pow(50, 2.0 * p / dimensions);
            double re = q[a] * k[a] + q[b] * k[b];
            double im = q[b] * k[a] - q[a] * k[b];
            sum += re * Math.cos(angle) - im * Math.sin(angle);
          }
          return 0.6 * sum;
        };
    NaiveAttention naive =
        new NaiveAttention(8, 2, 2, head, true, true, true, score, true, NaiveAttention.causal());
    AttentionProbe probe = new AttentionProbe(attention, 13);
    int tokens = 150;
    double[] u = probe.normal(tokens * 8);
    double[] weights = new double[tokens];
    Arrays.fill(weights, 1);
    assertClose(naive.apply(u, probe.theta(), weights), probe.apply(u), 1e-12);
  }

  @Test
  void fullAttentionIsEquivariantUnderPermutations() {
    AttentionProbe probe = new AttentionProbe(Attention.standard(6, 2, new Mask.Full()), 14);
    int[] order = {3, 0, 4, 1, 2};
    double[] u = probe.normal(5 * 6);
    assertClose(permuted(probe.apply(u), order, 6), probe.apply(permuted(u, order, 6)), 1e-14);
  }

  @ParameterizedTest
  @CsvSource({"6", "150"})
  void causalAttentionDoesNotSeeTheFuture(int tokens) {
    AttentionProbe probe = new AttentionProbe(Attention.standard(6, 2, new Mask.Causal()), 15);
    double[] u = probe.normal(tokens * 6);
    double[] changed = u.clone();
    int from = (tokens / 2) * 6;
    for (int i = from; i < u.length; i++) {
      changed[i] += 1;
    }
    double[] y = probe.apply(u);
    double[] z = probe.apply(changed);
    assertArrayEquals(Arrays.copyOf(y, from), Arrays.copyOf(z, from), 0.0);
    for (int i = from; i < u.length; i++) {
      assertTrue(Math.abs(y[i] - z[i]) > 0, "a token after the change did not notice it");
    }
  }

  /// As the prefix, whatever follows: the last token of every prefix sees all of it.
  @Test
  void causalAttentionIsFullAttentionOfPrefixes() {
    AttentionProbe causal = new AttentionProbe(Attention.standard(6, 2, new Mask.Causal()), 16);
    AttentionProbe full = new AttentionProbe(Attention.standard(6, 2, new Mask.Full()), 16);
    double[] u = causal.normal(90 * 6);
    double[] y = causal.apply(u);
    for (int n = 1; n <= 90; n += 11) {
      double[] last = full.apply(Arrays.copyOf(u, n * 6));
      assertClose(
          Arrays.copyOfRange(last, (n - 1) * 6, n * 6),
          Arrays.copyOfRange(y, (n - 1) * 6, n * 6),
          1e-13);
    }
  }

  @Test
  void widestWindowIsNoMask() {
    Mask widest = new Mask.Window(Integer.MAX_VALUE, Integer.MAX_VALUE);
    Mask past = new Mask.Window(Integer.MAX_VALUE, 0);
    double[] u = new AttentionProbe(Attention.standard(6, 2, widest), 17).normal(80 * 6);
    assertClose(
        new AttentionProbe(Attention.standard(6, 2, new Mask.Full()), 17).apply(u),
        new AttentionProbe(Attention.standard(6, 2, widest), 17).apply(u),
        1e-14);
    assertClose(
        new AttentionProbe(Attention.standard(6, 2, new Mask.Causal()), 17).apply(u),
        new AttentionProbe(Attention.standard(6, 2, past), 17).apply(u),
        1e-14);
  }

  @Test
  void paddingIsAShorterSequence() {
    AttentionProbe probe = new AttentionProbe(Attention.standard(6, 3, new Mask.Full()), 18);
    double[] u = probe.normal(7 * 6);
    double[] padded = probe.apply(u, new double[] {1, 1, 1, 1, 1, 0, 0});
    double[] shorter = probe.apply(Arrays.copyOf(u, 5 * 6));
    assertClose(shorter, Arrays.copyOf(padded, 5 * 6), 1e-14);
  }

  /// A token of weight 2 counts as two equal tokens.
  @Test
  void tokenWeightsCountTokens() {
    AttentionProbe probe = new AttentionProbe(Attention.standard(6, 3, new Mask.Full()), 19);
    double[] u = probe.normal(4 * 6);
    double[] twice = Arrays.copyOf(u, 5 * 6);
    System.arraycopy(u, 3 * 6, twice, 4 * 6, 6);
    double[] y = probe.apply(u, new double[] {1, 1, 1, 2});
    assertClose(Arrays.copyOf(probe.apply(twice), 4 * 6), y, 1e-14);
  }

  @Test
  void rotaryScoresDependOnRelativePositionsAlone() {
    Attention attention =
        new Attention(
            6,
            2,
            2,
            4,
            0.5,
            new Mask.Window(2, 0),
            Optional.of(new Rotary(4, 10, true)),
            false,
            true,
            false);
    AttentionProbe probe = new AttentionProbe(attention, 20);
    double[] u = probe.normal(9 * 6);
    double[] shifted = new double[(9 + 70) * 6];
    System.arraycopy(u, 0, shifted, 70 * 6, u.length);
    double[] y = probe.apply(u);
    double[] z = probe.apply(shifted);
    assertClose(Arrays.copyOfRange(y, 2 * 6, 9 * 6), Arrays.copyOfRange(z, 72 * 6, 79 * 6), 1e-13);
  }

  @Test
  void extremeScoresStayFinite() {
    AttentionProbe probe = new AttentionProbe(Attention.standard(4, 1, new Mask.Full()), 21);
    double[] u = probe.normal(5 * 4);
    for (int i = 0; i < u.length; i++) {
      u[i] *= 1e4;
    }
    for (double y : probe.apply(u)) {
      assertTrue(Double.isFinite(y));
    }
  }

  @Test
  void memoryGrowsLinearlyWithTheTokens() {
    Attention attention = Attention.standard(64, 4, new Mask.Full());
    Shape shape = new Shape(1, 16384);
    assertEquals(16384 * (4 * 64 + 4), attention.recordSize(shape));
    assertTrue(attention.workSize(shape) < 150 * 16384 * 10);
    double ratio = attention.workSize(new Shape(1, 32768)) / (double) attention.workSize(shape);
    assertTrue(ratio < 2.01, "work grew by " + ratio);
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    Mask full = new Mask.Full();
    assertThrows(InputException.class, () -> Attention.standard(10, 3, full));
    refused(() -> new Attention(8, 3, 2, 4, 1, full, NO_ROTARY, true, true, true));
    refused(() -> new Attention(8, 2, 2, 3, 1, full, NO_ROTARY, true, false, false));
    refused(() -> new Attention(8, 2, 2, 4, 1, full, NO_ROTARY, true, false, true));
    refused(() -> new Attention(8, 2, 2, 0, 1, full, NO_ROTARY, true, true, true));
    refused(() -> new Attention(0, 2, 2, 4, 1, full, NO_ROTARY, true, true, true));
    refused(() -> new Attention(8, 2, 2, 4, Double.NaN, full, NO_ROTARY, true, true, true));
    Optional<Rotary> wide = Optional.of(new Rotary(6, 10000, true));
    refused(() -> new Attention(8, 2, 2, 4, 1, full, wide, true, true, true));
    refused(() -> new Rotary(3, 10000, true));
    refused(() -> new Rotary(4, 0, true));
    refused(() -> new Mask.Window(-1, 0));
  }

  @Test
  void tokenWeightsThatDoNotFitAreRefused() {
    AttentionProbe probe = new AttentionProbe(Attention.standard(4, 1, new Mask.Full()), 22);
    double[] u = probe.normal(3 * 4);
    refused(() -> probe.apply(u, new double[] {1, 1}));
    refused(() -> probe.apply(u, new double[] {1, -1, 1}));
    refused(() -> probe.apply(u, new double[] {1, Double.NaN, 1}));
  }

  private static void refused(org.junit.jupiter.api.function.Executable construction) {
    String message = assertThrows(IllegalArgumentException.class, construction).getMessage();
    assertTrue(message.contains("found") && message.contains("expected"), message);
  }

  private static Mask mask(String kind) {
    return switch (kind) {
      case "full" -> new Mask.Full();
      case "causal" -> new Mask.Causal();
      default -> new Mask.Window(20, 3);
    };
  }

  private static NaiveAttention.Visible visible(String kind) {
    return switch (kind) {
      case "full" -> NaiveAttention.full();
      case "causal" -> NaiveAttention.causal();
      default -> NaiveAttention.window(20, 3);
    };
  }

  private static double[] permuted(double[] x, int[] order, int width) {
    double[] y = new double[x.length];
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(x, order[i] * width, y, i * width, width);
    }
    return y;
  }
}
