package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.costate.model.kernel.KernelTier;
import org.costate.model.kernel.Tiers;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;

/// A JVM that is started without any option has no Vector API, and keeps the contract all the same.
class WithoutFlagsTest {
  @Test
  void everyOperatorKeepsTheContractWithoutAnyFlag() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WithoutFlagsTest.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), answer);
    assertTrue(answer.contains("vector module: false"), answer);
    int passed = Integer.parseInt(answer.replaceAll("(?s).*passed: (\\d+).*", "$1"));
    assertTrue(passed >= 13 * OperatorCatalogue.all().size(), answer);
  }

  private static int run(DynamicNode node) throws Throwable {
    if (node instanceof DynamicTest test) {
      test.getExecutable().execute();
      return 1;
    }
    int passed = 0;
    try (Stream<? extends DynamicNode> children = ((DynamicContainer) node).getChildren()) {
      for (DynamicNode child : children.toList()) {
        passed += run(child);
      }
    }
    return passed;
  }

  /// The contract of all operators in the tiers that are there; ends with an error if one fails.
  public static void main(String[] arguments) throws Throwable {
    System.out.println(
        "vector module: " + ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    System.out.println("kernels: " + KernelTier.fromEnvironment());
    int passed = 0;
    for (var kernels : Tiers.all().toList()) {
      for (OperatorCase entry : OperatorCatalogue.all()) {
        passed += run(OperatorContract.tests(entry, kernels));
      }
    }
    System.out.println("passed: " + passed);
  }
}
