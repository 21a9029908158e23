package org.costate.control.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.costate.adjoint.LinearMap;
import org.costate.control.Vectors;
import org.junit.jupiter.api.Test;

class CovariantVectorsTest {
  /// For a constant matrix they are its eigenvectors, which are not orthogonal.
  @Test
  void ofAConstantMapAreItsEigenvectors() {
    double[][] a = {{2, 1, 0.5}, {0, 0.9, 3}, {0, 0, 0.2}};
    double[][] eigenvectors = {{1, 0, 0}, {-1 / 1.1, 1, 0}, {0, 0, 1}};
    eigenvectors[2][1] = 3 / (0.2 - 0.9);
    eigenvectors[2][0] = (eigenvectors[2][1] + 0.5) / (0.2 - 2);
    List<LinearMap> maps = Collections.nCopies(80, new Matrix(a));
    CovariantVectors found = CovariantVectors.of(maps, Frame.random(3, 3, 2));
    for (int i = 0; i < 3; i++) {
      double[] expected = eigenvectors[i];
      double cosine = Vectors.dot(expected, found.vectors()[40][i]) / Vectors.norm(expected);
      assertEquals(1, Math.abs(cosine), 1e-13, "vector " + i);
    }
    assertTrue(found.covarianceAngle(maps) <= 1e-8, "angle " + found.covarianceAngle(maps));
  }

  @Test
  void ofTheHenonMapAreCovariantAndGrowWithTheirExponents() {
    List<LinearMap> maps = new ArrayList<>();
    double x = 0.1;
    double y = 0.1;
    for (int n = 0; n < 3000; n++) {
      maps.add(new Matrix(new double[][] {{-2.8 * x, 1}, {0.3, 0}}));
      double next = 1 - 1.4 * x * x + y;
      y = 0.3 * x;
      x = next;
    }
    CovariantVectors found = CovariantVectors.of(maps, Frame.random(2, 2, 1));
    assertTrue(found.covarianceAngle(maps) <= 1e-8, "angle " + found.covarianceAngle(maps));
    double[] growth = new double[2];
    for (int n = 100; n < 2900; n++) {
      for (int i = 0; i < 2; i++) {
        double[] image = new double[2];
        maps.get(n).apply(found.vectors()[n][i], image);
        growth[i] += Math.log(Vectors.norm(image)) / 2800;
      }
    }
    assertEquals(0.419, growth[0], 0.03);
    assertEquals(-1.623, growth[1], 0.03, "the second vector shrinks, as a QR direction would not");
  }

  @Test
  void ofRandomProductsAreCovariant() {
    List<LinearMap> maps = new ArrayList<>();
    for (int n = 0; n < 12; n++) {
      maps.add(Matrix.random(30, 30, n));
    }
    CovariantVectors found = CovariantVectors.of(maps, Frame.random(30, 6, 1));
    assertTrue(found.covarianceAngle(maps) <= 1e-8, "angle " + found.covarianceAngle(maps));
    double[] first = found.vectors()[0][3];
    assertEquals(1, Vectors.norm(first), 1e-13);
  }
}
