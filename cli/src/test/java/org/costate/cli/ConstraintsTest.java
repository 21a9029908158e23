package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Constraints in experiment files: kept and reported, or refused with what is wrong.
class ConstraintsTest {
  private static final String EXPERIMENT =
      """
      {"name": "small", "data": {"kind": "lorenz", "samples": 40, "context": 4, "horizon": 1, "validation": 0.15},
       "model": {"width": 4, "heads": 2, "hidden": 4, "epsilon": 0.1}, "time": {"steps": 2},
       "optimiser": {"iterations": %d, "batch": %d, "warmup": 0, "kind": "%s"%s},
       "objective": {"energy": %s},
       "constraints": [%s],
       "certificate": {"sequences": 2},
       "run": {"validateEvery": 3, "checkpointEvery": 3, "tolerance": 1e-8}}
      """;

  @TempDir private Path folder;

  private Call train(String kind, int iterations, String more, String constraints)
      throws IOException {
    int batch = kind.equals("adamw") ? 8 : 0;
    String energy = kind.equals("adamw") ? "0" : "0.5";
    String text = EXPERIMENT.formatted(iterations, batch, kind, more, energy, constraints);
    Path file = Files.writeString(folder.resolve("small.json"), text);
    List<String> args = new ArrayList<>(List.of("train", file.toString(), "--no-report"));
    args.addAll(List.of("--quiet", "--json", folder.resolve("r.json").toString()));
    args.addAll(List.of("--out", folder.resolve("run").toString()));
    return Call.of(args.toArray(String[]::new));
  }

  private JsonNode result() throws IOException {
    return new ObjectMapper().readTree(Files.readString(folder.resolve("r.json")));
  }

  private static void assertKept(JsonNode constraints, double stationarity) {
    assertTrue(constraints.get("feasible").asBoolean(), constraints.toString());
    JsonNode kkt = constraints.get("kkt");
    assertTrue(kkt.get("inequality").asDouble() <= 1e-8, kkt.toString());
    assertTrue(kkt.get("equality").asDouble() <= 1e-8, kkt.toString());
    assertTrue(kkt.get("stationarity").asDouble() <= stationarity, kkt.toString());
    assertTrue(kkt.get("complementarity").asDouble() <= stationarity, kkt.toString());
  }

  @Test
  void firstOrderTrainingKeepsItsConstraints() throws IOException {
    Call call =
        train(
            "adamw",
            12,
            "",
            """
            {"kind": "spectral-norm", "on": ["attention.*.weight", "feed-forward.*.weight"], "bound": 0.5},
            {"kind": "box", "on": ["*.gain"], "lower": 0, "upper": 0.8},
            {"kind": "norm", "on": ["readout.weight"], "bound": 0.7},
            {"kind": "linear", "on": ["readout.bias"], "coefficients": [1], "bound": -0.1}
            """);
    assertEquals(0, call.exitCode(), call.err());
    JsonNode result = result();
    assertKept(result.get("constraints"), 10);
    JsonNode rows = result.get("constraints").get("rows");
    assertEquals(2 * 4 + 5 + 1 + 1, rows.size(), rows.toString());
    assertTrue(rows.get(0).get("array").asText().startsWith("attention.qkv.weight"));
    JsonNode certificate = result.get("certificate");
    assertTrue(certificate.get("lipschitz").asDouble() >= certificate.get("gain").asDouble());
    assertTrue(certificate.get("gain").asDouble() > 0);
    assertEquals(2, certificate.get("steps").size());
  }

  /// The linear–quadratic example with its inputs in a box: one minimum, found by two solvers.
  @Test
  void projectedGradientsEndAtTheConstrainedMinimumThatSqpFinds() throws IOException {
    double[] least = new double[2];
    for (String kind : List.of("projected-gradient", "sqp")) {
      Call call =
          Call.of(
              "train",
              "../examples/linear-quadratic.json",
              "--quiet",
              "--no-report",
              "--out",
              folder.resolve(kind).toString(),
              "--json",
              folder.resolve("r.json").toString(),
              "--set",
              "optimiser.kind=" + kind,
              "--set",
              "constraints=[{\"kind\":\"box\",\"on\":[\"*\"],\"lower\":-0.5,\"upper\":0.5}]");
      assertEquals(0, call.exitCode(), call.err());
      assertEquals("stationary", result().get("stop").asText());
      assertKept(result().get("constraints"), 1e-8);
      assertTrue(result().at("/constraints/kkt/multiplier").asDouble() > 0.01, "it is active");
      assertTrue(result().get("optimum").isNull(), "the known optimum is that without a box");
      least[kind.equals("sqp") ? 1 : 0] = result().at("/objective/last").asDouble();
    }
    assertEquals(least[1], least[0], 1e-12);
    assertTrue(least[0] > 0.68, "the box costs something");
  }

