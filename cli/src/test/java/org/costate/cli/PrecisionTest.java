package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrecisionTest {
  private static final String EXPERIMENT =
      """
      {"name": "precision", "data": {"kind": "lorenz", "samples": 300, "context": 8, "horizon": 2},
       "model": {"width": 64, "heads": 2}, "time": {"steps": 2},
       "optimiser": {"iterations": 3, "batch": 16, "warmup": 1}}
      """;

  @TempDir private Path folder;

  private double objective(String precision) throws IOException {
    Path file = Files.writeString(folder.resolve("e.json"), EXPERIMENT);
    Path json = folder.resolve(precision + ".json");
    Call call =
        Call.of(
            "train",
            file.toString(),
            "--quiet",
            "--precision",
            precision,
            "--json",
            json.toString(),
            "--out",
            folder.resolve(precision).toString());
    assertEquals(0, call.exitCode(), call.err());
    JsonNode found = JsonMapper.builder().build().readTree(json.toFile());
    return found.at("/objective/last").doubleValue();
  }

  /// The report says in what it was computed; its checks of the gradient are in double precision.
  @Test
  void trainingInSinglePrecisionIsCloseAndSaysSo() throws IOException {
    double exact = objective("float64");
    double single = objective("float32");
    assertNotEquals(exact, single);
    assertEquals(exact, single, 1e-4 * Math.abs(exact));
    assertTrue(report("float32").contains("large products in single precision"));
    assertFalse(report("float64").contains("large products in single precision"));
  }

  private String report(String precision) throws IOException {
    return Files.readString(folder.resolve(precision).resolve("report.html"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "evaluate", "bench"})
  void unknownPrecisionsAreRefused(String verb) {
    String[] arguments =
        verb.equals("evaluate")
            ? new String[] {verb, "nowhere", "--input", "x", "--precision", "float16"}
            : new String[] {verb, "--precision", "float16"};
    Call call = Call.of(arguments);
    assertEquals(2, call.exitCode());
    assertTrue(call.err().contains("float64 or float32"), call.err());
    assertTrue(call.err().contains("Maybe"), call.err());
  }
}
