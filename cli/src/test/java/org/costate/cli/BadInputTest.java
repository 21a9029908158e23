package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What people get wrong is told in one to three lines with the right exit code, and nothing is
/// written.
class BadInputTest {
  private static final String TINY =
      """
      {"name": "tiny", "data": {"kind": "lorenz", "samples": 200, "context": 8, "horizon": 2},
       "model": {"width": 8, "heads": 2}, "time": {"steps": 2},
       "optimiser": {"iterations": 6, "batch": 4, "warmup": 1}, "run": {"validateEvery": 3, "checkpointEvery": 3}}
      """;

  @TempDir Path folder;

  private Call train(String... more) throws Exception {
    Path experiment = Files.writeString(folder.resolve("tiny.json"), TINY);
    List<String> all =
        Stream.concat(
                Stream.of(
                    "train",
                    experiment.toString(),
                    "--out",
                    folder.resolve("run").toString(),
                    "--quiet",
                    "--no-report"),
                Arrays.stream(more))
            .toList();
    return Call.of(all.toArray(String[]::new));
  }

  private static void assertRefused(Call call, int code, String... words) {
    assertAll(
        () -> assertEquals(code, call.exitCode(), call.err()),
        () -> assertTrue(call.err().lines().count() <= 3, call.err()),
        () -> assertFalse(call.err().contains("\tat "), "no stack trace: " + call.err()));
    for (String word : words) {
      assertTrue(call.err().contains(word), "expected \"" + word + "\" in: " + call.err());
    }
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        Arguments.of("model.widht=8", new String[] {"widht", "Maybe \"width\"?"}),
        Arguments.of(
            "model.width=wide", new String[] {"model.width", "\"wide\"", "a whole number"}),
        Arguments.of("model.heads=3", new String[] {"3 heads", "divides the width", "Maybe"}),
        Arguments.of("time.end=-1", new String[] {"time.end", "-1", "positive"}),
        Arguments.of("time.steps=0", new String[] {"time.steps", "at least 1"}),
        Arguments.of("model.stack=0", new String[] {"model.stack", "at least 1"}),
        Arguments.of(
            "robustness.levels=[0.1,-1]", new String[] {"robustness.levels", "-1", "at least 0"}),
        Arguments.of("robustness.draws=0", new String[] {"robustness.draws", "at least 1"}),
        Arguments.of("optimiser.rate=-0.1", new String[] {"optimiser.rate", "positive"}),
        Arguments.of("data.context=100000", new String[] {"context + horizon", "Maybe"}),
        Arguments.of("model.activation=gelo-erf", new String[] {"gelo-erf", "Maybe \"gelu-erf\"?"}),
        Arguments.of("data.kind=text", new String[] {"data.text", "found no file"}),
        Arguments.of("objective.transport=-2", new String[] {"objective.transport", "at least 0"}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("settings")
  void aSettingThatCannotBe(String setting, String[] words) throws Exception {
    assertRefused(train("--set", setting), 2, words);
    assertFalse(Files.exists(folder.resolve("run/experiment.json")), "nothing was written");
  }

  static Stream<Arguments> files() {
    return Stream.of(
        Arguments.of("empty.txt", "", new String[] {"empty"}),
        Arguments.of("short.txt", "abc", new String[] {"short.txt", "context + 1"}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void aTextThatCannotBe(String name, String content, String[] words) throws Exception {
    Path text = Files.writeString(folder.resolve(name), content);
    assertRefused(train("--set", "data.kind=text", "--set", "data.text=" + text), 2, words);
  }

  static Stream<Arguments> tables() {
    return Stream.of(
        Arguments.of("text.csv", "a,b\n1,2\n3,four\n", new String[] {"text.csv", "four", "b"}),
        Arguments.of("nan.csv", "a,b\n1,2\nNaN,3\n", new String[] {"nan.csv", "NaN", "a"}),
        Arguments.of("ragged.csv", "a,b\n1,2\n3\n", new String[] {"ragged.csv"}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tables")
  void aTableThatCannotBe(String name, String content, String[] words) throws Exception {
    Path csv = Files.writeString(folder.resolve(name), content);
    assertRefused(train("--set", "data.kind=series", "--set", "data.csv=" + csv), 2, words);
  }

  @Test
  void aRateThatDiverges() throws Exception {
    Path json = folder.resolve("diverged.json");
    Call call =
        train(
            "--set",
            "optimiser.rate=1e200",
            "--set",
            "optimiser.warmup=0",
            "--set",
            "optimiser.clip=0",
            "--set",
            "optimiser.iterations=40",
            "--json",
            json.toString());
    assertRefused(call, 3, "attention, step 0", "Maybe a smaller optimiser.rate");
    JsonNode result = new ObjectMapper().readTree(json.toFile());
    assertEquals("rejected", result.get("stop").asText());
    assertTrue(result.at("/validation/last").isNull());
    // What was best before is kept.
    assertEquals(
        result.at("/validation/first").asDouble(), result.at("/validation/best").asDouble());
  }

  @Test
  void aMissingExperiment() throws Exception {
    Files.writeString(folder.resolve("tiny.json"), TINY);
    Call call = Call.of("train", folder.resolve("tinny.json").toString());
    assertRefused(call, 2, "found no such file", "Maybe", "tiny.json");
  }

  @Test
  void aMissingText() throws Exception {
    assertRefused(train("--set", "data.kind=text", "--set", "data.text=none.txt"), 2, "none.txt");
  }

  @Test
  void brokenJson() throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.json"), "{\"name\": ");
    assertRefused(Call.of("train", broken.toString()), 2, "broken JSON", "line 1");
  }

  @Test
  void aMisspeltOption() throws Exception {
    assertRefused(train("--sed", "1"), 2, "--sed", "--seed");
  }

  @Test
  void aRunFolderThatIsAFile() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    Path experiment = Files.writeString(folder.resolve("tiny.json"), TINY);
    Call call = Call.of("train", experiment.toString(), "--out", file.toString());
    assertRefused(call, 2, "file");
    assertEquals("", Files.readString(file));
  }

  @Test
  void aRunFolderInUse() throws Exception {
    assertEquals(0, train().exitCode());
    byte[] before = Files.readAllBytes(folder.resolve("run/checkpoint.safetensors"));
    assertRefused(train(), 2, "found a folder with files in it", "--resume");
    assertEquals(
        Arrays.hashCode(before),
        Arrays.hashCode(Files.readAllBytes(folder.resolve("run/checkpoint.safetensors"))));
  }

  @Test
  void aDamagedCheckpoint() throws Exception {
    assertEquals(0, train().exitCode());
    Path checkpoint = folder.resolve("run/checkpoint.safetensors");
    byte[] whole = Files.readAllBytes(checkpoint);
    Files.write(checkpoint, Arrays.copyOf(whole, whole.length / 2));
    Call call = Call.of("train", "--resume", folder.resolve("run").toString());
    assertRefused(call, 2, "checkpoint.safetensors");
  }

  @Test
  void aRateThatBlowsUp() throws Exception {
    Call call =
        train(
            "--set",
            "optimiser.rate=1e200",
            "--set",
            "optimiser.minimumRate=1e200",
            "--set",
            "optimiser.iterations=40",
            "--set",
            "optimiser.clip=0");
    assertRefused(call, 3, "step", "substep", "Maybe");
    assertTrue(
        Files.exists(folder.resolve("run/checkpoint.safetensors")), "what there is, is kept");
  }

  @Test
  void noVerb() {
    assertRefused(Call.of(), 2, "verb");
  }
}
