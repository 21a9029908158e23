package org.costate.control.leastsquares;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.QRDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecursiveLeastSquaresTest {
  private static final int P = 6;
  private static final double RIDGE = 0.1;

  private static double[][] rows(int n) {
    SplittableRandom random = new SplittableRandom(4);
    double[][] rows = new double[n][P + 1];
    for (double[] row : rows) {
      for (int j = 0; j < P; j++) {
        row[j] = random.nextGaussian();
        row[P] += (j - 2) * row[j];
      }
      row[P] += random.nextGaussian();
    }
    return rows;
  }

  /// The batch solution by QR of the weighted rows and the ridge.
  private static double[] batch(double[][] rows, double forgetting) {
    int n = rows.length;
    double[][] x = new double[n + P][P];
    double[] y = new double[n + P];
    for (int i = 0; i < n; i++) {
      double root = Math.pow(forgetting, (n - 1 - i) / 2.0);
      for (int j = 0; j < P; j++) {
        x[i][j] = root * rows[i][j];
      }
      y[i] = root * rows[i][P];
    }
    for (int j = 0; j < P; j++) {
      x[n + j][j] = Math.sqrt(RIDGE * Math.pow(forgetting, n));
    }
    return new QRDecomposition(new Array2DRowRealMatrix(x, false))
        .getSolver()
        .solve(new ArrayRealVector(y, false))
        .toArray();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.999, 0.95})
  void tenThousandRowsEndAtTheBatchSolution(double forgetting) {
    double[][] rows = rows(10_000);
    RecursiveLeastSquares memory = new RecursiveLeastSquares(P, RIDGE, forgetting);
    for (double[] row : rows) {
      memory.remember(java.util.Arrays.copyOf(row, P), row[P]);
    }
    assertArrayEquals(batch(rows, forgetting), memory.coefficients(), 1e-10);
  }

  @Test
  void aRowTakenBackIsAsIfItHadNeverBeen() {
    double[][] rows = rows(100);
    RecursiveLeastSquares memory = new RecursiveLeastSquares(P, RIDGE, 1);
    for (double[] row : rows) {
      memory.remember(java.util.Arrays.copyOf(row, P), row[P]);
    }
    memory.takeBack(java.util.Arrays.copyOf(rows[99], P), rows[99][P]);
    assertArrayEquals(batch(java.util.Arrays.copyOf(rows, 99), 1), memory.coefficients(), 1e-12);
  }

  /// After a change of the coefficients a memory that forgets is near the new ones, one that does
  /// not is between both; each ends at the batch solution.
  @Test
  void forgettingFollowsAChange() {
    List<RecursiveStudy.Course> courses = new RecursiveStudy(1).follow(List.of(1.0, 0.99));
    for (RecursiveStudy.Course course : courses) {
      assertTrue(course.fromBatch() <= RecursiveStudy.TOLERANCE, "batch " + course.fromBatch());
      assertTrue(course.fromBatch() > 0, "by two routes");
    }
    double[] all = courses.get(0).distances();
    double[] recent = courses.get(1).distances();
    assertEquals(RecursiveStudy.ROWS, courses.get(1).rows()[all.length - 1]);
    assertTrue(all[all.length / 2 - 1] < recent[recent.length / 2 - 1], "more rows, less error");
    assertEquals(2.5, all[all.length - 1], 0.2, "the mean of both");
    assertTrue(recent[recent.length - 1] < 0.4, "the new ones");
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new RecursiveLeastSquares(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new RecursiveLeastSquares(1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new RecursiveLeastSquares(1, 1, 1.1));
    RecursiveLeastSquares memory = new RecursiveLeastSquares(1, 1, 1);
    assertThrows(IllegalStateException.class, () -> memory.takeBack(new double[] {2}, 1));
  }
}
