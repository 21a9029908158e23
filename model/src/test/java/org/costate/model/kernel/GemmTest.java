package org.costate.model.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Products of every tier against three plain loops.
class GemmTest {
  private static final int[] SIZES = {1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 23, 33, 64, 65};

  static java.util.stream.Stream<Kernels> tiers() {
    return Tiers.all();
  }

  private record Product(boolean ta, boolean tb, int m, int n, int k, double alpha, double beta) {
    int rowsA() {
      return ta ? k : m;
    }

    int columnsA() {
      return ta ? m : k;
    }

    int rowsB() {
      return tb ? n : k;
    }

    int columnsB() {
      return tb ? k : n;
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void equalsThreeLoopsForAllTransposesShapesStridesAndFactors(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(7);
    for (int trial = 0; trial < 1500; trial++) {
      check(
          kernels,
          random,
          new Product(
              random.nextBoolean(),
              random.nextBoolean(),
              SIZES[random.nextInt(SIZES.length)],
              SIZES[random.nextInt(SIZES.length)],
              SIZES[random.nextInt(SIZES.length)],
              new double[] {1, -1, 0.37}[random.nextInt(3)],
              new double[] {0, 1, -0.6}[random.nextInt(3)]));
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void equalsThreeLoopsForLongAndFlatShapes(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(8);
    int[][] shapes = {{1, 1, 1000}, {300, 2, 5}, {2, 300, 70}, {130, 520, 260}, {67, 1, 513}};
    for (int[] s : shapes) {
      for (int t = 0; t < 4; t++) {
        check(kernels, random, new Product(t % 2 == 1, t > 1, s[0], s[1], s[2], 1, t % 2));
      }
    }
  }

  /// Whole vectors, ragged columns, single rows, and products that are too small to be packed.
  @ParameterizedTest
  @MethodSource("tiers")
  void affineIsAProductAndARowAddedToTheBit(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(9);
    for (int m : new int[] {1, 3, 16, 33, 140}) {
      for (int n : new int[] {1, 8, 15, 16, 24, 32, 37, 96}) {
        for (int k : new int[] {0, 1, 8, 33, 70}) {
          double[] a = Tiers.normal(random, m * (k + 2) + 1);
          double[] b = Tiers.normal(random, k * (n + 1) + 2);
          double[] bias = Tiers.normal(random, n + 3);
          double[] expected = Tiers.normal(random, m * (n + 1) + 4);
          double[] found = expected.clone();
          kernels.gemm(false, false, m, n, k, 1, a, 1, k + 2, b, 2, n + 1, 0, expected, 3, n + 1);
          kernels.addToRows(m, n, bias, 3, expected, 3, n + 1);
          kernels.affine(m, n, k, a, 1, k + 2, b, 2, n + 1, bias, 3, found, 3, n + 1);
          assertArrayEquals(expected, found, kernels.tier() + " " + m + " " + n + " " + k);
        }
      }
    }
  }

  /// Compares inside the product, and looks for changes outside it.
  private static void check(Kernels kernels, SplittableRandom random, Product p) {
    int lda = p.columnsA() + random.nextInt(4);
    int ldb = p.columnsB() + random.nextInt(4);
    int ldc = p.n() + random.nextInt(4);
    int ao = random.nextInt(6);
    int bo = random.nextInt(6);
    int co = random.nextInt(6);
    double[] a = Tiers.normal(random, ao + p.rowsA() * lda);
    double[] b = Tiers.normal(random, bo + p.rowsB() * ldb);
    double[] c = Tiers.normal(random, co + p.m() * ldc + 3);
    if (p.beta() == 0) {
      fill(c, co, p, ldc, Double.NaN);
    }
    double[] expected = c.clone();
    double[] scale = new double[c.length];
    naive(p, a, ao, lda, b, bo, ldb, expected, scale, co, ldc);
    double[] aBefore = a.clone();
    kernels.gemm(
        p.ta(), p.tb(), p.m(), p.n(), p.k(), p.alpha(), a, ao, lda, b, bo, ldb, p.beta(), c, co,
        ldc);
    for (int i = 0; i < c.length; i++) {
      double bound = 2e-16 * (2 + Math.sqrt(p.k())) * scale[i];
      if (!(Math.abs(c[i] - expected[i]) <= bound)) {
        assertEquals(expected[i], c[i], bound, "element " + i + " of " + p);
      }
    }
    assertTrue(Arrays.equals(aBefore, a), "input changed");
  }

  private static void fill(double[] c, int co, Product p, int ldc, double value) {
    for (int i = 0; i < p.m(); i++) {
      Arrays.fill(c, co + i * ldc, co + i * ldc + p.n(), value);
    }
  }

  /// `scale` gets the sum of magnitudes, which bounds the rounding error; 0 outside the product.
  private static void naive(
      Product p,
      double[] a,
      int ao,
      int lda,
      double[] b,
      int bo,
      int ldb,
      double[] c,
      double[] scale,
      int co,
      int ldc) {
    for (int i = 0; i < p.m(); i++) {
      for (int j = 0; j < p.n(); j++) {
        double sum = 0;
        double magnitude = 0;
        for (int l = 0; l < p.k(); l++) {
          double term =
              a[ao + (p.ta() ? l * lda + i : i * lda + l)]
                  * b[bo + (p.tb() ? j * ldb + l : l * ldb + j)];
          sum += term;
          magnitude += Math.abs(term);
        }
        int at = co + i * ldc + j;
        double old = p.beta() == 0 ? 0 : p.beta() * c[at];
        c[at] = p.alpha() * sum + old;
        scale[at] = Math.abs(p.alpha()) * magnitude + Math.abs(old);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void anEmptyInnerIndexScalesOnly(Kernels kernels) {
    double[] c = {1, 2, 3, 4};
    double[] none = new double[0];
    kernels.gemm(false, false, 2, 2, 0, 1, none, 0, 1, none, 0, 2, 0.5, c, 0, 2);
    assertTrue(Arrays.equals(new double[] {0.5, 1, 1.5, 2}, c));
    kernels.gemm(false, false, 2, 2, 0, 1, none, 0, 1, none, 0, 2, 0, c, 0, 2);
    assertTrue(Arrays.equals(new double[4], c));
    kernels.gemm(false, false, 0, 2, 2, 1, none, 0, 2, c, 0, 2, 0, c, 0, 2);
  }

  @Test
  void nativeProductsRefuseToLeaveTheirArrays() {
    org.junit.jupiter.api.Assumptions.assumeTrue(OpenBlasKernels.isLoaded());
    Kernels kernels = new OpenBlasKernels(new PlainKernels());
    double[] full = new double[900];
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> kernels.gemm(false, false, 30, 30, 30, 1, full, 1, 30, full, 0, 30, 0, full, 0, 30));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> kernels.gemm(false, true, 30, 31, 30, 1, full, 0, 30, full, 0, 30, 0, full, 0, 31));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> kernels.gemm(false, false, 30, 30, 30, 1, full, 0, 29, full, 0, 30, 0, full, 0, 30));
  }
}
