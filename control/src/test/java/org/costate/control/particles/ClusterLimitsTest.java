package org.costate.control.particles;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.SplittableRandom;
import org.costate.model.kernel.PlainKernels;
import org.hipparchus.ode.ODEState;
import org.hipparchus.ode.OrdinaryDifferentialEquation;
import org.hipparchus.ode.nonstiff.DormandPrince853Integrator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterLimitsTest {
  private static final double[] DIAGONAL = {1, 0, 0, -0.25};

  private static double[] draw(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return random.doubles(n, -1, 1).toArray();
  }

  /// `z_i' = Σ_j P_ij V (z_j − z_i)`, with `P` from `e^{tV} z`: another equation for the same.
  private static double[] rescaledReference(double[] z, double time) {
    int n = z.length / 2;
    OrdinaryDifferentialEquation motion =
        new OrdinaryDifferentialEquation() {
          @Override
          public int getDimension() {
            return 2 * n;
          }

          @Override
          public double[] computeDerivatives(double t, double[] u) {
            double a = Math.exp(2 * t * DIAGONAL[0]);
            double b = Math.exp(2 * t * DIAGONAL[3]);
            double[] rate = new double[2 * n];
            for (int i = 0; i < n; i++) {
              double sum = 0;
              for (int j = 0; j < n; j++) {
                double score =
                    a * u[2 * i] * (u[2 * j] - u[2 * i])
                        + b * u[2 * i + 1] * (u[2 * j + 1] - u[2 * i + 1]);
                double weight = Math.exp(score);
                sum += weight;
                rate[2 * i] += weight * DIAGONAL[0] * (u[2 * j] - u[2 * i]);
                rate[2 * i + 1] += weight * DIAGONAL[3] * (u[2 * j + 1] - u[2 * i + 1]);
              }
              rate[2 * i] /= sum;
              rate[2 * i + 1] /= sum;
            }
            return rate;
          }
        };
    var method = new DormandPrince853Integrator(1e-10, 1, 1e-13, 1e-13);
    return method.integrate(motion, new ODEState(0, z), time).getPrimaryState();
  }

  @Test
  void rescaledTokensFollowTheirOwnEquation() {
    double[] start = draw(14, 3);
    Interaction interaction =
        new Interaction(1, Optional.empty(), Optional.empty(), Optional.of(DIAGONAL), true);
    FreeTokens flow = new FreeTokens(7, 2, interaction, new PlainKernels());
    double[] end = flow.rescaled(flow.advance(start, 0, 2.5, 0.005), 2.5);
    assertArrayEquals(rescaledReference(start, 2.5), end, 1e-8);
    assertTrue(Math.abs(end[0] - start[0]) > 0.05, "they moved");
  }

  /// Rows of `P` are what `x' = P x` says with `V = I`, for any `Q` and `K`.
  @Test
  void theAttentionMatrixIsThatOfTheMotion() {
    double[] x = draw(10, 4);
    Interaction interaction =
        new Interaction(
            0.7, Optional.of(draw(4, 5)), Optional.of(draw(4, 6)), Optional.empty(), true);
    FreeTokens flow = new FreeTokens(5, 2, interaction, new PlainKernels());
    double h = 1e-6;
    double[] moved = flow.advance(x, 0, h, h);
    double[][] p = flow.weights(x);
    for (int i = 0; i < 5; i++) {
      for (int k = 0; k < 2; k++) {
        double rate = 0;
        for (int j = 0; j < 5; j++) {
          rate += p[i][j] * x[2 * j + k];
        }
        assertEquals(rate, (moved[2 * i + k] - x[2 * i + k]) / h, 1e-5);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void limitsAreThoseOfTheTheorems(long seed) {
    ClusterLimits limits = new ClusterLimits(seed, new PlainKernels());
    ClusterLimits.Polytope polytope = limits.polytope();
    assertTrue(polytope.away() < 0.01, "away " + polytope.away());
    assertTrue(polytope.corners() >= 3, "corners " + polytope.corners());
    for (int k = 1; k < polytope.areas().length; k++) {
      assertTrue(polytope.areas()[k] <= polytope.areas()[k - 1] + 1e-12, "the hull only shrinks");
    }
    ClusterLimits.Hyperplanes planes = limits.hyperplanes();
    assertTrue(planes.levels().length == 2 || planes.levels().length == 3);
    assertTrue(planes.away() < 0.02, "away " + planes.away());
    assertTrue(planes.spread() > 50 * planes.away(), "planes, not points");
    ClusterLimits.Leaders leaders = limits.leaders();
    assertTrue(leaders.away() < 1e-9, "away " + leaders.away());
    assertTrue(leaders.leaders() <= 2 && leaders.leaders() >= 1);
  }

  /// A square with a point inside and one on an edge.
  @Test
  void theHullIsThatOfTheSquare() {
    double[] hull = ConvexHull.of(new double[] {1, 1, 0, 0, 0.3, 0.4, 0, 1, 0.5, 0, 1, 0});
    assertArrayEquals(new double[] {0, 0, 1, 0, 1, 1, 0, 1}, hull);
    assertEquals(1, ConvexHull.area(hull), 1e-15);
    assertEquals(0.3, ConvexHull.fromBoundary(hull, 0.3, 0.4), 1e-15);
    assertEquals(5, ConvexHull.fromBoundary(hull, 4, 5), 1e-15);
    assertEquals(4, ConvexHull.corners(hull, 0.02));
    assertArrayEquals(new double[] {2, 3}, ConvexHull.of(new double[] {2, 3}));
  }

  @Test
  void clustersWaitLongerAtLargeBeta() {
    Plateaus hot = Plateaus.of(16, 1, 300, 40, 1, new PlainKernels());
    Plateaus cold = Plateaus.of(16, 9, 300, 40, 1, new PlainKernels());
    assertEquals(1, hot.clusters()[39]);
    assertEquals(-Math.log(2), hot.energies()[39], 1e-9);
    assertTrue(cold.clusters()[39] > 1, "still waiting");
    assertTrue(cold.longestWait() > 10 && cold.longestWait() > 2 * hot.longestWait());
    for (int k = 1; k < 40; k++) {
      assertTrue(cold.clusters()[k] <= cold.clusters()[k - 1], "clusters only merge");
      assertTrue(cold.energies()[k] >= cold.energies()[k - 1] - 1e-11, "the energy never falls");
    }
  }

  @Test
  void whatHasNoSoftmaxIsRefused() {
    Interaction plain = Interaction.identity(1).unnormalised();
    assertThrows(
        IllegalArgumentException.class, () -> new FreeTokens(3, 2, plain, new PlainKernels()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new FreeTokens(0, 2, Interaction.identity(1), new PlainKernels()));
  }
}
