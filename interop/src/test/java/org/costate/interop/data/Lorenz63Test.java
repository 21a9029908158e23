package org.costate.interop.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class Lorenz63Test {
  private static final Lorenz63 SYSTEM = Lorenz63.CLASSICAL;

  @Test
  void fixedPointsStayForAShortTime() {
    double x = Math.sqrt(8.0 / 3 * 27);
    double[] point = {x, x, 27};
    assertArrayEquals(point, SYSTEM.flow(point, 1), 1e-11);
    assertArrayEquals(new double[3], SYSTEM.flow(new double[3], 1), 0);
  }

  @Test
  void flowAgreesWithRungeKuttaOfTinySteps() {
    double[] start = {1, -2, 25};
    assertArrayEquals(rungeKutta(start, 1, 40_000), SYSTEM.flow(start, 1), 1e-10);
  }

  @Test
  void onTheInvariantAxisTheSolutionIsKnown() {
    double[] end = SYSTEM.flow(new double[] {0, 0, 3}, 0.7);
    assertArrayEquals(new double[] {0, 0, 3 * Math.exp(-8.0 / 3 * 0.7)}, end, 2e-12);
  }

  @Test
  void trajectoriesAreReproducibleAndOnTheAttractor() {
    Series first = SYSTEM.trajectory(2_000, 0.05, 11);
    assertArrayEquals(first.values(), SYSTEM.trajectory(2_000, 0.05, 11).values());
    assertNotEquals(first.values()[0], SYSTEM.trajectory(2, 0.05, 12).values()[0]);
    double mean = 0;
    boolean left = false;
    boolean right = false;
    for (int i = 0; i < first.length(); i++) {
      mean += first.values()[3 * i + 2] / first.length();
      left |= first.values()[3 * i] < -5;
      right |= first.values()[3 * i] > 5;
    }
    assertTrue(left && right, "both wings are visited");
    // The long-time mean of z is 23.55 (Sparrow 1982).
    assertEquals(23.55, mean, 0.5);
  }

  private static double[] rungeKutta(double[] start, double duration, int steps) {
    double[] u = start.clone();
    double h = duration / steps;
    for (int n = 0; n < steps; n++) {
      double[] k1 = SYSTEM.computeDerivatives(0, u);
      double[] k2 = SYSTEM.computeDerivatives(0, moved(u, h / 2, k1));
      double[] k3 = SYSTEM.computeDerivatives(0, moved(u, h / 2, k2));
      double[] k4 = SYSTEM.computeDerivatives(0, moved(u, h, k3));
      for (int i = 0; i < 3; i++) {
        u[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
      }
    }
    return u;
  }

  private static double[] moved(double[] u, double h, double[] k) {
    double[] v = u.clone();
    for (int i = 0; i < 3; i++) {
      v[i] += h * k[i];
    }
    return v;
  }
}
