package org.costate.control.forecast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearForecastTest {
  private static double[] random(int n) {
    return new Random(3).doubles(n, -1, 1).toArray();
  }

  /// `y = (x0 + 2 x1 − x2 + 0.5, −x0 + 3)`.
  private static double[] truth(double[] x) {
    double[] y = new double[x.length / 3 * 2];
    for (int i = 0; i < x.length / 3; i++) {
      y[2 * i] = x[3 * i] + 2 * x[3 * i + 1] - x[3 * i + 2] + 0.5;
      y[2 * i + 1] = -x[3 * i] + 3;
    }
    return y;
  }

  @Test
  void recoversAnAffineMap() {
    double[] x = random(60);
    LinearForecast fit = LinearForecast.fit(x, 3, truth(x), 2);
    double[] fresh = {1, 2, 3, -4, 5, 6};
    assertArrayEquals(truth(fresh), fit.predict(fresh), 1e-12);
    assertEquals(4, fit.rank());
  }

  @Test
  void residualsAreOrthogonalToTheInputs() {
    double[] x = random(60);
    double[] y = new Random(4).doubles(20).toArray();
    double[] r = LinearForecast.fit(x, 3, y, 1).predict(x);
    for (int j = 0; j < 3; j++) {
      double product = 0;
      double sum = 0;
      for (int i = 0; i < 20; i++) {
        product += (y[i] - r[i]) * x[3 * i + j];
        sum += y[i] - r[i];
      }
      assertEquals(0, product, 1e-13);
      assertEquals(0, sum, 1e-13);
    }
  }

  @Test
  void dependentColumnsAndTooFewRowsStillFit() {
    double[] x = random(60);
    for (int i = 0; i < 20; i++) {
      x[3 * i + 2] = 2 * x[3 * i] - x[3 * i + 1];
    }
    LinearForecast fit = LinearForecast.fit(x, 3, truth(x), 2);
    assertEquals(3, fit.rank());
    assertArrayEquals(truth(x), fit.predict(x), 1e-12);
    double[] few = random(6);
    assertArrayEquals(truth(few), LinearForecast.fit(few, 3, truth(few), 2).predict(few), 1e-12);
  }

  @Test
  void persistenceIsTheLastToken() {
    double[] windows = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    assertArrayEquals(new double[] {5, 6, 11, 12}, LinearForecast.persistence(windows, 3, 2));
    assertEquals(0.5 * (1 + 4) / 2, LinearForecast.cost(new double[] {1, 2}, new double[] {2, 4}));
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> LinearForecast.fit(new double[5], 2, new double[2], 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> LinearForecast.fit(new double[4], 2, new double[3], 1));
    assertThrows(
        IllegalArgumentException.class, () -> LinearForecast.persistence(new double[5], 3, 2));
  }
}
