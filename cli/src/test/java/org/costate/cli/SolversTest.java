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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.costate.cli.train.History;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The solvers from experiment files.
class SolversTest {
  /// The least cost of the example by the Riccati recursion in decimal arithmetic of 40 digits.
  private static final double RICCATI = 0.6737817130572943;

  private static final Path EXAMPLES = Path.of("..", "examples");

  @TempDir Path folder;

  private JsonNode train(String example, String... settings) throws IOException {
    Path out = folder.resolve(example + settings.length + String.join("", settings).hashCode());
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                EXAMPLES.resolve(example).toString(),
                "--out",
                out.toString(),
                "--quiet",
                "--no-report"));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    Call call = Call.of(arguments.toArray(String[]::new));
    assertEquals(0, call.exitCode(), call.err());
    return new ObjectMapper().readTree(out.resolve(History.FILE).toFile());
  }

  @ParameterizedTest
  @CsvSource({"newton,2,Δ", "gauss-newton,2,Δ", "levenberg-marquardt,12,μ", "lbfgs,40,α"})
  void theLinearQuadraticExampleIsSolved(String kind, int most, String step) throws IOException {
    JsonNode history = train("linear-quadratic.json", "optimiser.kind=" + kind);
    JsonNode rows = history.get("iterations");
    double reached = rows.get(rows.size() - 1).get("value").asDouble();
    assertEquals(RICCATI, reached, 1e-8 * RICCATI);
    assertTrue(rows.size() <= most, kind + " took " + rows.size());
    assertEquals(step, history.get("step_name").asText());
    assertFalse(Files.exists(folder.resolve("model")));
  }

  /// From the origin no control pays: the state stays there.
  @Test
  void aPathOfLengthZeroHasNoStraightness() throws IOException {
    Path out = folder.resolve("still");
    Call call =
        Call.of(
            "train",
            EXAMPLES.resolve("linear-quadratic.json").toString(),
            "--set",
            "data.system.start=[0,0,0]",
            "--out",
            out.toString(),
            "--quiet");
    assertEquals(0, call.exitCode(), call.err());
    assertTrue(call.out().contains("nothing moves"), call.out());
    assertFalse(call.out().contains("NaN"), call.out());
    JsonNode result = new ObjectMapper().readTree(out.resolve("result.json").toFile());
    assertTrue(result.at("/transport/straightness").isNull());
    assertTrue(Files.readString(out.resolve("report.html")).contains("nothing moves"));
  }

  @Test
  void theExtendedMethodSolvesItTooAndLogsItsBound() throws IOException {
    JsonNode rows =
        train("linear-quadratic.json", "optimiser.kind=emsa", "optimiser.iterations=90")
            .get("iterations");
    assertEquals(RICCATI, rows.get(rows.size() - 1).get("value").asDouble(), 1e-8 * RICCATI);
    for (int i = 0; i + 1 < 20; i++) {
      JsonNode row = rows.get(i);
      double decrease = row.get("value").asDouble() - rows.get(i + 1).get("value").asDouble();
      assertTrue(decrease >= row.get("required_decrease").asDouble());
      assertTrue(row.get("pmp_gap").asDouble() > 0);
      assertTrue(row.get("state_feasibility").asDouble() > 0);
    }
  }

  /// The study of `examples` as it stands: every solver on one problem, in one table.
  @Test
  void theStudyCountsTheIterationsOfEverySolver() throws IOException {
    Path out = folder.resolve("solvers");
    String study = EXAMPLES.resolve("linear-quadratic-solvers.json").toString();
    Call call = Call.of("study", study, "--out", out.toString(), "--quiet", "--json", "-");
    assertEquals(0, call.exitCode(), call.err());
    JsonNode results = new ObjectMapper().readTree(call.out()).get("results");
    Map<String, Integer> most = new HashMap<>();
    most.putAll(Map.of("newton", 1, "gauss-newton", 1, "sqp", 1, "levenberg-marquardt", 3));
    most.putAll(Map.of("lbfgs", 20, "projected-gradient", 60, "emsa", 90));
    for (JsonNode row : results) {
      String name = row.get("name").asText();
      JsonNode measures = row.get("measures");
      assertTrue(measures.at("/optimum.iterations_to1e6/mean").asInt(1000) < 450, name);
      int tight = measures.at("/optimum.iterations_to1e8/mean").asInt(1000);
      assertTrue(tight <= most.getOrDefault(name, 500), name + " took " + tight);
      double last = row.get("milestones").get(6).get("mean").asDouble();
      assertEquals(RICCATI, last, (most.containsKey(name) ? 1e-9 : 0.01) * RICCATI, name);
    }
    assertEquals(9, results.size());
    String page = Files.readString(out.resolve("report.html"));
    assertTrue(page.contains("Relative distance from the least cost"), "no curve");
    assertTrue(page.contains("iterations to 1e-8"), "no table");
    assertFalse(page.contains("Cost on held-out data"), "nothing is held out here");
  }

  /// From weights a tenth as large all gradients are small: gradient descent does not leave, E-MSA
  /// and Adam do.
  @Test
  void theStudyOfTheSineComparesStarts() throws IOException {
    Path out = folder.resolve("sine");
    String study = EXAMPLES.resolve("sine-solvers.json").toString();
    Call call =
        Call.of(
            "study",
            study,
            "--out",
            out.toString(),
            "--quiet",
            "--no-report",
            "--seed",
            "1",
            "--set",
            "optimiser.iterations=11",
            "--set",
            "optimiser.minimumRate=0",
            "--json",
            "-");
    assertEquals(0, call.exitCode(), call.err());
    Map<String, JsonNode> after = new HashMap<>();
    for (JsonNode row : new ObjectMapper().readTree(call.out()).get("results")) {
      after.put(row.get("name").asText(), row.get("milestones"));
    }
    int ten = 3;
    double extended = after.get("emsa").get(ten).get("mean").asDouble();
    for (String other : List.of("adam", "sgd")) {
      double reached = after.get(other).get(ten).get("mean").asDouble();
      assertTrue(extended < 0.2 * reached, extended + " against " + reached + " of " + other);
    }
    double flat = after.get("flat-emsa").get(0).get("mean").asDouble();
    double descent = after.get("flat-sgd").get(0).get("mean").asDouble();
    assertTrue(flat < 0.7 * descent, "after one step " + flat + " against " + descent);
  }

  /// Li, Chen, Tai, E (arXiv 1710.09513): E-MSA falls fast in the first iterations.
  @Test
  void theExtendedMethodLeadsAtFirstOnTheSine() throws IOException {
    double extended = last(train("sine.json", "optimiser.iterations=8"));
    double adam = last(train("sine.json", "optimiser.kind=adamw", "optimiser.iterations=8"));
    double descent =
        last(
            train(
                "sine.json",
                "optimiser.kind=sgd",
                "optimiser.rate=0.005",
                "optimiser.minimumRate=0.005",
                "optimiser.iterations=8"));
    assertTrue(extended < 0.3 * adam, extended + " against Adam's " + adam);
    assertTrue(extended < 0.3 * descent, extended + " against " + descent);
  }

  private Call lorenz(String... settings) {
    List<String> arguments = new ArrayList<>(List.of("train"));
    arguments.add(EXAMPLES.resolve("lorenz.json").toString());
    arguments.addAll(List.of("--quiet", "--no-report", "--out", folder.resolve("l").toString()));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return Call.of(arguments.toArray(String[]::new));
  }

  /// Windows of a series overlap; the whole training set is the same ones in every iteration.
  @Test
  void theWholeTrainingSetIsOneFixedObjective() throws IOException {
    String[] small = {
      "data.samples=200", "optimiser.batch=0", "optimiser.kind=lbfgs", "optimiser.iterations=25"
    };
    Call call = lorenz(small);
    assertEquals(0, call.exitCode(), call.err());
    JsonNode rows =
        new ObjectMapper().readTree(folder.resolve("l/history.json").toFile()).get("iterations");
    for (int i = 0; i + 1 < rows.size(); i++) {
      double before = rows.get(i).get("value").asDouble();
      assertTrue(rows.get(i + 1).get("value").asDouble() < before, "iteration " + i);
    }
    assertEquals(25, rows.size());
    Call batches = lorenz("optimiser.kind=lbfgs");
    assertEquals(2, batches.exitCode());
    assertTrue(batches.err().contains("optimiser.batch: found 16"), batches.err());
  }

  @Test
  void aDivergingRateIsSaid() {
    Call call = lorenz("optimiser.rate=1000", "optimiser.iterations=40");
    assertEquals(3, call.exitCode(), call.err());
    assertTrue(call.err().contains("nothing better than the start"), call.err());
    assertTrue(call.err().contains("Maybe a smaller optimiser.rate"), call.err());
  }

  @Test
  void constraintsThatCannotHoldTogetherAreNamed() {
    Call call =
        lorenz(
            "data.samples=200",
            "optimiser.kind=sqp",
            "optimiser.batch=0",
            "optimiser.free=[\"readout.bias\"]",
            "constraints=[{\"kind\":\"terminal\",\"feature\":0,\"value\":0.3},"
                + "{\"kind\":\"box\",\"on\":[\"readout.bias\"],\"lower\":-0.01,\"upper\":0.01}]");
    assertEquals(1, call.exitCode(), call.err());
    assertTrue(call.err().contains("mean of output feature 0 = 0.3"), call.err());
  }

  private static double last(JsonNode history) {
    JsonNode rows = history.get("iterations");
    return rows.get(rows.size() - 1).get("value").asDouble();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "optimiser.kind=neuton",
        "optimiser.secondOrder.radius=0",
        "optimiser.secondOrder.forcing=1",
        "optimiser.secondOrder.dense=100000",
        "optimiser.maximum.penalty=0",
        "optimiser.maximum.iterations=0",
        "optimiser.maximum.tolerence=0.1",
        "data.system.a=[1]",
        "data.system.terminal=-1",
        "run.tolerance=-1"
      })
  void badNumbersAreRefusedByName(String setting) {
    Call call =
        Call.of(
            "train",
            EXAMPLES.resolve("linear-quadratic.json").toString(),
            "--out",
            folder.resolve("refused").toString(),
            "--set",
            setting,
            "--quiet");
    assertEquals(2, call.exitCode(), call.err());
    String key = setting.substring(0, setting.indexOf('='));
    String name = key.substring(key.lastIndexOf('.') + 1);
    assertTrue(call.err().contains(name) || call.err().contains("neuton"), call.err());
  }
}
