package org.costate.control.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.R064Store;

/// The norm of the derivative of a softmax against a dense decomposition.
class SoftmaxJacobianTest {
  private static double dense(double[] p) {
    R064Store j = R064Store.FACTORY.make(p.length, p.length);
    for (int r = 0; r < p.length; r++) {
      for (int c = 0; c < p.length; c++) {
        j.set(r, c, (r == c ? p[r] : 0) - p[r] * p[c]);
      }
    }
    SingularValue<Double> svd = SingularValue.R064.make(j);
    svd.decompose(j);
    return svd.getSingularValues().doubleValue(0);
  }

  @Test
  void isTheLargestSingularValueAndAtMostOneHalf() {
    Random random = new Random(3);
    double largest = 0;
    for (int trial = 0; trial < 200; trial++) {
      double[] p = new double[2 + random.nextInt(9)];
      double sharpness = Math.exp(2 * random.nextGaussian());
      double sum = 0;
      for (int i = 0; i < p.length; i++) {
        p[i] = Math.exp(sharpness * random.nextGaussian());
        sum += p[i];
      }
      for (int i = 0; i < p.length; i++) {
        p[i] /= sum;
      }
      double found = SoftmaxJacobian.norm(p);
      assertEquals(dense(p), found, 1e-13);
      assertTrue(found <= 0.5 + 1e-15, "norm " + found);
      largest = Math.max(largest, found);
    }
    assertTrue(largest > 0.49, "one half is nearly reached: " + largest);
  }

  @Test
  void certainAndEvenRowsAreKnown() {
    assertEquals(0, SoftmaxJacobian.norm(new double[] {1}));
    assertEquals(0, SoftmaxJacobian.norm(new double[] {0, 1, 0}), 1e-15);
    assertEquals(0.5, SoftmaxJacobian.norm(new double[] {0.5, 0.5, 0}), 1e-15);
    assertEquals(0.25, SoftmaxJacobian.norm(new double[] {0.25, 0.25, 0.25, 0.25}), 1e-15);
  }
}
