package org.costate.control.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.costate.model.operator.Parameter;
import org.costate.model.time.Constant;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.Legendre;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.PiecewiseLinear;
import org.costate.model.time.TimeBasis;
import org.costate.model.time.TimeGrid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ControlQuadraticTest {
  private static final TimeGrid GRID = TimeGrid.of(0, 0.3, 0.5, 1.1, 1.5);

  static Stream<TimeBasis> bases() {
    return Stream.of(
        new Constant(),
        new PiecewiseConstant(3, 1.5),
        new PiecewiseLinear(4, 1.5),
        new Legendre(3, 1.5));
  }

  private static ControlLayout layout(TimeBasis basis) {
    return ControlLayout.builder()
        .block("other", List.of(new Parameter("w", Parameter.Role.WEIGHT, 2, 2)), basis)
        .block("field", List.of(new Parameter("w", Parameter.Role.WEIGHT, 1, 3)), basis)
        .build();
  }

  /// The controls of a block at a time, straight from the expansion.
  private static double[] theta(ControlLayout.Block block, double[] c, int n) {
    double from = GRID.time(n);
    double to = GRID.time(n + 1);
    double[] theta = new double[block.size()];
    for (int k = 0; k < block.basis().count(); k++) {
      double phi = block.basis().value(k, 0, 0.5 * (from + to), from, to);
      for (int j = 0; j < theta.length; j++) {
        theta[j] += phi * c[block.at(k) + j];
      }
    }
    return theta;
  }

  private static double energy(ControlLayout.Block block, double[] c) {
    double sum = 0;
    for (int n = 0; n < GRID.steps(); n++) {
      for (double x : theta(block, c, n)) {
        sum += GRID.step(n) * 0.5 * x * x;
      }
    }
    return sum;
  }

  private static double variation(ControlLayout.Block block, double[] c) {
    double sum = 0;
    for (int n = 0; n + 1 < GRID.steps(); n++) {
      double distance = 0.5 * (GRID.time(n + 2) - GRID.time(n));
      double[] here = theta(block, c, n);
      double[] next = theta(block, c, n + 1);
      for (int j = 0; j < here.length; j++) {
        sum += 0.5 * (next[j] - here[j]) * (next[j] - here[j]) / distance;
      }
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("bases")
  void areTheSumsOverTheSteps(TimeBasis basis) {
    ControlLayout layout = layout(basis);
    ControlLayout.Block block = layout.block("field");
    double[] c = new Random(1).doubles(layout.size(), -1, 1).toArray();
    assertEquals(
        2 * energy(block, c), ControlQuadratic.energy(2, GRID, List.of(block)).value(c), 1e-13);
    assertEquals(
        3 * variation(block, c),
        ControlQuadratic.variation(3, GRID, List.of(block)).value(c),
        1e-13);
  }

  @ParameterizedTest
  @MethodSource("bases")
  void derivativesAreCentralDifferences(TimeBasis basis) {
    ControlLayout layout = layout(basis);
    for (ControlQuadratic cost :
        List.of(
            ControlQuadratic.energy(0.7, GRID, layout.blocks()),
            ControlQuadratic.variation(0.3, GRID, layout.blocks()))) {
      Random random = new Random(2);
      double[] c = random.doubles(layout.size(), -1, 1).toArray();
      double[] v = random.doubles(layout.size(), -1, 1).toArray();
      double[] g = v.clone();
      cost.addGradient(c, g);
      double[] hv = c.clone();
      cost.addSecond(c, v, hv);
      double curvature = 0;
      for (int i = 0; i < c.length; i++) {
        double[] up = c.clone();
        double[] down = c.clone();
        up[i] += 1e-4;
        down[i] -= 1e-4;
        assertEquals((cost.value(up) - cost.value(down)) / 2e-4, g[i] - v[i], 1e-10);
        curvature += v[i] * (hv[i] - c[i]);
      }
      // The cost is its own second derivative along a direction, halved.
      assertEquals(2 * cost.value(v), curvature, 1e-12);
    }
  }

  @Test
  void controlsTiedInTimeHaveNoVariation() {
    ControlLayout layout = layout(new Constant());
    double[] c = new Random(1).doubles(layout.size(), -1, 1).toArray();
    assertEquals(0, ControlQuadratic.variation(3, GRID, layout.blocks()).value(c));
    assertTrue(ControlQuadratic.energy(3, GRID, layout.blocks()).value(c) > 0.1);
  }

  @Test
  void weightsMustBeFiniteAndNotNegative() {
    ControlLayout layout = layout(new Constant());
    assertThrows(
        IllegalArgumentException.class, () -> ControlQuadratic.energy(-1, GRID, layout.blocks()));
    assertThrows(
        IllegalArgumentException.class,
        () -> ControlQuadratic.variation(Double.NaN, GRID, layout.blocks()));
  }

  @Test
  void nothingIsAllocated() {
    ControlLayout layout = layout(new PiecewiseLinear(4, 1.5));
    ControlQuadratic cost = ControlQuadratic.variation(1, GRID, layout.blocks());
    double[] c = new double[layout.size()];
    double[] g = new double[layout.size()];
    Allocation.assertNone(
        () -> {
          cost.value(c);
          cost.addGradient(c, g);
          cost.addSecond(c, c, g);
        });
  }
}
