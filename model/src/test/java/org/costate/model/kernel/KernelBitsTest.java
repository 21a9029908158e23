package org.costate.model.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bits do not depend on how warm the JVM is, and warm kernels allocate nothing.
class KernelBitsTest {
  /// Runs; every method is called several times in each.
  private static final int WARM = 3_000;

  static Stream<Kernels> tiers() {
    return Tiers.all();
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void aWarmRunGivesTheBitsOfTheFirst(Kernels kernels) {
    Workout workout = new Workout(kernels);
    long first = workout.run();
    for (int i = 0; i < WARM; i++) {
      assertEquals(first, workout.run(), kernels.tier());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "vector", "openblas"})
  void interpretedAndWarmBitsAreTheSame(String tier) throws IOException, InterruptedException {
    kernelsOrSkip(tier);
    Workout workout = new Workout(Workout.cold(tier));
    long warm = 0;
    for (int i = 0; i < WARM / 2; i++) {
      warm = workout.run();
    }
    assertEquals("checksum " + warm, inANewJvm(tier, "-Xint"), "interpreted only");
    assertEquals("checksum " + warm, inANewJvm(tier, "-XX:TieredStopAtLevel=1"), "first compiler");
  }

  private static Kernels kernelsOrSkip(String tier) {
    try {
      return KernelTier.of(tier).kernels();
    } catch (org.costate.model.InputException e) {
      return Assumptions.abort(e.getMessage());
    }
  }

  private static String inANewJvm(String tier, String flag)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                flag,
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Workout.class.getName(),
                tier)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    return answer.strip();
  }

  @Test
  void vectorAndPlainGiveTheSameBits() {
    kernelsOrSkip("vector");
    assertEquals(new Workout(new PlainKernels()).run(), new Workout(new VectorKernels()).run());
  }

  @Test
  void theChangeFromPlainToVectorKernelsShowsInNoBit() throws InterruptedException {
    kernelsOrSkip("vector");
    WarmingKernels kernels = WarmingKernels.start();
    Workout workout = new Workout(kernels);
    long first = workout.run();
    for (int i = 0; i < WARM / 10; i++) {
      assertEquals(first, workout.run());
    }
    assertTrue(kernels.awaitWarm(), "the thread in the background failed");
    assertEquals(first, workout.run());
  }

  @Test
  void theCheckSumSeesOneBit() {
    Kernels plain = new PlainKernels();
    Kernels other =
        (Kernels)
            java.lang.reflect.Proxy.newProxyInstance(
                Kernels.class.getClassLoader(),
                new Class<?>[] {Kernels.class},
                (proxy, method, arguments) -> {
                  Object result = method.invoke(plain, arguments);
                  return method.getName().equals("dot") ? Math.nextUp((double) result) : result;
                });
    assertNotEquals(new Workout(plain).run(), new Workout(other).run());
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void warmKernelsAllocateNothing(Kernels kernels) {
    Workout workout = new Workout(kernels);
    Allocation.assertGetsToNothing(
        1800,
        "100 runs of every method in " + kernels.tier(),
        () -> {
          for (int i = 0; i < 100; i++) {
            workout.run();
          }
        });
  }
}
