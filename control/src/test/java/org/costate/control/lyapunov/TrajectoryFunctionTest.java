package org.costate.control.lyapunov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrajectoryFunctionTest {
  private static double[][] random(int n, Random random) {
    double[][] a = new double[n][n];
    for (double[] row : a) {
      java.util.Arrays.setAll(row, j -> random.nextGaussian() / Math.sqrt(n));
    }
    return a;
  }

  /// For numbers `P_n` is a geometric sum.
  @Test
  void ofANumberIsAGeometricSum() {
    List<double[][]> maps = Collections.nCopies(5, new double[][] {{0.5}});
    TrajectoryFunction found = TrajectoryFunction.of(maps);
    assertEquals((1 - Math.pow(0.25, 6)) / 0.75, found.p().get(0)[0][0], 1e-15);
    assertEquals(1, found.p().get(5)[0][0]);
    assertEquals(0, found.residual(maps, maps), 1e-16);
  }

  @Test
  void countsTheEnergyToComeAndSolvesTheRecursion() {
    Random random = new Random(2);
    List<double[][]> maps = new ArrayList<>();
    List<double[][]> transposed = new ArrayList<>();
    for (int n = 0; n < 7; n++) {
      maps.add(random(9, random));
      transposed.add(SymmetricMatrices.transposed(maps.getLast()));
    }
    TrajectoryFunction found = TrajectoryFunction.of(maps);
    assertTrue(found.residual(maps, transposed) <= 1e-14, "residual");
    double[][] x = new double[9][1];
    for (double[] row : x) {
      row[0] = random.nextGaussian();
    }
    double[][] px = SymmetricMatrices.product(found.p().getFirst(), x);
    double expected = 0;
    double energy = 0;
    double length = 0;
    double[][] y = x;
    for (int n = 0; n <= 7; n++) {
      for (double[] row : y) {
        energy += row[0] * row[0];
      }
      y = n < 7 ? SymmetricMatrices.product(maps.get(n), y) : y;
    }
    for (int i = 0; i < 9; i++) {
      expected += px[i][0] * x[i][0];
      length += x[i][0] * x[i][0];
    }
    assertEquals(expected, energy, 1e-12 * energy);
    assertTrue(energy <= found.largest()[0] * length);
    assertEquals(1, found.largest()[7], 1e-15);
  }

  /// Matrices that are not those of the recursion leave a residual: the check sees something.
  @Test
  void otherMatricesLeaveAResidual() {
    Random random = new Random(3);
    List<double[][]> maps = new ArrayList<>(List.of(random(4, random), random(4, random)));
    TrajectoryFunction found = TrajectoryFunction.of(maps);
    List<double[][]> other = new ArrayList<>();
    for (double[][] a : maps) {
      double[][] t = SymmetricMatrices.transposed(a);
      t[1][2] += 1e-6;
      other.add(t);
    }
    assertTrue(found.residual(maps, other) > 1e-9);
  }
}
