package org.costate.control.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import org.costate.control.Vectors;
import org.costate.control.stability.AdversarialGain.Linearised;
import org.costate.control.stability.AdversarialGain.Search;
import org.junit.jupiter.api.Test;

class AdversarialGainTest {
  private static final int SIZE = 20;

  private static double[] direction(Random random) {
    double[] v = new double[SIZE];
    Arrays.setAll(v, i -> random.nextGaussian());
    return v;
  }

  @Test
  void ofALinearMapIsTheLargestSingularValue() {
    Matrix a = Matrix.random(30, SIZE, 3);
    double sigma = Assembled.singularValues(Assembled.matrix(a))[0];
    AdversarialGain found =
        AdversarialGain.of(x -> linear(a, x), direction(new Random(1)), 0.3, 5000);
    assertEquals(sigma, found.gain(), 1e-6 * sigma);
    assertEquals(0.3, Vectors.norm(found.perturbation()), 1e-14);
  }

  private static Linearised linear(Matrix a, double[] x) {
    double[] y = new double[a.rows()];
    a.apply(x, y);
    return new Linearised(
        y,
        w -> {
          double[] out = new double[a.cols()];
          a.applyTranspose(w, out);
          return out;
        });
  }

  /// `tanh(A x + b)`: far from linear over the distance 2.
  @Test
  void findsMoreThanTheBestOfAThousandDirections() {
    Matrix a = Matrix.random(SIZE, SIZE, 8);
    double[] b = direction(new Random(4));
    Function<double[], Linearised> map = x -> saturating(a, b, x);
    double radius = 2;
    Random random = new Random(2);
    double[] origin = map.apply(new double[SIZE]).value();
    double best = 0;
    double[] start = direction(random);
    for (int k = 0; k < 1000; k++) {
      double[] delta = direction(random);
      Vectors.scale(radius / Vectors.norm(delta), delta);
      double[] y = map.apply(delta).value();
      Vectors.axpy(-1, origin, y);
      best = Math.max(best, Vectors.norm(y) / radius);
    }
    AdversarialGain found = AdversarialGain.of(map, start, new Search(radius, 100, 3, 200, 6));
    assertTrue(found.gain() >= best, found.gain() + " " + best);
    assertTrue(best > 0.2, "a witness that there is something to find");
  }

  private static Linearised saturating(Matrix a, double[] b, double[] x) {
    double[] y = new double[SIZE];
    a.apply(x, y);
    double[] slope = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      y[i] = Math.tanh(y[i] + b[i]);
      slope[i] = 1 - y[i] * y[i];
    }
    return new Linearised(
        y,
        w -> {
          double[] inner = new double[SIZE];
          Arrays.setAll(inner, i -> slope[i] * w[i]);
          double[] out = new double[SIZE];
          a.applyTranspose(inner, out);
          return out;
        });
  }
}
