package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionHeadsTest {
  private static final int WIDTH = 6;
  private static final int HEADS = 2;
  private static final int EACH = 3;
  private static final Random RANDOM = new Random(8);

  private static double[] random(int count) {
    return RANDOM.doubles(count, -2, 2).toArray();
  }

  /// The weights written out, and the output that they make of the values.
  @ParameterizedTest
  @CsvSource({"5, false", "5, true", "90, false", "90, true"})
  void areTheSoftmaxOfTheScoresAndMakeTheOutput(int tokens, boolean causal) {
    Mask mask = causal ? new Mask.Causal() : new Mask.Full();
    Attention attention =
        new Attention(WIDTH, HEADS, HEADS, EACH, 0.4, mask, Optional.empty(), false, false, false);
    Shape shape = new Shape(2, tokens);
    double[] u = random(2 * tokens * WIDTH);
    double[] theta = random(attention.controlSize());
    double[] keys = RANDOM.doubles(2L * tokens, 0.5, 2).toArray();
    Batch batch = Batch.ofInput(shape, u).withTokenWeights(keys);
    Point p = Point.of(0, 1, shape, Slice.of(u), Slice.of(theta), batch);
    double[] y = new double[u.length];
    Slice record = Slice.of(new double[attention.recordSize(shape)]);
    Workspace w = new Workspace(new PlainKernels(), attention.workSize(shape));
    attention.apply(p, Slice.of(y), record, w);
    AttentionHeads heads =
        AttentionHeads.of(attention, p, record, 1, new PlainKernels()).orElseThrow();
    assertEquals(HEADS, heads.count());
    for (int h = 0; h < HEADS; h++) {
      double[][] weights = heads.weights(h);
      for (int i = 0; i < tokens; i++) {
        double[] expected = row(u, theta, keys, tokens, h, i, causal);
        assertArrayEquals(expected, weights[i], 1e-13);
        for (int k = 0; k < EACH; k++) {
          double sum = 0;
          for (int j = 0; j < tokens; j++) {
            sum += expected[j] * heads.value(h, j)[k];
          }
          assertEquals(sum, y[(tokens + i) * WIDTH + h * EACH + k], 1e-12);
        }
      }
    }
  }

  /// `γ_i·` of the second sequence.
  private static double[] row(
      double[] u, double[] theta, double[] weights, int tokens, int h, int i, boolean causal) {
    double[] gamma = new double[tokens];
    double total = 0;
    for (int j = 0; j < (causal ? i + 1 : tokens); j++) {
      double score = 0;
      for (int k = 0; k < EACH; k++) {
        double q = feature(u, theta, tokens + i, h * EACH + k);
        score += q * feature(u, theta, tokens + j, WIDTH + h * EACH + k);
      }
      gamma[j] = weights[tokens + j] * Math.exp(0.4 * score);
      total += gamma[j];
    }
    for (int j = 0; j < tokens; j++) {
      gamma[j] /= total;
    }
    return gamma;
  }

  private static double feature(double[] u, double[] theta, int position, int column) {
    double sum = 0;
    for (int a = 0; a < WIDTH; a++) {
      sum += u[position * WIDTH + a] * theta[a * 3 * WIDTH + column];
    }
    return sum;
  }

  @Test
  void entropyIsThatOfTheRowsThatSeeAKey() {
    double[][] one = {{0.5, 0.5, 0}, {0, 1, 0}, {0, 0, 0}};
    assertEquals(Math.log(2) / 2, AttentionHeads.entropy(one), 1e-15);
    assertEquals(Math.log(2) / 2, AttentionHeads.largestEntropy(one), 1e-15);
    double[][] skewed = {{0.9, 0.1}};
    double expected = -0.9 * Math.log(0.9) - 0.1 * Math.log(0.1);
    assertEquals(expected, AttentionHeads.entropy(skewed), 1e-15);
    assertEquals(Math.log(2), AttentionHeads.largestEntropy(skewed), 1e-15);
    assertTrue(Double.isNaN(AttentionHeads.entropy(new double[2][2])));
  }

  @Test
  void otherOperatorsHaveNone() {
    Operator linear = new LinearAttention(6, 2, 3, 0.5, new Mask.Causal(), true, true, true);
    Shape shape = new Shape(1, 4);
    Point p =
        Point.of(0, 1, shape, Slice.of(random(24)), Slice.NONE, Batch.ofInput(shape, random(24)));
    assertTrue(AttentionHeads.of(linear, p, Slice.NONE, 0, new PlainKernels()).isEmpty());
  }
}
