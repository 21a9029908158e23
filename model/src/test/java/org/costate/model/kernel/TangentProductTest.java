package org.costate.model.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Products with their tangents, `C := α A B + β C` and `Ċ := α (Ȧ B + A Ḃ) + β Ċ`.
class TangentProductTest {
  private static final int[] SIZES = {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 24, 33, 64, 65};

  // Where operands and results begin in their arrays.
  private static final int A = 1;
  private static final int A_DOT = 3;
  private static final int B = 2;
  private static final int B_DOT = 0;
  private static final int C = 3;
  private static final int C_DOT = 5;

  static java.util.stream.Stream<Kernels> tiers() {
    return Tiers.all();
  }

  /// A product of random operands; of `hasADot`, `hasBDot` and `hasC` some may be false.
  private record Case(
      boolean ta,
      boolean tb,
      int m,
      int n,
      int k,
      double alpha,
      double beta,
      boolean hasADot,
      boolean hasBDot,
      boolean hasC,
      long seed) {
    static Case draw(SplittableRandom random) {
      int present = 1 + random.nextInt(3);
      return new Case(
          random.nextBoolean(),
          random.nextBoolean(),
          SIZES[random.nextInt(SIZES.length)],
          SIZES[random.nextInt(SIZES.length)],
          SIZES[random.nextInt(SIZES.length)],
          new double[] {1, -1, 0.37}[random.nextInt(3)],
          new double[] {0, 1, -0.6}[random.nextInt(3)],
          (present & 1) != 0,
          (present & 2) != 0,
          random.nextBoolean(),
          random.nextLong());
    }

    int lda() {
      return (ta ? m : k) + 2;
    }

    int ldb() {
      return (tb ? k : n) + 1;
    }

    int ldc() {
      return n + 3;
    }

    private double[] random(int which, int size) {
      return Tiers.normal(new SplittableRandom(seed + which), size);
    }

    double[] a() {
      return random(0, A + (ta ? k : m) * lda());
    }

    double[] aDot() {
      return hasADot ? random(1, A_DOT + (ta ? k : m) * lda()) : Kernels.ABSENT;
    }

    double[] b() {
      return random(2, B + (tb ? n : k) * ldb());
    }

    double[] bDot() {
      return hasBDot ? random(3, B_DOT + (tb ? n : k) * ldb()) : Kernels.ABSENT;
    }

    /// What a result holds before: numbers that must not be read are none.
    double[] result(int which, int offset) {
      double[] c = random(which, offset + m * ldc() + 2);
      for (int i = 0; beta == 0 && i < m; i++) {
        Arrays.fill(c, offset + i * ldc(), offset + i * ldc() + n, Double.NaN);
      }
      return c;
    }

    double[] c() {
      return hasC ? result(4, C) : Kernels.ABSENT;
    }

    double[] cDot() {
      return result(5, C_DOT);
    }

    /// `C`, then `Ċ`.
    double[][] by(Kernels kernels) {
      double[] c = c();
      double[] cDot = cDot();
      kernels.gemmWithTangent(
          ta, tb, m, n, k, alpha, a(), A, aDot(), A_DOT, lda(), b(), B, bDot(), B_DOT, ldb(), beta,
          c, C, cDot, C_DOT, ldc());
      return new double[][] {c, cDot};
    }

    /// `[Ȧ, A]` as a stored matrix without transposition, zeros for what is absent.
    double[] besides() {
      double[] both = new double[m * 2 * k];
      place(aDot(), A_DOT, ta ? 1 : lda(), ta ? lda() : 1, m, k, both, 0, 2 * k);
      place(a(), A, ta ? 1 : lda(), ta ? lda() : 1, m, k, both, k, 2 * k);
      return both;
    }

    /// `[B; Ḃ]`.
    double[] below() {
      double[] both = new double[2 * k * n];
      place(b(), B, tb ? 1 : ldb(), tb ? ldb() : 1, k, n, both, 0, n);
      place(bDot(), B_DOT, tb ? 1 : ldb(), tb ? ldb() : 1, k, n, both, k * n, n);
      return both;
    }

    private static void place(
        double[] x, int xo, int down, int right, int rows, int cols, double[] to, int at, int ld) {
      for (int i = 0; x.length > 0 && i < rows; i++) {
        for (int j = 0; j < cols; j++) {
          to[at + i * ld + j] = x[xo + i * down + j * right];
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void equalsLoopsOverTheTermsOfBothProducts(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(17);
    for (int trial = 0; trial < 700; trial++) {
      check(kernels, Case.draw(random));
    }
    check(kernels, new Case(true, false, 130, 520, 260, 1, 1, true, true, true, 1));
    check(kernels, new Case(false, true, 300, 33, 513, 1, 0, true, true, true, 2));
  }

  /// Against loops inside the result, unchanged outside it; the value has the bits of the product.
  private static void check(Kernels kernels, Case p) {
    double[][] found = p.by(kernels);
    if (p.hasC) {
      double[] c = p.c();
      kernels.gemm(
          p.ta, p.tb, p.m, p.n, p.k, p.alpha, p.a(), A, p.lda(), p.b(), B, p.ldb(), p.beta, c, C,
          p.ldc());
      assertArrayEquals(c, found[0], "value of " + p);
    }
    double[] before = p.cDot();
    double[] besides = p.besides();
    double[] below = p.below();
    for (int at = 0; at < before.length; at++) {
      int i = Math.floorDiv(at - C_DOT, p.ldc());
      int j = Math.floorMod(at - C_DOT, p.ldc());
      double expected = before[at];
      double scale = 0;
      if (i >= 0 && i < p.m && j < p.n) {
        double sum = 0;
        for (int l = 0; l < 2 * p.k; l++) {
          double term = p.alpha * besides[i * 2 * p.k + l] * below[l * p.n + j];
          sum += term;
          scale += Math.abs(term);
        }
        double kept = p.beta == 0 ? 0 : p.beta * before[at];
        expected = sum + kept;
        scale += Math.abs(kept);
      }
      double bound = 2e-16 * (2 + Math.sqrt(2.0 * p.k)) * scale;
      if (!(Math.abs(found[1][at] - expected) <= bound)) {
        assertEquals(expected, found[1][at], bound, "element " + at + " of " + p);
      }
    }
  }

  /// A zero that is left out leaves the same chain as one that is multiplied.
  @Test
  void everyResultIsOneChainOverTheTermsOfBothProducts() {
    SplittableRandom random = new SplittableRandom(18);
    Kernels plain = new PlainKernels();
    for (int trial = 0; trial < 300; trial++) {
      Case p = Case.draw(random);
      double[] chain = p.cDot();
      plain.gemm(
          false,
          false,
          p.m,
          p.n,
          2 * p.k,
          p.alpha,
          p.besides(),
          0,
          2 * p.k,
          p.below(),
          0,
          p.n,
          p.beta,
          chain,
          C_DOT,
          p.ldc());
      Tiers.all()
          .filter(tier -> !(tier instanceof OpenBlasKernels))
          .forEach(tier -> assertArrayEquals(chain, p.by(tier)[1], tier.tier() + " " + p));
    }
  }

  /// Whole vectors, ragged columns, single rows, absent rows and directions.
  @ParameterizedTest
  @MethodSource("tiers")
  void affineMapsAreProductsAndRowsAddedToTheBit(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(19);
    for (int m : new int[] {1, 3, 16, 33, 140}) {
      for (int n : new int[] {1, 8, 15, 16, 24, 32, 37, 96}) {
        for (int k : new int[] {1, 8, 33, 70}) {
          Case p = new Case(false, false, m, n, k, 1, 0, k > 1, k != 8, m != 3, random.nextLong());
          double[] bias = n == 24 ? Kernels.ABSENT : Tiers.normal(random, n + 3);
          double[] biasDot = n == 32 ? Kernels.ABSENT : Tiers.normal(random, n + 4);
          double[][] expected = p.by(kernels);
          if (p.hasC && bias.length > 0) {
            kernels.addToRows(m, n, bias, 3, expected[0], C, p.ldc());
          }
          if (biasDot.length > 0) {
            kernels.addToRows(m, n, biasDot, 4, expected[1], C_DOT, p.ldc());
          }
          double[] c = p.c();
          double[] cDot = p.cDot();
          kernels.affineWithTangent(
              m, n, k, p.a(), A, p.aDot(), A_DOT, p.lda(), p.b(), B, p.bDot(), B_DOT, p.ldb(), bias,
              3, biasDot, 4, c, C, cDot, C_DOT, p.ldc());
          assertArrayEquals(expected[0], c, kernels.tier() + " value of " + p);
          assertArrayEquals(expected[1], cDot, kernels.tier() + " tangent of " + p);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void threadsDoNotChangeABit(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(20);
    try (Crew two = new Crew(2);
        Crew three = new Crew(3)) {
      Kernels byTwo = Tiers.divided(kernels, two);
      Kernels byThree = Tiers.divided(kernels, three);
      for (int trial = 0; trial < 300; trial++) {
        Case p = Case.draw(random);
        double[][] whole = p.by(kernels);
        for (int result = 0; result < 2; result++) {
          assertArrayEquals(whole[result], p.by(byTwo)[result], kernels.tier() + " " + p);
          assertArrayEquals(whole[result], p.by(byThree)[result], kernels.tier() + " " + p);
        }
      }
    }
  }

  /// Two calls with two results each share one of them, and are cut differently.
  @ParameterizedTest
  @MethodSource("tiers")
  void gatheredCallsThatShareAResultAddInTheirOrder(Kernels kernels) {
    double[] apart = gathered(kernels);
    for (int threads = 2; threads <= 4; threads++) {
      try (Crew crew = new Crew(threads)) {
        Kernels divided = new DividedKernels(kernels, crew);
        for (int i = 0; i < 50; i++) {
          assertArrayEquals(apart, gathered(divided), kernels.tier() + ", threads " + threads);
        }
      }
    }
  }

  private static double[] gathered(Kernels k) {
    SplittableRandom random = new SplittableRandom(4);
    double[] a = Tiers.normal(random, 96 * 96);
    double[] b = Tiers.normal(random, 96 * 96);
    double[] c = new double[3 * 9216];
    int second = 9216;
    int third = 2 * 9216;
    k.gather();
    k.gemmWithTangent(
        false, false, 96, 96, 40, 1, a, 0, b, 0, 96, b, 0, a, 0, 96, 1, c, 0, c, second, 96);
    k.gemmWithTangent(
        false, true, 96, 8, 96, 1, b, 0, a, 0, 96, a, 0, b, 0, 96, 1, c, third, c, second, 96);
    k.addColumnSums(96, 96, b, 0, 96, c, second);
    k.axpy(3, 0.7, b, 0, c, second);
    k.gemmWithTangent(
        true,
        false,
        96,
        96,
        96,
        1,
        a,
        0,
        b,
        0,
        96,
        b,
        0,
        Kernels.ABSENT,
        0,
        96,
        1,
        Kernels.ABSENT,
        0,
        c,
        second,
        96);
    k.gemm(true, false, 96, 8, 96, 1, a, 0, 96, b, 0, 96, 1, c, third, 96);
    k.complete();
    return c;
  }
}
