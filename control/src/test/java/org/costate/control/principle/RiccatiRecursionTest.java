package org.costate.control.principle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.costate.control.LinearQuadratic;
import org.junit.jupiter.api.Test;

class RiccatiRecursionTest {
  private static RiccatiRecursion of(LinearQuadratic p) {
    double h = p.end() / p.steps();
    double[][] f = new double[p.width()][p.width()];
    double[][] g = new double[p.inputs()][p.width()];
    for (int j = 0; j < p.width(); j++) {
      for (int i = 0; i < p.width(); i++) {
        f[i][j] = (i == j ? 1 : 0) + h * p.a()[i * p.width() + j];
      }
      for (int i = 0; i < p.inputs(); i++) {
        g[i][j] = h * p.b()[i * p.width() + j];
      }
    }
    return new RiccatiRecursion(f, g, h * p.running(), h * p.energy(), p.terminal());
  }

  /// The constant comes from the recursion in decimal arithmetic of 40 digits, the other value from
  /// matrices and loops of their own.
  @Test
  void agreesWithDecimalArithmeticAndPlainLoops() {
    LinearQuadratic p = LinearQuadratic.oscillator();
    double least = of(p).leastCost(p.start(), p.steps()).orElseThrow();
    assertEquals(0.6737817130572943, least, 1e-14);
    assertEquals(p.riccati().value(), least, 1e-14);
  }

  /// `u' = θ`, `u(0) = 1`: the least of `k/2 u(1)² + ½ ∫ θ²` is `k/(2 (1 + k))`.
  @Test
  void theScalarProblemByHand() {
    LinearQuadratic p = LinearQuadratic.scalar(4, 8);
    assertEquals(0.4, of(p).leastCost(p.start(), 8).orElseThrow(), 1e-15);
  }

  @Test
  void controlsThatCostNothingAndDoNothingHaveNoSingleBest() {
    double[][] still = {{1}};
    RiccatiRecursion free = new RiccatiRecursion(still, new double[][] {{0}}, 1, 0, 1);
    assertTrue(free.leastCost(new double[] {1}, 3).isEmpty());
  }
}
