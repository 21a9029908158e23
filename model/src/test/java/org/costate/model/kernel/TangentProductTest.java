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

  /// A product of random operands, of which some may be absent.
  ///
  /// @param apart what the rows of factors are longer than they need be
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
      boolean hasCDot,
      int apart,
      long seed) {
    static Case draw(SplittableRandom random) {
      int factors = 1 + random.nextInt(3);
      int results = 1 + random.nextInt(3);
      return new Case(
          random.nextBoolean(),
          random.nextBoolean(),
          SIZES[random.nextInt(SIZES.length)],
          SIZES[random.nextInt(SIZES.length)],
          SIZES[random.nextInt(SIZES.length)],
          new double[] {1, -1, 0.37}[random.nextInt(3)],
          new double[] {0, 1, -0.6}[random.nextInt(3)],
          (factors & 1) != 0,
          (factors & 2) != 0,
          (results & 1) != 0,
          (results & 2) != 0,
          random.nextInt(3),
          random.nextLong());
    }

    int lda() {
      return (ta ? m : k) + apart;
    }

    int ldb() {
      return (tb ? k : n) + apart;
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
      return hasCDot ? result(5, C_DOT) : Kernels.ABSENT;
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

    /// The affine map `A B + 1 bᵀ` with its tangent, without transposition.
    double[][] affineBy(Kernels kernels, double[] bias, double[] biasDot) {
      double[] c = c();
      double[] cDot = cDot();
      kernels.affineWithTangent(
          m, n, k, a(), A, aDot(), A_DOT, lda(), b(), B, bDot(), B_DOT, ldb(), bias, 3, biasDot, 4,
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
    check(kernels, new Case(true, false, 130, 520, 260, 1, 1, true, true, true, true, 0, 1));
    check(kernels, new Case(false, true, 300, 33, 513, 1, 0, true, true, true, true, 1, 2));
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
      if (!p.hasCDot) {
        continue;
      }
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
  @MethodSource("allPrecisions")
  void affineMapsAreProductsAndRowsAddedToTheBit(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(19);
    try (Crew crew = new Crew(3)) {
      Kernels divided = Tiers.divided(kernels, crew);
      for (int m : new int[] {1, 3, 16, 33, 140}) {
        for (int n : new int[] {1, 8, 15, 16, 24, 32, 37, 96}) {
          for (int k : new int[] {1, 8, 33, 70}) {
            boolean hasC = m != 3;
            boolean hasCDot = m != 16;
            Case p =
                new Case(
                    false, false, m, n, k, 1, 0, k > 1, k != 8, hasC, hasCDot, n % 3, m * n + k);
            double[] bias = n == 24 ? Kernels.ABSENT : Tiers.normal(random, n + 3);
            double[] biasDot = n == 32 ? Kernels.ABSENT : Tiers.normal(random, n + 4);
            double[][] expected = p.by(kernels);
            if (hasC && bias.length > 0) {
              kernels.addToRows(m, n, bias, 3, expected[0], C, p.ldc());
            }
            if (hasCDot && biasDot.length > 0) {
              kernels.addToRows(m, n, biasDot, 4, expected[1], C_DOT, p.ldc());
            }
            assertBits(expected, p.affineBy(kernels, bias, biasDot), kernels, p);
            assertBits(expected, p.affineBy(divided, bias, biasDot), divided, p);
          }
        }
      }
    }
  }

  private static void assertBits(double[][] expected, double[][] found, Kernels by, Case p) {
    assertArrayEquals(expected[0], found[0], by.tier() + ", value of " + p);
    assertArrayEquals(expected[1], found[1], by.tier() + ", tangent of " + p);
  }

  /// All tiers, with small products in single precision too, and with large ones only.
  static java.util.stream.Stream<Kernels> allPrecisions() {
    return java.util.stream.Stream.of(
            Tiers.all(),
            Tiers.single(),
            Tiers.all().map(tier -> (Kernels) new SinglePrecisionKernels(tier)))
        .flatMap(tiers -> tiers);
  }

  @ParameterizedTest
  @MethodSource("allPrecisions")
  void threadsDoNotChangeABit(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(20);
    try (Crew two = new Crew(2);
        Crew three = new Crew(3)) {
      Kernels byTwo = Tiers.divided(kernels, two);
      Kernels byThree = Tiers.divided(kernels, three);
      for (int trial = 0; trial < 300; trial++) {
        Case p = Case.draw(random);
        double[][] whole = p.by(kernels);
        assertBits(whole, p.by(byTwo), kernels, p);
        assertBits(whole, p.by(byThree), kernels, p);
      }
    }
  }

  /// Calls with two results each share some of them, and are cut differently or too small to be
  /// cut.
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
    k.gemmWithTangent(
        false, false, 2, 2, 2, 1, a, 0, b, 0, 96, b, 0, a, 0, 96, 1, c, third, c, second, 96);
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

  /// One member has fewer columns of the first call than the other, and then rows of the second
  /// that the other has not come to yet.
  @ParameterizedTest
  @MethodSource("tiers")
  void aMemberThatIsDoneFirstDoesNotOvertake(Kernels kernels) {
    double[] apart = unevenly(kernels);
    try (Crew crew = new Crew(2)) {
      Kernels divided = new DividedKernels(kernels, crew);
      for (int i = 0; i < 200; i++) {
        assertArrayEquals(apart, unevenly(divided), kernels.tier());
      }
    }
  }

  private static double[] unevenly(Kernels k) {
    int many = 1200;
    SplittableRandom random = new SplittableRandom(5);
    double[] a = Tiers.normal(random, 24 * many);
    double[] b = Tiers.normal(random, 24 * many);
    double[] none = Kernels.ABSENT;
    double[] c = new double[2 * 24 * 24];
    int second = 24 * 24;
    k.gather();
    k.gemmWithTangent(
        false, false, 24, 24, many, 1, a, 0, a, 0, many, b, 0, none, 0, 24, 1, c, 0, c, second, 24);
    k.gemmWithTangent(
        false, false, 24, 8, 21, 1, b, 0, b, 5, 24, a, 0, none, 0, 24, 1, none, 0, c, second, 24);
    k.complete();
    return c;
  }
}
