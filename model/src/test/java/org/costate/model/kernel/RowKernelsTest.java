package org.costate.model.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.hipparchus.analysis.differentiation.DSFactory;
import org.hipparchus.analysis.differentiation.DerivativeStructure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Softmax, standardisation and the linear row methods of every tier against their formulas.
class RowKernelsTest {
  private static final int[] LENGTHS = {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 40, 100, 257};

  static Stream<Kernels> tiers() {
    return Tiers.all();
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void softmaxAndItsKeptLogarithm(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(1);
    for (int n : LENGTHS) {
      double[] s = Tiers.normal(random, n + 5);
      for (int i = 2; i < n + 2; i++) {
        s[i] = 700 + 30 * s[i];
      }
      double[] before = s.clone();
      double log = kernels.softmax(n, s, 2);
      double max = Arrays.stream(before, 2, n + 2).max().orElseThrow();
      double total = Arrays.stream(before, 2, n + 2).map(x -> Math.exp(x - max)).sum();
      assertEquals(max + Math.log(total), log, 1e-13 * Math.abs(log));
      for (int i = 2; i < n + 2; i++) {
        assertEquals(Math.exp(before[i] - max) / total, s[i], 1e-15);
      }
      double[] again = before.clone();
      kernels.expShifted(n, log, again, 2);
      for (int i = 2; i < n + 2; i++) {
        assertEquals(s[i], again[i], 1e-12 * s[i] + 1e-300);
      }
      assertEquals(before[1], s[1]);
      assertEquals(before[n + 2], s[n + 2]);
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void softmaxOfHiddenKeys(Kernels kernels) {
    double hidden = Double.NEGATIVE_INFINITY;
    double[] none = new double[11];
    Arrays.fill(none, hidden);
    assertEquals(hidden, kernels.softmax(11, none, 0));
    assertTrue(Arrays.equals(new double[11], none));
    double[] again = {1, 2, 3};
    kernels.expShifted(3, hidden, again, 0);
    assertTrue(Arrays.equals(new double[3], again));
    double[] one = {hidden, 3, hidden};
    assertEquals(3, kernels.softmax(3, one, 0));
    assertTrue(Arrays.equals(new double[] {0, 1, 0}, one));
    double[] bad = {1, Double.NaN, 2};
    assertTrue(Double.isNaN(kernels.softmax(3, bad, 0)));
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void severalRowsHaveTheBitsOfEach(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(7);
    for (int n : new int[] {1, 3, 8, 13, 32, 200, 512, 513}) {
      for (int hidden = -1; hidden < 2; hidden++) {
        int rows = 45;
        double[] s = Tiers.normal(random, rows * n + 5);
        if (hidden >= 0) {
          Arrays.fill(s, 2 + 44 * hidden * n, 2 + (44 * hidden + 1) * n, Double.NEGATIVE_INFINITY);
        }
        double[] each = s.clone();
        double[] eachSum = new double[rows + 1];
        double[] again = s.clone();
        double[] eachAgain = s.clone();
        for (int i = 0; i < rows; i++) {
          eachSum[1 + i] = kernels.softmax(n, each, 2 + i * n);
          kernels.expShifted(n, eachSum[1 + i], eachAgain, 2 + i * n);
        }
        double[] sums = new double[rows + 1];
        kernels.softmaxRows(rows, n, s, 2, sums, 1);
        kernels.expShiftedRows(rows, n, sums, 1, again, 2);
        assertArrayEquals(eachSum, sums, kernels.tier() + ", " + n);
        assertArrayEquals(each, s, kernels.tier() + ", " + n);
        assertArrayEquals(eachAgain, again, kernels.tier() + ", " + n);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void softmaxJacobianByDifferences(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(2);
    for (int n : LENGTHS) {
      int rows = 3;
      double[] s = Tiers.normal(random, rows * n);
      double[] v = Tiers.normal(random, rows * n + 2);
      double[] direction = Arrays.copyOfRange(v, 2, v.length);
      double[] g = softmaxed(kernels, rows, n, s);
      double[] up = softmaxed(kernels, rows, n, shifted(s, direction, 1e-5));
      double[] down = softmaxed(kernels, rows, n, shifted(s, direction, -1e-5));
      kernels.softmaxJacobianRows(rows, n, g, 0, v, 2);
      for (int i = 0; i < rows * n; i++) {
        assertEquals((up[i] - down[i]) / 2e-5, v[i + 2], 1e-9);
      }
    }
  }

  /// The derivative of `J(g) x` along `(ġ, ẋ)` by differences, and `J(g) x` to the bit.
  @ParameterizedTest
  @MethodSource("tiers")
  void secondSoftmaxJacobianByDifferences(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(3);
    for (int n : LENGTHS) {
      int rows = 3;
      double[] g = softmaxed(kernels, rows, n, Tiers.normal(random, rows * n));
      double[] gDot = Tiers.normal(random, rows * n);
      double[] x = Tiers.normal(random, rows * n);
      double[] xDot = Tiers.normal(random, rows * n);
      double[] up = shifted(x, xDot, 1e-5);
      double[] down = shifted(x, xDot, -1e-5);
      kernels.softmaxJacobianRows(rows, n, shifted(g, gDot, 1e-5), 0, up, 0);
      kernels.softmaxJacobianRows(rows, n, shifted(g, gDot, -1e-5), 0, down, 0);
      double[] once = x.clone();
      kernels.softmaxJacobianRows(rows, n, g, 0, once, 0);
      kernels.softmaxSecondJacobianRows(rows, n, g, 0, gDot, 0, x, 0, xDot, 0);
      assertArrayEquals(once, x, kernels.tier() + ", " + n);
      for (int i = 0; i < rows * n; i++) {
        double expected = (up[i] - down[i]) / 2e-5;
        assertEquals(expected, xDot[i], 1e-8 * (1 + Math.abs(expected)));
      }
    }
  }

  private static double[] softmaxed(Kernels kernels, int rows, int n, double[] scores) {
    double[] g = scores.clone();
    kernels.softmaxRows(rows, n, g, 0, new double[rows], 0);
    return g;
  }

  private static double[] shifted(double[] x, double[] v, double by) {
    double[] y = x.clone();
    for (int i = 0; i < y.length; i++) {
      y[i] += by * v[i];
    }
    return y;
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void standardisedRowsAndTheirTwoDerivatives(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(3);
    for (int n : LENGTHS) {
      for (boolean centre : new boolean[] {true, false}) {
        standardised(kernels, random, n, centre, 0.3);
      }
    }
  }

  /// A row far from 0 whose deviations are held exactly is standardised like the deviations alone.
  @ParameterizedTest
  @MethodSource("tiers")
  void aLargeMeanLeavesNoTrace(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(5);
    for (int n : new int[] {3, 8, 37, 129}) {
      for (double mean : new double[] {1e3 + 1 / 3.0, 1e6 + 1 / 3.0, -1e9 - 1 / 3.0}) {
        double[] far = new double[n];
        double[] near = new double[n];
        for (int i = 0; i < n; i++) {
          far[i] = mean + random.nextGaussian();
          near[i] = far[i] - mean;
        }
        double[] expected = new double[n];
        double[] z = new double[n];
        double[] r = new double[6];
        kernels.standardizeRows(true, 1, n, 1e-5, near, 0, expected, 0, r, 0, 2);
        kernels.standardizeRows(true, 1, n, 1e-5, far, 0, z, 0, r, 1, 2);
        assertArrayEquals(expected, z, 1e-14);
        assertEquals(r[0], r[1], 1e-14 * r[0]);
        assertEquals(0, Arrays.stream(z).sum() / n, 1e-15);
        double[] again = new double[n];
        kernels.restandardizeRows(1, n, far, 0, r, 1, 2, again, 0);
        assertArrayEquals(z, again, 0, "made again");
        kernels.standardizeRows(true, 1, n, 1e-5, far, 0, far, 0, r, 1, 2);
        assertArrayEquals(z, far, 0, "in place");
      }
    }
  }

  /// Against Hipparchus in two variables: one along `v`, one along `λ` for the symmetric second.
  private static void standardised(
      Kernels kernels, SplittableRandom random, int n, boolean centre, double epsilon) {
    int rows = 3;
    double[] x = Tiers.normal(random, rows * n);
    double[] v = Tiers.normal(random, rows * n);
    double[] w = Tiers.normal(random, rows * n);
    double[] z = new double[rows * n];
    double[] r = new double[3 * rows];
    kernels.standardizeRows(centre, rows, n, epsilon, x, 0, z, 0, r, 0, rows);
    double[] again = new double[rows * n];
    kernels.restandardizeRows(rows, n, x, 0, r, 0, rows, again, 0);
    assertArrayEquals(z, again, 0, "made again");
    double[] map = Tiers.normal(random, 2 * n + 1);
    double[] mapped = new double[rows * n];
    kernels.restandardizeAndMapRows(rows, n, x, 0, r, 0, rows, map, 1, mapped, 0);
    for (int i = 0; i < rows * n; i++) {
      assertEquals(map[1 + i % n] * z[i] + map[1 + n + i % n], mapped[i]);
    }
    double[] tangent = new double[rows * n];
    Arrays.fill(tangent, Double.NaN);
    kernels.standardizeRowsTangent(centre, rows, n, z, 0, r, 0, v, 0, 0, tangent, 0);
    double[] added = w.clone();
    kernels.standardizeRowsTangent(centre, rows, n, z, 0, r, 0, v, 0, 1, added, 0);
    double[] second = v.clone();
    kernels.standardizeRowsSecond(centre, rows, n, z, 0, r, 0, v, 0, w, 0, second, 0);
    for (int row = 0; row < rows; row++) {
      DerivativeStructure[] exact = standardised(centre, n, epsilon, x, v, w, row * n);
      for (int i = 0; i < n; i++) {
        int at = row * n + i;
        assertEquals(exact[i].getValue(), z[at], 1e-14);
        assertEquals(exact[i].getPartialDerivative(1, 0), tangent[at], 3e-14);
        assertEquals(tangent[at] + w[at], added[at], 1e-14);
        assertEquals(exact[i].getPartialDerivative(1, 1), second[at] - v[at], 3e-13);
      }
    }
  }

  /// The row as a function of two numbers: `standardise(x + α v + β w)` at zero. Its mixed second
  /// derivative is `Σ_jk ∂²z_i/∂x_j∂x_k v_j w_k`; see [#standardised] for what it is compared with.
  private static DerivativeStructure[] standardised(
      boolean centre, int n, double epsilon, double[] x, double[] v, double[] w, int at) {
    DSFactory two = new DSFactory(2, 2);
    DerivativeStructure[] row = new DerivativeStructure[n];
    DerivativeStructure mean = two.constant(0);
    for (int i = 0; i < n; i++) {
      row[i] =
          two.variable(0, 0)
              .multiply(v[at + i])
              .add(two.variable(1, 0).multiply(w[at + i]))
              .add(x[at + i]);
      mean = mean.add(row[i].divide(n));
    }
    DerivativeStructure square = two.constant(epsilon);
    for (int i = 0; i < n; i++) {
      row[i] = centre ? row[i].subtract(mean) : row[i];
      square = square.add(row[i].multiply(row[i]).divide(n));
    }
    DerivativeStructure r = square.sqrt().reciprocal();
    for (int i = 0; i < n; i++) {
      row[i] = row[i].multiply(r);
    }
    return row;
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void sumsAndLinearRows(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(4);
    for (int n : LENGTHS) {
      int rows = 3;
      double[] x = Tiers.normal(random, 2 + rows * n);
      double[] y = Tiers.normal(random, 1 + rows * n);
      double[] gain = Tiers.normal(random, n);
      double dot = 0;
      double sum = 0;
      for (int i = 0; i < n; i++) {
        dot += x[2 + i] * y[1 + i];
        sum += x[2 + i];
      }
      assertEquals(dot, kernels.dot(n, x, 2, y, 1), 1e-13 * n);
      assertEquals(sum, kernels.sum(n, x, 2), 1e-13 * n);
      double[] products = gain.clone();
      kernels.addColumnProducts(rows, n, x, 2, y, 1, products, 0);
      double[] sums = gain.clone();
      kernels.addColumnSums(rows, n, x, 2, n, sums, 0);
      double[] scaled = y.clone();
      kernels.scaleRows(rows, n, gain, 0, x, 2, -0.5, scaled, 1);
      double[] overwritten = new double[1 + rows * n];
      Arrays.fill(overwritten, Double.NaN);
      kernels.scaleRows(rows, n, gain, 0, x, 2, 0, overwritten, 1);
      double[] biased = x.clone();
      kernels.addToRows(rows, n, gain, 0, biased, 2, n);
      for (int i = 0; i < n; i++) {
        double product = gain[i];
        double column = gain[i];
        for (int row = 0; row < rows; row++) {
          int at = row * n + i;
          product += x[2 + at] * y[1 + at];
          column += x[2 + at];
          assertEquals(gain[i] * x[2 + at] - 0.5 * y[1 + at], scaled[1 + at], 1e-14);
          assertEquals(gain[i] * x[2 + at], overwritten[1 + at]);
          assertEquals(gain[i] + x[2 + at], biased[2 + at]);
        }
        assertEquals(product, products[i], 1e-14);
        assertEquals(column, sums[i], 1e-14);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void elementwiseMethods(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(5);
    for (int n : LENGTHS) {
      double[] x = Tiers.normal(random, n + 3);
      double[] y = Tiers.normal(random, n + 3);
      double[] z = Tiers.normal(random, n + 3);
      double[] axpy = y.clone();
      kernels.axpy(n, 0.3, x, 1, axpy, 2);
      double[] axpby = y.clone();
      kernels.axpby(n, 0.3, x, 1, -2, axpby, 2);
      double[] copied = new double[n + 3];
      Arrays.fill(copied, Double.NaN);
      kernels.axpby(n, 0.3, x, 1, 0, copied, 2);
      double[] product = z.clone();
      kernels.multiply(n, 0.3, x, 1, y, 2, -2, product, 0);
      double[] first = new double[n + 3];
      Arrays.fill(first, Double.NaN);
      kernels.multiply(n, 0.3, x, 1, y, 2, 0, first, 0);
      double[] exp = new double[n + 3];
      kernels.exp(n, x, 1, exp, 2);
      for (int i = 0; i < n; i++) {
        assertEquals(0.3 * x[1 + i] + y[2 + i], axpy[2 + i], 1e-15);
        assertEquals(0.3 * x[1 + i] - 2 * y[2 + i], axpby[2 + i], 1e-14);
        assertEquals(0.3 * x[1 + i], copied[2 + i]);
        assertEquals(0.3 * x[1 + i] * y[2 + i] - 2 * z[i], product[i], 1e-14);
        assertEquals(0.3 * x[1 + i] * y[2 + i], first[i], 1e-15);
        assertEquals(Math.exp(x[1 + i]), exp[2 + i], 4e-16 * exp[2 + i]);
      }
      assertEquals(y[n + 2], axpy[n + 2]);
      assertEquals(z[n], product[n]);
      assertTrue(Double.isNaN(copied[1]) && Double.isNaN(first[n]));
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void activationsGoThroughTheScalarFormulas(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(6);
    for (Activation f : Activation.values()) {
      for (int n : LENGTHS) {
        double[] x = Tiers.normal(random, n + 3);
        double[] v = Tiers.normal(random, n + 3);
        double[] w = Tiers.normal(random, n + 3);
        double[] value = new double[n + 3];
        double[] first = new double[n + 3];
        double[] second = w.clone();
        kernels.activate(f, n, x, 1, value, 2);
        kernels.activateTangent(f, n, x, 1, v, 0, first, 2);
        kernels.activateSecond(f, n, x, 1, v, 0, w, 3, second, 2);
        for (int i = 0; i < n; i++) {
          double at = x[1 + i];
          assertEquals(ScalarActivation.value(f, at), value[2 + i], 1e-15);
          assertEquals(ScalarActivation.first(f, at) * v[i], first[2 + i], 1e-14);
          assertEquals(
              w[2 + i] + ScalarActivation.second(f, at) * v[i] * w[3 + i], second[2 + i], 1e-14);
        }
        assertEquals(0, value[1]);
        assertEquals(w[1], second[1]);
        assertEquals(w[n + 2], second[n + 2]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void activationsGiveTheirDerivativesAtOnce(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(7);
    for (Activation f : Activation.values()) {
      for (int n : LENGTHS) {
        double[] x = Tiers.normal(random, n + 3);
        double[] y = new double[n + 3];
        double[] slope = new double[n + 3];
        double[] curvature = new double[n + 3];
        kernels.activateWithDerivatives(f, n, x, 1, y, 2, slope, 0, curvature, 3);
        for (int i = 0; i < n; i++) {
          double at = x[1 + i];
          assertEquals(ScalarActivation.value(f, at), y[2 + i]);
          assertEquals(ScalarActivation.first(f, at), slope[i]);
          assertEquals(ScalarActivation.second(f, at), curvature[3 + i]);
        }
        assertEquals(0, y[1] + slope[n] + curvature[2]);
        double[] again = new double[n + 3];
        double[] slopeAgain = new double[n + 3];
        double[] none = {};
        kernels.activateWithDerivatives(f, n, x, 1, again, 2, slopeAgain, 0, none, 0);
        assertArrayEquals(y, again);
        assertArrayEquals(slope, slopeAgain);
        double[] v = Tiers.normal(random, n + 3);
        double[] product = new double[n + 3];
        kernels.activateTangent(f, n, x, 1, v, 2, product, 2);
        kernels.activateTangent(f, n, x, 1, v, 2, v, 2);
        for (int i = 0; i < n; i++) {
          assertEquals(product[2 + i], v[2 + i], "in place");
        }
      }
    }
  }
}
