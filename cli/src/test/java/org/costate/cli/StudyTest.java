package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A small study from its file to its summary.
class StudyTest {
  private static final String EXPERIMENT =
      """
      {"name": "small", "data": {"kind": "shapes", "samples": 40, "heldOut": 20, "context": 8},
       "model": {"width": 8, "heads": 2, "hidden": 16}, "time": {"steps": 2},
       "optimiser": {"iterations": 6, "batch": 8, "warmup": 2}, "run": {"validateEvery": 3, "checkpointEvery": 3},
       "robustness": {"levels": [0, 0.3], "draws": 2}}
      """;
  private static final String STUDY =
      """
      {"name": "small-study", "experiment": "small.json", "about": "What does a transport cost do?",
       "published": {"source": "Somebody 2025", "quantity": "test loss", "statement": "it falls"},
       "set": {"model.hidden": 12}, "seeds": [1],
       "trends": [
         {"statement": "Tied weights are fewer", "quantity": "parameters", "configuration": "transport", "relation": "less", "than": "plain"},
         {"statement": "Nothing is learnt", "quantity": "validation.last", "configuration": "plain", "relation": "greater", "bound": 1000,
          "otherwise": "The runs are much too short."}],
       "configurations": [
         {"name": "plain", "seeds": [1, 2, 3], "published": 2.68},
         {"name": "transport", "set": {"objective.transport": 1, "time.basis": "constant"}}]}
      """;