  @Test
  void sqpMeetsTerminalConstraintsWithTheReadoutAlone() throws IOException {
    Call call =
        train(
            "sqp",
            40,
            ", \"free\": [\"readout.*\", \"final-norm.*\"]",
            """
            {"kind": "box", "on": ["readout.*"], "lower": -0.3, "upper": 0.3},
            {"kind": "terminal", "feature": 0, "value": 0.2},
            {"kind": "terminal", "feature": 1, "lower": -0.1, "upper": 0.1}
            """);
    assertEquals(0, call.exitCode(), call.err());
    assertEquals("stationary", result().get("stop").asText(), result().toString());
    assertKept(result().get("constraints"), 1e-7);
  }

  static Stream<Arguments> refusals() {
    String box = "{\"kind\": \"box\", \"on\": [\"%s\"], \"lower\": %s, \"upper\": %s}";
    return Stream.of(
        Arguments.of("adamw", "{\"on\": [\"x\"]}", List.of("constraints[0]", "kind")),
        Arguments.of(
            "adamw",
            "{\"kind\": \"spectral\", \"on\": [\"x\"]}",
            List.of("spectral-norm", "Maybe")),
        Arguments.of(
            "adamw",
            box.formatted("readuot.weight", "0", "1"),
            List.of("constraints[0].on", "readuot.weight", "Maybe \"readout.weight\"?")),
        Arguments.of("adamw", box.formatted("*.weight", "1", "-1"), List.of("1.0", "-1.0")),
        Arguments.of(
            "adamw",
            "{\"kind\": \"norm\", \"on\": [\"*.weight\"], \"bound\": -1}",
            List.of("radius -1.0", "at least 0")),
        Arguments.of("adamw", "{\"kind\": \"norm\", \"on\": [\"*.weight\"]}", List.of("bound")),
        Arguments.of(
            "adamw",
            "{\"kind\": \"norm\", \"on\": [\"*.weight\"], \"bound\": 1, \"lower\": 0}",
            List.of("\"lower\"", "only bound, on")),
        Arguments.of(
            "adamw",
            box.formatted("readout.weight", "1", "2")
                + ", {\"kind\": \"norm\", \"on\": [\"readout.weight\"], \"bound\": 0.5}",
            List.of("readout.weight", "norm <= 0.5", "violated by")),
        Arguments.of(
            "adamw",
            "{\"kind\": \"linear\", \"on\": [\"readout.weight\"], \"coefficients\": [1, 2],"
                + " \"bound\": 1}",
            List.of("coefficients", "2 numbers")),
        Arguments.of(
            "adamw",
            "{\"kind\": \"terminal\", \"feature\": 0, \"value\": 1}",
            List.of("constraints[0]", "sqp")),
        Arguments.of(
            "lbfgs", box.formatted("*.weight", "0", "1"), List.of("lbfgs", "projected-gradient")),
        Arguments.of(
            "sqp",
            "{\"kind\": \"terminal\", \"feature\": 99, \"value\": 1}",
            List.of("feature", "99")),
        Arguments.of("sqp", "", List.of("unknowns", "at most 300", "Maybe")));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("refusals")
  void whatCannotBe(String kind, String constraints, List<String> words) throws IOException {
    Call call = train(kind, 3, "", constraints);
    assertEquals(2, call.exitCode(), call.err());
    assertTrue(call.err().lines().count() <= 3, call.err());
    words.forEach(word -> assertTrue(call.err().contains(word), word + " in: " + call.err()));
    assertFalse(Files.exists(folder.resolve("run/experiment.json")), "nothing was written");
  }

  /// The mean output can only be as large as the readout lets it.
  @Test
  void terminalConstraintsOutOfReachAreNamed() throws IOException {
    Call call =
        train(
            "sqp",
            8,
            ", \"free\": [\"readout.*\"]",
            """
            {"kind": "box", "on": ["readout.*"], "lower": -0.1, "upper": 0.1},
            {"kind": "terminal", "feature": 0, "value": 50}
            """);
    assertEquals(1, call.exitCode(), call.err());
    assertTrue(call.err().contains("mean of output feature 0 = 50.0"), call.err());
    assertFalse(result().get("constraints").get("feasible").asBoolean());
  }
}
