package org.costate.model.operator;

import static org.costate.model.operator.AttentionProbe.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;

class LinearAttentionTest {
  private static final double SCALE = 0.3;

  @Test
  void agreesWithPlainLoops() {
    for (Mask mask : new Mask[] {new Mask.Full(), new Mask.Causal(), new Mask.Window(4, 2)}) {
      NaiveAttention.Visible visible =
          switch (mask) {
            case Mask.Full _ -> NaiveAttention.full();
            case Mask.Causal _ -> NaiveAttention.causal();
            case Mask.Window m -> NaiveAttention.window(m.left(), m.right());
          };
      NaiveAttention naive =
          new NaiveAttention(
              7, 2, 2, 3, true, true, true, NaiveAttention.product(SCALE), false, visible);
      AttentionProbe probe =
          new AttentionProbe(new LinearAttention(7, 2, 3, SCALE, mask, true, true, true), 31);
      int tokens = 70;
      double[] u = probe.normal(tokens * 7);
      double[] weights = probe.uniform(tokens);
      weights[3] = 0;
      assertClose(naive.apply(u, probe.theta(), weights), probe.apply(u, weights), 1e-13);
      java.util.Arrays.fill(weights, 1);
      assertClose(naive.apply(u, probe.theta(), weights), probe.apply(u), 1e-13);
    }
  }

  /// The context and the scores are two ways to the same sum.
  @Test
  void contextAgreesWithScores() {
    Mask widest = new Mask.Window(Integer.MAX_VALUE, Integer.MAX_VALUE);
    AttentionProbe context =
        new AttentionProbe(
            new LinearAttention(8, 2, 4, SCALE, new Mask.Full(), false, false, false), 32);
    AttentionProbe scores =
        new AttentionProbe(new LinearAttention(8, 2, 4, SCALE, widest, false, false, false), 32);
    double[] u = context.normal(90 * 8);
    double[] weights = context.uniform(90);
    assertClose(scores.apply(u, weights), context.apply(u, weights), 1e-13);
  }

  /// `Q` and `K` the inputs `x` of a least-squares problem, `V` its targets, `w` their weights: the
  /// output at a query is `xᵀ Σ_j w_j x_j y_j`, the right-hand side of the normal equations.
  @Test
  void formsNormalEquations() {
    double[] u = {1, 0, 2, 0, 1, 3, 1, 1, 6};
    double[] weights = {1, 2, 0.5};
    LinearAttention attention =
        new LinearAttention(3, 1, 3, 1, new Mask.Full(), false, false, false);
    double[] theta = new double[3 * 9];
    theta[0] = 1; // query columns 0 … 2 copy features 0 and 1
    theta[9 + 1] = 1;
    theta[3] = 1; // so do key columns 3 … 5
    theta[9 + 4] = 1;
    theta[2 * 9 + 8] = 1; // value columns 6 … 8 copy feature 2
    double[] y = AttentionProbe.apply(attention, theta, u, weights);
    assertEquals(1 * 2 + 0.5 * 6, y[2], 1e-15);
    assertEquals(2 * 3 + 0.5 * 6, y[5], 1e-15);
    assertEquals(y[2] + y[5], y[8], 1e-15);
    assertEquals(0, y[0] + y[1] + y[3] + y[4]);
  }

  @Test
  void timeIsLinearBecauseNoTileIsTaken() {
    LinearAttention attention =
        new LinearAttention(8, 2, 4, SCALE, new Mask.Full(), true, true, true);
    double ratio =
        attention.workSize(new Shape(1, 20000)) / (double) attention.workSize(new Shape(1, 10000));
    assertTrue(ratio <= 2, "work grew by " + ratio);
  }
}