  @TempDir Path folder;
  private Path study;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("small.json"), EXPERIMENT);
    study = Files.writeString(folder.resolve("study.json"), STUDY);
    out = folder.resolve("runs");
  }

  private Call call(String... more) {
    List<String> arguments = new ArrayList<>(List.of("study", study.toString(), "--quiet"));
    arguments.addAll(List.of("--out", out.toString()));
    arguments.addAll(List.of(more));
    return Call.of(arguments.toArray(String[]::new));
  }

  private JsonNode json(String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--json", "-"));
    arguments.addAll(List.of(more));
    Call call = call(arguments.toArray(String[]::new));
    assertEquals(0, call.exitCode(), call.err());
    return new ObjectMapper().readTree(call.out());
  }

  private JsonNode result(String run) throws IOException {
    return new ObjectMapper().readTree(Files.readString(out.resolve(run).resolve("result.json")));
  }

  @Test
  void sumsUpItsRunsWithTheDifferenceOfConfigurationsFirst() throws IOException {
    JsonNode summary = json();
    assertEquals("objective.transport", summary.at("/configuration/0/key").asText());
    assertEquals("[\"0.0\",\"1.0\"]", summary.at("/configuration/0/values").toString());
    assertEquals("time.basis", summary.at("/configuration/1/key").asText());
    assertEquals(2, summary.get("configuration").size(), "and nothing else differs");

    double[] best = new double[3];
    for (int seed = 1; seed <= 3; seed++) {
      JsonNode result = result("plain/seed-" + seed);
      best[seed - 1] = result.at("/validation/best").asDouble();
      // Nothing disturbed is what training itself judged by.
      assertEquals(best[seed - 1], result.at("/robustness/rows/0/best").asDouble());
      assertEquals(
          result.at("/validation/last").asDouble(),
          result.at("/robustness/rows/0/last").asDouble());
    }
    double mean = (best[0] + best[1] + best[2]) / 3;
    double squares = 0;
    for (double x : best) {
      squares += (x - mean) * (x - mean);
    }
    JsonNode plain = summary.at("/results/0");
    assertEquals(mean, plain.at("/measures/validation.best/mean").asDouble(), 1e-15);
    double deviation = plain.at("/measures/validation.best/deviation").asDouble();
    assertEquals(Math.sqrt(squares / 2), deviation, 1e-12);
    assertTrue(deviation > 0, "seeds differ");
    assertEquals("[1,2,3]", plain.get("seeds").toString());
    assertEquals(2.68, plain.get("published").asDouble());

    JsonNode transport = summary.at("/results/1");
    assertTrue(transport.at("/measures/validation.best/deviation").isNull(), "of one seed: none");
    assertTrue(transport.get("parameters").asLong() < plain.get("parameters").asLong());
    assertEquals(0.3, transport.at("/robustness/1/level").asDouble());
    assertEquals("appears", summary.at("/trends/0/verdict").asText());
    assertEquals("opposite", summary.at("/trends/1/verdict").asText());
    String page = Files.readString(out.resolve("report.html"));
    for (String told :
        List.of(
            "Keys that differ",
            "Robustness",
            "Somebody 2025",
            "Of 2 expected trends 1 appear",
            "The runs are much too short.")) {
      assertTrue(page.contains(told), told);
    }
  }

  @Test
  void goesOnWhereItWasStopped() throws IOException {
    JsonNode first = json("--only", "plain", "--no-report");
    assertEquals("[\"transport seed 1\"]", first.get("missing").toString());
    byte[] kept = Files.readAllBytes(out.resolve("plain/seed-1/result.json"));
    JsonNode before = result("plain/seed-2");
    Files.delete(out.resolve("plain/seed-2/result.json"));

    JsonNode second = json("--no-report");
    assertTrue(second.get("missing").isEmpty());
    assertArrayEquals(kept, Files.readAllBytes(out.resolve("plain/seed-1/result.json")));
    JsonNode after = result("plain/seed-2");
    assertEquals(before.get("validation"), after.get("validation"));
    assertEquals(before.get("robustness"), after.get("robustness"));
    assertEquals(
        first.at("/results/0/measures/validation.best"),
        second.at("/results/0/measures/validation.best"));
  }

  @Test
  void doesNotMixRunsOfOtherConfigurations() throws IOException {
    json("--only", "transport", "--no-report");
    Call other = call("--only", "transport", "--set", "optimiser.rate=0.001", "--no-report");
    assertEquals(2, other.exitCode());
    assertTrue(other.err().contains("optimiser.rate is 0.002 there, 0.001 here"), other.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"transport\", \"set\"          | \"trans/port\", \"set\"       | letters, digits",
        "\"transport\", \"set\"          | \"plain\", \"set\"            | two configurations of"
            + " the name",
        "objective.transport            | objective.transprt           | Maybe \"transport\"",
        "\"objective.transport\": 1      | \"objective.transport\": -1    | configuration"
            + " transport: objective.transport",
        "\"small.json\"                  | \"smal.json\"                 | small.json",
        "\"seeds\": [1],                 | \"seeds\": [],                | at least one seed",
        "\"than\": \"plain\"             | \"than\": \"plan\"               | Maybe \"plain\"",
        "\"than\": \"plain\"             | \"bound\": null                | neither of",
        "\"validation.last\"            | \"validation.lst\"             | Maybe"
            + " \"validation.last\"",
        "\"relation\": \"less\"          | \"relation\": \"lesser\"        | one of less, greater",
        "\"published\": {\"source\"       | \"publishd\": {\"source\"      | Maybe \"published\"",
        "\"time.basis\": \"constant\"     | \"robustness.levels\": [-1]   | robustness.levels",
      })
  void refusesWhatItCannotRunBeforeItRunsAnything(String right, String wrong, String told)
      throws IOException {
    assertTrue(STUDY.contains(right), right);
    Files.writeString(study, STUDY.replace(right, wrong));
    Call call = call();
    assertEquals(2, call.exitCode(), call.err());
    assertTrue(call.err().contains(told), call.err());
    assertFalse(Files.exists(out));
  }

  @Test
  void trainRunsAStudyToo() throws IOException {
    Call train = Call.of("train", study.toString(), "--quiet", "--out", out.toString());
    assertEquals(0, train.exitCode(), train.err());
    JsonNode trained = result("plain/seed-1");
    JsonNode results = json().get("results");
    assertEquals(2, results.size());
    assertEquals(trained, result("plain/seed-1"), "not run again");
  }

  @Test
  void namesTheNearestConfigurationAndTheVerbForExperiments() {
    assertTrue(call("--only", "plan").err().contains("Maybe \"plain\""));
    Call experiment = Call.of("study", folder.resolve("small.json").toString());
    assertEquals(2, experiment.exitCode());
    assertTrue(experiment.err().contains("found the unknown key"), experiment.err());
  }
}
