package org.costate.model.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Products of rounded operands: their error, their bits, and which products they are.
class SinglePrecisionTest {
  /// Half a unit in the last place of a single number near one.
  private static final double UNIT = 0x1p-24;

  private static final int[] SIZES = {1, 2, 3, 7, 8, 16, 31, 32, 33, 64, 257};

  static Stream<Kernels> tiers() {
    return Tiers.single();
  }

  private record Product(
      boolean ta, boolean tb, int m, int n, int k, double alpha, double beta, long seed) {
    static Product draw(SplittableRandom random) {
      return new Product(
          random.nextBoolean(),
          random.nextBoolean(),
          SIZES[random.nextInt(SIZES.length)],
          SIZES[random.nextInt(SIZES.length)],
          SIZES[random.nextInt(SIZES.length)],
          new double[] {1, -0.3}[random.nextInt(2)],
          new double[] {0, 1, -0.6}[random.nextInt(3)],
          random.nextLong());
    }

    int lda() {
      return (ta ? m : k) + 3;
    }

    int ldb() {
      return (tb ? k : n) + 2;
    }

    int ldc() {
      return n + 1;
    }

    double[] a() {
      return Tiers.normal(new SplittableRandom(seed), 5 + (ta ? k : m) * lda());
    }

    double[] b() {
      return Tiers.normal(new SplittableRandom(seed + 1), 4 + (tb ? n : k) * ldb());
    }

    double[] c() {
      return Tiers.normal(new SplittableRandom(seed + 2), 6 + m * ldc());
    }

    double[] by(Kernels kernels, double[] a, double[] b) {
      double[] c = c();
      kernels.gemm(ta, tb, m, n, k, alpha, a, 5, lda(), b, 4, ldb(), beta, c, 6, ldc());
      return c;
    }

    double[] by(Kernels kernels) {
      return by(kernels, a(), b());
    }
  }

  /// Off by what rounding both operands does, and what sums of up to 256 terms in single precision
  /// do, which grows like the root of their number: not by the length of the inner index.
  @ParameterizedTest
  @MethodSource("tiers")
  void errorsAreThoseOfRoundingTheOperands(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(5);
    for (int trial = 0; trial < 600; trial++) {
      check(kernels, Product.draw(random));
    }
    check(kernels, new Product(false, false, 40, 40, 5000, 1, 1, 1));
    check(kernels, new Product(true, false, 600, 33, 300, 1, 0, 2));
  }

  private static void check(Kernels kernels, Product p) {
    double[] found = p.by(kernels);
    double[] expected = p.by(new PlainKernels());
    double[] magnitudes =
        new Product(p.ta, p.tb, p.m, p.n, p.k, Math.abs(p.alpha), 0, p.seed)
            .by(new PlainKernels(), magnitudes(p.a()), magnitudes(p.b()));
    double chain = Math.sqrt(Math.min(p.k, FloatGemm.BLOCK));
    boolean rounded = false;
    for (int i = 0; i < found.length; i++) {
      boolean inside = i >= 6 && (i - 6) % p.ldc() < p.n && (i - 6) / p.ldc() < p.m;
      double bound = inside ? UNIT * (2 + chain) * magnitudes[i] : 0;
      assertEquals(
          expected[i], found[i], bound + Math.ulp(expected[i]), "element " + i + " of " + p);
      rounded |= inside && Math.abs(expected[i] - found[i]) > 0x1p-40 * magnitudes[i];
    }
    assertTrue(rounded, "found no rounding in " + p);
  }

  private static double[] magnitudes(double[] x) {
    return Arrays.stream(x).map(Math::abs).toArray();
  }

  @Test
  void plainAndVectorTilesGiveTheSameBits() {
    List<Kernels> tiers = tiers().toList();
    Assumptions.assumeTrue(tiers.size() == 2);
    SplittableRandom random = new SplittableRandom(6);
    for (int trial = 0; trial < 600; trial++) {
      Product p = Product.draw(random);
      assertArrayEquals(p.by(tiers.get(0)), p.by(tiers.get(1)), p.toString());
    }
    assertEquals(new Workout(tiers.get(0)).run(), new Workout(tiers.get(1)).run());
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void bitsStayTheSameWhileTheyWarmUpAndNothingIsAllocated(Kernels kernels) {
    Workout workout = new Workout(kernels);
    long first = workout.run();
    for (int i = 0; i < 3000; i++) {
      assertEquals(first, workout.run());
    }
    Allocation.assertGetsToNothing(
        1800,
        "100 runs of every method in " + kernels.tier(),
        () -> {
          for (int i = 0; i < 100; i++) {
            workout.run();
          }
        });
    assertNotEquals(new Workout(new PlainKernels()).run(), first);
  }

  /// Parts of a large product stay large, and small products are those of the kernels given.
  @ParameterizedTest
  @MethodSource("chosen")
  void threadsDoNotChangeABit(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(7);
    try (Crew two = new Crew(2);
        Crew three = new Crew(3)) {
      Kernels byTwo = Tiers.divided(kernels, two);
      Kernels byThree = Tiers.divided(kernels, three);
      for (int trial = 0; trial < 200; trial++) {
        Product p = Product.draw(random);
        double[] whole = p.by(kernels);
        assertArrayEquals(whole, p.by(byTwo), p.toString());
        assertArrayEquals(whole, p.by(byThree), p.toString());
      }
    }
  }

  /// The kernels that a run gets, on top of every tier.
  static Stream<Kernels> chosen() {
    List<Kernels> chosen = new ArrayList<>();
    for (String tier : List.of("plain", "vector", "openblas")) {
      try {
        chosen.add(KernelTier.of(tier).in(Precision.FLOAT32).kernels());
      } catch (org.costate.model.InputException e) {
        // Not on this machine.
      }
    }
    return chosen.stream();
  }

  @ParameterizedTest
  @MethodSource("chosen")
  void smallProductsStayInDoublePrecision(Kernels kernels) {
    Kernels exact = ((SinglePrecisionKernels) kernels).rest();
    for (Product p :
        List.of(
            new Product(false, false, 32, 32, 32, 1, 0, 1),
            new Product(false, true, 512, 16, 512, 1, 0, 2))) {
      assertArrayEquals(p.by(exact), p.by(kernels), kernels.tier());
    }
    Product large = new Product(false, false, 64, 64, 64, 1, 0, 3);
    assertFalse(Arrays.equals(large.by(exact), large.by(kernels)), kernels.tier());
    assertTrue(kernels.tier().contains("single precision"), kernels.tier());
  }

  @Test
  void theChangeFromPlainToVectorTilesShowsInNoBit() throws InterruptedException {
    Assumptions.assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    WarmingTiles tiles = WarmingTiles.start();
    Kernels kernels = new SinglePrecisionKernels.Always(new PlainKernels(), new FloatGemm(tiles));
    Workout workout = new Workout(kernels);
    long first = workout.run();
    for (int i = 0; i < 300; i++) {
      assertEquals(first, workout.run());
    }
    assertTrue(tiles.awaitWarm(), "the thread in the background failed");
    assertEquals(first, workout.run());
  }

  /// What is too large for single precision becomes infinite, not wrong; where it is, sweeps stop.
  @ParameterizedTest
  @MethodSource("tiers")
  void numbersOutOfRangeBecomeInfinite(Kernels kernels) {
    double[] a = {1e39, 1};
    double[] b = {1, 1};
    double[] c = new double[1];
    kernels.gemm(false, false, 1, 1, 2, 1, a, 0, 2, b, 0, 1, 0, c, 0, 1);
    assertEquals(Double.POSITIVE_INFINITY, c[0]);
  }
}
