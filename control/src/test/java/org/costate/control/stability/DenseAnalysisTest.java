package org.costate.control.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import org.costate.control.lyapunov.Eigenvalues.Complex;
import org.costate.control.stability.DenseAnalysis.Pseudospectrum;
import org.costate.model.NumericalException;
import org.junit.jupiter.api.Test;

class DenseAnalysisTest {
  /// A rotation by 0.3 scaled by 2, a reflection and a number: normal, in a rotated basis.
  private static Matrix normal() {
    double c = 2 * Math.cos(0.3);
    double s = 2 * Math.sin(0.3);
    double[][] block = {{c, -s, 0, 0}, {s, c, 0, 0}, {0, 0, -1, 0}, {0, 0, 0, 0.5}};
    double[][] q = Frame.random(4, 4, 9).columns();
    double[][] a = new double[4][4];
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        for (int k = 0; k < 4; k++) {
          for (int l = 0; l < 4; l++) {
            a[i][j] += q[k][i] * block[k][l] * q[l][j];
          }
        }
      }
    }
    return new Matrix(a);
  }

  @Test
  void pseudospectrumOfANormalMatrixIsTheDistanceToItsSpectrum() {
    DenseAnalysis dense = new DenseAnalysis(normal());
    double[][] spectrum = {
      {2 * Math.cos(0.3), 2 * Math.sin(0.3)}, {2 * Math.cos(0.3), -2 * Math.sin(0.3)},
      {-1, 0}, {0.5, 0},
    };
    Pseudospectrum field = dense.pseudospectrum(2.5, 9);
    assertEquals(17, field.real().length);
    for (int j = 0; j < field.imaginary().length; j++) {
      for (int i = 0; i < field.real().length; i++) {
        double nearest = Double.POSITIVE_INFINITY;
        for (double[] z : spectrum) {
          double distance = Math.hypot(field.real()[i] - z[0], field.imaginary()[j] - z[1]);
          nearest = Math.min(nearest, distance);
        }
        assertEquals(nearest, field.values()[j][i], 1e-8);
      }
    }
    Complex last =
        dense.eigenvalues().stream().min(Comparator.comparingDouble(Complex::real)).orElseThrow();
    assertEquals(-1, last.real(), 1e-12);
  }

  @Test
  void pseudospectrumOfAJordanBlockReachesFarther() {
    double[][] jordan = new double[8][8];
    for (int i = 0; i < 7; i++) {
      jordan[i][i + 1] = 1;
    }
    double distance = new DenseAnalysis(new Matrix(jordan)).distanceToSingularity(0.5, 0);
    assertTrue(distance < 0.006 && distance > 0.002, "far below 0.5: " + distance);
  }

  @Test
  void logarithmicNormBoundsTheGrowthAndIsExactForSymmetricMaps() {
    double[][] symmetric = {{1.2, 0.1}, {0.1, 0.9}};
    double h = 0.1;
    double expected = (1.05 + Math.hypot(0.15, 0.1) - 1) / h;
    assertEquals(expected, new DenseAnalysis(new Matrix(symmetric)).logarithmicNorm(h), 1e-12);
    double[][] shear = {{1, 1}, {0, 1}};
    assertEquals(0.5, new DenseAnalysis(new Matrix(shear)).logarithmicNorm(1), 1e-12);
  }

  @Test
  void distanceFromAnIsometry() {
    DenseAnalysis dense = new DenseAnalysis(normal());
    assertEquals(1, dense.distanceFromIsometry(), 1e-12);
    assertEquals(0.5, dense.leastGain(), 1e-12);
    double[][] rotation = {{0.6, -0.8}, {0.8, 0.6}};
    assertEquals(0, new DenseAnalysis(new Matrix(rotation)).distanceFromIsometry(), 1e-15);
    assertThrows(IllegalArgumentException.class, () -> new DenseAnalysis(Matrix.random(3, 2, 1)));
  }

  /// Iterations that square the entries would run for ever on these.
  @Test
  void numbersWhoseSquaresAreNoneAreDecomposedAndNoNumbersRefused() {
    double big = 1e200;
    double[][] large = {{3 * big, 0}, {0, -4 * big}};
    DenseAnalysis dense = new DenseAnalysis(new Matrix(large));
    assertEquals(3 * big, dense.leastGain(), 1e-14 * big);
    assertEquals(3 * big, dense.logarithmicNorm(1), 1e-14 * big);
    assertEquals(
        3 * big,
        dense.eigenvalues().stream().mapToDouble(z -> z.real()).max().orElseThrow(),
        1e-14 * big);
    double[][] none = {{1, 0}, {0, Double.NaN}};
    DenseAnalysis broken = new DenseAnalysis(new Matrix(none));
    assertThrows(NumericalException.class, broken::leastGain);
    assertThrows(NumericalException.class, () -> broken.logarithmicNorm(1));
    assertThrows(NumericalException.class, broken::eigenvalues);
    GolubKahan solver = GolubKahan.standard(1);
    assertThrows(NumericalException.class, () -> solver.leading(new Matrix(none), 1));
  }
}
