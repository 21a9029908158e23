package org.costate.control.stability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.costate.adjoint.LinearMap;
import org.costate.control.Vectors;
import org.costate.control.stability.GolubKahan.Triplets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.RawStore;

class GolubKahanTest {
  /// A matrix as a map that counts its products.
  private static final class Dense implements LinearMap {
    final double[][] a;
    int products;

    Dense(double[][] a) {
      this.a = a;
    }

    static Dense random(int rows, int cols, double decay) {
      Random random = new Random(31);
      double[][] a = new double[rows][cols];
      for (double[] row : a) {
        for (int j = 0; j < cols; j++) {
          row[j] = random.nextGaussian() * Math.pow(decay, j);
        }
      }
      return new Dense(a);
    }

    @Override
    public int rows() {
      return a.length;
    }

    @Override
    public int cols() {
      return a[0].length;
    }

    @Override
    public void apply(double[] v, double[] out) {
      products++;
      for (int i = 0; i < a.length; i++) {
        out[i] = Vectors.dot(a[i], v);
      }
    }

    @Override
    public void applyTranspose(double[] w, double[] out) {
      java.util.Arrays.fill(out, 0);
      for (int i = 0; i < a.length; i++) {
        Vectors.axpy(w[i], a[i], out);
      }
    }

    double[] singularValues() {
      SingularValue<Double> svd = SingularValue.R064.make(RawStore.wrap(a));
      svd.decompose(RawStore.wrap(a));
      return svd.getSingularValues().toRawCopy1D();
    }
  }

  @ParameterizedTest
  @CsvSource({"40, 40, 1", "60, 25, 1", "25, 60, 1", "80, 80, 0.9", "7, 1, 1", "1, 7, 1"})
  void agreesWithTheDenseDecomposition(int rows, int cols, double decay) {
    Dense map = Dense.random(rows, cols, decay);
    double[] reference = map.singularValues();
    int count = Math.min(5, reference.length);
    Triplets found = GolubKahan.standard(1).leading(map, count);
    assertTrue(found.converged());
    assertEquals(count, found.values().length);
    for (int i = 0; i < count; i++) {
      assertEquals(reference[i], found.values()[i], 1e-12 * reference[0]);
    }
  }

  @Test
  void allValuesOfASmallMatrixAreExact() {
    Dense map = Dense.random(30, 12, 0.5);
    Triplets found = GolubKahan.standard(1).leading(map, 12);
    assertArrayEquals(map.singularValues(), found.values(), 1e-13 * found.values()[0]);
  }

  @Test
  void vectorsAreSingularVectorsAndResidualsAreTrue() {
    Dense map = Dense.random(50, 35, 1);
    Triplets found = new GolubKahan(1e-3, 300, 1).leading(map, 3);
    for (int i = 0; i < 3; i++) {
      double[] x = found.left()[i];
      double[] y = found.right()[i];
      double sigma = found.values()[i];
      double[] ay = new double[50];
      map.apply(y, ay);
      Vectors.axpy(-sigma, x, ay);
      assertEquals(0, Vectors.norm(ay), 1e-13 * found.values()[0]);
      double[] atx = new double[35];
      map.applyTranspose(x, atx);
      Vectors.axpy(-sigma, y, atx);
      assertEquals(found.residuals()[i], Vectors.norm(atx), 1e-12 * found.values()[0]);
      assertEquals(1, Vectors.norm(x), 1e-13);
      assertEquals(1, Vectors.norm(y), 1e-13);
      for (int j = 0; j < i; j++) {
        assertEquals(0, Vectors.dot(x, found.left()[j]), 1e-13);
        assertEquals(0, Vectors.dot(y, found.right()[j]), 1e-13);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"40, 40, 1", "60, 25, 0.9", "25, 60, 1", "9, 1, 1"})
  void leastValuesAgreeWithTheDenseDecomposition(int rows, int cols, double decay) {
    Dense map = Dense.random(rows, cols, decay);
    double[] reference = map.singularValues();
    int count = Math.min(4, reference.length);
    Triplets found = new GolubKahan(1e-10, 3, 1).least(map, count);
    assertTrue(found.converged());
    for (int i = 0; i < count; i++) {
      double expected = reference[reference.length - 1 - i];
      assertEquals(expected, found.values()[i], 1e-12 * reference[0]);
      double[] image = new double[rows];
      map.apply(found.right()[i], image);
      Vectors.axpy(-found.values()[i], found.left()[i], image);
      assertEquals(0, Vectors.norm(image), 1e-12 * reference[0]);
    }
  }

  /// Where the process cannot run through the map, what it has is above the truth, and says so.
  @Test
  void leastValuesOfALargeMapAreUpperBounds() {
    int size = GolubKahan.COMPLETE + 1;
    LinearMap diagonal =
        new LinearMap() {
          @Override
          public int rows() {
            return size;
          }

          @Override
          public int cols() {
            return size;
          }

          @Override
          public void apply(double[] v, double[] out) {
            for (int i = 0; i < size; i++) {
              out[i] = (i + 1.0) * v[i];
            }
          }

          @Override
          public void applyTranspose(double[] w, double[] out) {
            apply(w, out);
          }
        };
    Triplets found = new GolubKahan(1e-10, 60, 1).least(diagonal, 2);
    assertFalse(found.converged());
    assertEquals(60, found.products());
    assertTrue(found.values()[0] >= 1 && found.values()[1] >= 2);
    assertTrue(found.values()[0] < 40, "it has come down: " + found.values()[0]);
  }

  @Test
  void needsFewProductsWhereTheSpectrumIsSeparated() {
    Dense map = Dense.random(400, 300, 0.7);
    Triplets found = GolubKahan.standard(1).leading(map, 2);
    assertTrue(found.converged());
    assertEquals(found.products(), map.products);
    assertTrue(map.products <= 20, "products " + map.products);
  }

  @Test
  void saysSoWhenTheProductsDoNotSuffice() {
    Triplets found = new GolubKahan(1e-12, 4, 1).leading(Dense.random(200, 200, 1), 3);
    assertFalse(found.converged());
    assertEquals(4, found.products());
    assertTrue(found.residuals()[2] > 1e-12 * found.values()[0]);
  }

  @Test
  void lowRankZeroAndRepeatedValuesAreHandled() {
    double[][] rankOne = new double[6][4];
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 4; j++) {
        rankOne[i][j] = (i + 1) * (j - 1.5);
      }
    }
    double sigma = Math.sqrt(91 * 5);
    assertArrayEquals(
        new double[] {sigma, 0, 0, 0},
        GolubKahan.standard(1).leading(new Dense(rankOne), 4).values(),
        1e-12 * sigma);
    assertArrayEquals(
        new double[3], GolubKahan.standard(1).leading(new Dense(new double[5][3]), 3).values());
    double[][] twice = new double[4][4];
    for (int i = 0; i < 4; i++) {
      twice[i][i] = 2;
    }
    assertArrayEquals(
        new double[] {2, 2, 2, 2},
        GolubKahan.standard(1).leading(new Dense(twice), 4).values(),
        1e-14);
  }

  @Test
  void sameSeedSameBits() {
    Dense map = Dense.random(40, 30, 1);
    assertArrayEquals(
        GolubKahan.standard(9).leading(map, 4).values(),
        GolubKahan.standard(9).leading(map, 4).values());
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new GolubKahan(0, 5, 1));
    assertThrows(IllegalArgumentException.class, () -> new GolubKahan(1e-6, 0, 1));
  }
}
