package org.costate.model.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Divided work has the bits of whole work, is really divided, and allocates nothing.
class DividedKernelsTest {
  static Stream<Kernels> tiers() {
    return Tiers.all();
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void threadsDoNotChangeABit(Kernels kernels) {
    long whole = new Workout(kernels).run();
    for (int threads = 1; threads <= 4; threads++) {
      try (Crew crew = new Crew(threads)) {
        Workout workout = new Workout(Tiers.divided(kernels, crew));
        for (int i = 0; i < 50; i++) {
          assertEquals(whole, workout.run(), kernels.tier() + ", threads " + threads);
        }
      }
    }
  }

  /// Sizes of real sweeps, where only what is worth it is divided.
  @ParameterizedTest
  @MethodSource("tiers")
  void productsOfEveryShapeKeepTheirBits(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(3);
    int[] sizes = {7, 16, 50, 96};
    try (Crew crew = new Crew(3)) {
      Kernels divided = new DividedKernels(kernels, crew);
      for (int m : sizes) {
        for (int n : sizes) {
          for (int flags = 0; flags < 4; flags++) {
            double[] a = Tiers.normal(random, m * 33);
            double[] b = Tiers.normal(random, 33 * n);
            double[] start = Tiers.normal(random, m * n);
            assertArrayEquals(
                product(kernels, flags, m, n, a, b, start),
                product(divided, flags, m, n, a, b, start),
                kernels.tier() + " " + m + " x " + n);
          }
        }
      }
    }
  }

  private static double[] product(
      Kernels kernels, int flags, int m, int n, double[] a, double[] b, double[] start) {
    double[] c = start.clone();
    boolean left = (flags & 1) != 0;
    boolean right = (flags & 2) != 0;
    kernels.gemm(left, right, m, n, 33, 0.7, a, 0, left ? m : 33, b, 0, right ? 33 : n, 1, c, 0, n);
    if (flags > 0) {
      return c;
    }
    double[] both = Arrays.copyOf(c, 2 * c.length);
    kernels.affine(m, n, 33, a, 0, 33, b, 0, n, Arrays.copyOf(b, n), 0, both, c.length, n);
    return both;
  }

  /// Several calls add to one result, cut alike, cut differently, and one of them too small to be
  /// cut; there are more than are handed over together.
  @ParameterizedTest
  @MethodSource("tiers")
  void gatheredCallsAddInTheirOrder(Kernels kernels) {
    double[] apart = gathered(kernels);
    for (int threads = 1; threads <= 4; threads++) {
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
    double[] c = new double[5 * 9216];
    k.gather();
    for (int i = 0; i < 5; i++) {
      k.gemm(false, false, 96, 96, 96, 1, a, 0, 96, b, 0, 96, 1, c, i * 9216, 96);
      k.gemm(false, true, 96, 96, 40, .3, a, 0, 96, b, 0, 96, 1, c, i * 9216, 96);
      k.affine(80, 96, 40, a, 0, 96, b, 0, 96, b, i, c, i * 9216, 96);
      k.axpy(9216, 0.1 + i, a, 0, c, i * 9216);
      k.addColumnSums(96, 96, b, 0, 96, c, i * 9216);
      k.axpy(3, 0.7, b, 0, c, i * 9216);
      k.gemm(true, false, 96, 96, 96, 1, a, 0, 96, b, 0, 96, 1, c, i * 9216, 96);
    }
    k.complete();
    return c;
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void gatheredCallsAreDoneWhenTheyAreComplete(Kernels kernels) {
    Set<Thread> products = ConcurrentHashMap.newKeySet();
    double[] x = Tiers.normal(new SplittableRandom(1), 96 * 96);
    try (Crew crew = new Crew(3)) {
      DividedKernels divided =
          new DividedKernels(watched(kernels, products, ConcurrentHashMap.newKeySet()), crew);
      double[] result = new double[9216];
      divided.gather();
      divided.gemm(false, false, 96, 96, 96, 1, x, 0, 96, x, 0, 96, 0, result, 0, 96);
      if (kernels.divisible(96, 96, 96)) {
        assertEquals(Set.of(), products);
      }
      divided.complete();
      double[] whole = new double[9216];
      kernels.gemm(false, false, 96, 96, 96, 1, x, 0, 96, x, 0, 96, 0, whole, 0, 96);
      assertArrayEquals(whole, result);

      if (kernels.divisible(96, 96, 96)) {
        divided.gather();
        divided.gemm(false, false, 96, 96, 96, 1, x, 0, 96, x, 0, 96, 1, result, 0, 96);
        divided.abandon();
        divided.activate(Activation.TANH, 9216, whole, 0, new double[9216], 0);
        assertArrayEquals(whole, result);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void everyMemberOfTheCrewGetsAShare(Kernels kernels) {
    Set<Thread> products = ConcurrentHashMap.newKeySet();
    Set<Thread> others = ConcurrentHashMap.newKeySet();
    Kernels watched = watched(kernels, products, others);
    double[] x = Tiers.normal(new SplittableRandom(1), 96 * 96);
    try (Crew crew = new Crew(3)) {
      Kernels divided = new DividedKernels(watched, crew);
      divided.gemm(false, false, 96, 96, 96, 1, x, 0, 96, x, 0, 96, 0, new double[9216], 0, 96);
      divided.activate(Activation.TANH, x.length, x, 0, x, 0);
    }
    assertEquals(kernels.divisible(96, 96, 96) ? 3 : 1, products.size());
    assertEquals(3, others.size());
  }

  private static Kernels watched(Kernels kernels, Set<Thread> products, Set<Thread> others) {
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "gemmWithTangent" -> products.add(Thread.currentThread());
                case "activate" -> others.add(Thread.currentThread());
                case "parts" -> {
                  return proxy;
                }
                default -> {}
              }
              return method.invoke(kernels, arguments);
            });
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void dividingAllocatesNothing(Kernels kernels) {
    try (Crew crew = new Crew(2)) {
      Workout workout = new Workout(Tiers.divided(kernels, crew));
      Allocation.assertGetsToNothing(
          300,
          "50 runs of every method in " + kernels.tier(),
          () -> {
            for (int i = 0; i < 50; i++) {
              workout.run();
            }
          });
    }
  }
}
