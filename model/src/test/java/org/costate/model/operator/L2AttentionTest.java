package org.costate.model.operator;

import static org.costate.model.operator.AttentionProbe.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;

class L2AttentionTest {
  /// Plain loops with three copies of the query weights for queries, keys and values.
  @Test
  void agreesWithPlainLoops() {
    int inner = 6;
    NaiveAttention.Score distance =
        (q, k, i, j) -> {
          double sum = 0;
          for (int c = 0; c < q.length; c++) {
            sum += (q[c] - k[c]) * (q[c] - k[c]);
          }
          return -0.4 * sum;
        };
    NaiveAttention naive =
        new NaiveAttention(
            5, 2, 2, 3, true, true, true, distance, true, NaiveAttention.window(20, 2));
    L2Attention attention = new L2Attention(5, 2, 3, 0.4, new Mask.Window(20, 2), true, true, true);
    assertEquals(0.4, attention.scale());
    AttentionProbe probe = new AttentionProbe(attention, 41);
    double[] theta = new double[3 * inner * 6 + inner * 5 + 5];
    for (int row = 0; row < 6; row++) { // 5 rows of weights and the bias
      for (int copy = 0; copy < 3; copy++) {
        System.arraycopy(probe.theta(), row * inner, theta, (3 * row + copy) * inner, inner);
      }
    }
    System.arraycopy(probe.theta(), 6 * inner, theta, 18 * inner, inner * 5 + 5);
    double[] u = probe.normal(80 * 5);
    double[] weights = probe.uniform(80);
    weights[7] = 0;
    assertClose(naive.apply(u, theta, weights), probe.apply(u, weights), 1e-13);
  }

  /// Around a token at the origin the derivative of the attention by products grows with the
  /// variance of the others; the one by distances stays below the bound `√n (4 φ⁻¹(n − 1) + 1)`,
  /// `φ(c) = c e^{c + 1}`, of Kim et al. for one head with identity weights.
  @Test
  void derivativeIsBoundedOnTheWholeSpace() {
    int n = 5;
    int width = 3;
    double inverse = 0.5; // Newton's method for c e^{c+1} = n − 1
    for (int i = 0; i < 50; i++) {
      double e = Math.exp(inverse + 1);
      inverse -= (inverse * e - (n - 1)) / (e * (inverse + 1));
    }
    double bound = Math.sqrt(n) * (4 * inverse + 1);
    Mask full = new Mask.Full();
    Operator distances =
        new L2Attention(width, 1, width, 1 / Math.sqrt(width), full, false, false, false);
    Operator products =
        new Attention(
            width,
            1,
            1,
            width,
            1 / Math.sqrt(width),
            full,
            java.util.Optional.empty(),
            false,
            false,
            false);
    double largest = 0;
    for (int trial = 0; trial < 200; trial++) {
      double radius = Math.pow(10, trial % 5 - 1);
      largest = Math.max(largest, gain(distances, 1, trial, radius, n, width));
    }
    assertTrue(largest <= bound, "gain " + largest + ", bound " + bound);
    assertTrue(largest >= 0.1, "gain " + largest + " is vacuous");
    double near = gain(products, 3, 7, 10, n, width);
    double far = gain(products, 3, 7, 1000, n, width);
    assertTrue(far > 1e3 * near, "products: gain grew from " + near + " to " + far);
  }

  /// `|F'(u) v| / |v|` for a random `v` at random tokens within `radius`, the first at the origin.
  private static double gain(
      Operator operator, int copies, long seed, double radius, int n, int width) {
    double[] theta = new double[operator.controlSize()];
    for (int i = 0; i < width; i++) {
      for (int copy = 0; copy < copies; copy++) {
        theta[(i * copies + copy) * width + i] = 1;
      }
    }
    Draw draw = new Draw(seed);
    double[] u = draw.normal(n * width);
    double[] v = draw.normal(n * width);
    for (int i = 0; i < u.length; i++) {
      u[i] *= i < width ? 0 : radius;
    }
    OperatorCase entry = OperatorCase.of("gain", operator, new Shape(1, n));
    Pair direction = new Pair(v, new double[0]);
    double[] dy = new Probe(entry, new PlainKernels()).tangent(new Pair(u, theta), direction);
    return Pair.norm(dy) / Pair.norm(v);
  }
}
