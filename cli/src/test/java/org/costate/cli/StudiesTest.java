package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.costate.cli.evaluate.SharedCases;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The studies of `examples` as a whole. They take hours; stopped and started again they go on, run
/// by run.
@Tag("experiment")
class StudiesTest {
  private static final Path RUNS = Path.of("target/experiments");

  @Test
  void charactersTransport() throws IOException {
    run("characters-transport", "data.text=" + SharedCases.place("data/tinyshakespeare.txt"));
  }

  @Test
  void charactersOverfit() throws IOException {
    run("characters-overfit", "data.text=" + SharedCases.place("data/tinyshakespeare.txt"));
  }

  @Test
  void lorenzMultilevel() throws IOException {
    run("lorenz-multilevel", "run.patience=0");
  }

  @Test
  void linearQuadraticSolvers() throws IOException {
    run("linear-quadratic-solvers", "run.patience=0");
  }

  @Test
  void sineSolvers() throws IOException {
    run("sine-solvers", "run.patience=0");
  }

  @Test
  void digitsCertificate() throws IOException {
    run("digits-certificate", "data.csv=" + SharedCases.place("data/digits.csv"));
  }

  @Test
  void digitsTransport() throws IOException {
    run("digits-transport", "data.csv=" + SharedCases.place("data/digits.csv"));
  }

  private static void run(String name, String data) throws IOException {
    Files.createDirectories(RUNS);
    Path json = RUNS.resolve(name + ".json");
    Call call =
        Call.of(
            "study",
            "../examples/" + name + ".json",
            "--out",
            RUNS.resolve(name).toString(),
            "--set",
            data,
            "--json",
            json.toString());
    assertEquals(0, call.exitCode(), call.err());
    JsonNode summary = new ObjectMapper().readTree(Files.readString(json));
    assertTrue(summary.get("missing").isEmpty(), summary.get("missing").toString());
    assertFalse(summary.get("trends").isEmpty(), "a study says what it expects");
    for (JsonNode trend : summary.get("trends")) {
      boolean appears = trend.get("verdict").asText().equals("appears");
      assertTrue(appears || !trend.get("reasons").isEmpty(), "no reason: " + trend);
    }
  }
}
