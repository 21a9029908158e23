package org.costate.cli.evaluate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Models with float64 references that lie beside the project, where they do.
public final class SharedCases {
  private SharedCases() {}

  /// The folder of a case; the test is skipped where it is absent.
  public static Path folder(String name) {
    return place("cases/" + name);
  }

  /// A file or folder beside the project; the test is skipped where it is absent.
  public static Path place(String name) {
    Optional<Path> found =
        Stream.of(System.getProperty("costate.shared", ""), "../shared", "../../shared")
            .filter(root -> !root.isEmpty())
            .map(root -> Path.of(root, name))
            .filter(Files::exists)
            .findFirst();
    Assumptions.assumeTrue(found.isPresent(), "no shared/" + name);
    return found.orElseThrow();
  }
}
