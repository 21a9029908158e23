package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.costate.cli.train.Checkpoint;
import org.costate.interop.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Coarse grids in time first, and the search for a learning rate before.
class MultilevelTest {
  private static final String LORENZ = "../examples/lorenz.json";
  private static final String LEVELS =
      "multilevel=[{\"steps\": 2, \"iterations\": 160}, {\"steps\": 4, \"iterations\": 80}]";

  @TempDir Path folder;

  private Call train(String name, String... settings) {
    List<String> arguments = new ArrayList<>(List.of("train", LORENZ, "--quiet", "--no-report"));
    arguments.addAll(List.of("--out", folder.resolve(name).toString(), "--json", "-"));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return Call.of(arguments.toArray(String[]::new));
  }

  private static JsonNode json(Call call) throws IOException {
    assertEquals(0, call.exitCode(), call.err());
    return new ObjectMapper().readTree(call.out());
  }

  @Test
  void givesALowerCostForTheSameWork() throws IOException {
    double one = 0;
    double three = 0;
    for (String seed : List.of("1", "2")) {
      JsonNode single = json(train("single" + seed, "seed=" + seed));
      JsonNode multi =
          json(train("multi" + seed, "seed=" + seed, LEVELS, "optimiser.iterations=40"));
      long work = 0;
      for (JsonNode level : multi.get("levels")) {
        work += level.get("work").asLong();
      }
      assertEquals(8 * single.get("iterations").asLong(), work, "the same work");
      assertEquals(3, multi.get("levels").size());
      assertTrue(single.get("levels").isEmpty());
      // A prolonged model is a finer discretisation of the same flow: it begins about where the
      // coarse one ended.
      double coarse = multi.at("/levels/1/validation").asDouble();
      double begun = multi.at("/validation/first").asDouble();
      assertTrue(begun < 0.2 * single.at("/validation/first").asDouble(), coarse + " to " + begun);
      one += single.at("/validation/last").asDouble();
      three += multi.at("/validation/last").asDouble();
    }
    assertTrue(three < one, three + " on three levels, " + one + " on one");
  }

  @Test
  void goesOnFromAnyLevelToTheSameBits() throws IOException {
    String[] settings = {
      "multilevel=[{\"steps\": 2, \"iterations\": 20}, {\"steps\": 4, \"iterations\": 10}]",
      "optimiser.iterations=10",
      "run.checkpointEvery=3"
    };
    json(train("whole", settings));
    json(train("broken", settings));
    Path broken = folder.resolve("broken");
    Files.delete(broken.resolve(Checkpoint.FILE));
    Files.delete(broken.resolve("level-2").resolve(Checkpoint.FILE));
    Call resumed =
        Call.of("train", "--resume", broken.toString(), "--quiet", "--no-report", "--json", "-");
    json(resumed);
    try (SafetensorsFile a = SafetensorsFile.open(folder.resolve("whole/" + Checkpoint.FILE));
        SafetensorsFile b = SafetensorsFile.open(broken.resolve(Checkpoint.FILE))) {
      assertArrayEquals(a.doubles("controls"), b.doubles("controls"));
      assertArrayEquals(a.doubles("validation"), b.doubles("validation"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "multilevel=[{\"steps\": 3, \"iterations\": 5}]   | multilevel[0]: prolongation: found 3"
            + " functions",
        "multilevel=[{\"steps\": 0, \"iterations\": 5}]   | multilevel: found 0 steps",
        "multilevel=[{\"step\": 2, \"iterations\": 5}]    | Maybe \"steps\"",
        "initialisation.scale=0                          | initialisation.scale: found 0",
        "initialisation.kind=gpt3                        | Maybe \"gpt2\"",
      })
  void refusesWhatCannotBe(String setting, String told) {
    Call call = train("refused", setting);
    assertEquals(2, call.exitCode(), call.err());
    assertTrue(call.err().contains(told), call.err());
  }

  @Test
  void theStartFollowsTheInitialisation() throws IOException {
    double plain = start("plain");
    assertEquals(2 * plain, start("scaled", "initialisation.scale=2"), 1e-12);
    double small = start("small", "initialisation.kind=gpt2");
    // Of a normal matrix with 16 inputs 0.02 in place of 1/4; the embedding is a matrix too.
    assertEquals(0.08 * plain, small, 1e-12);
  }

  /// Magnitude of the first weight of the attention before any iteration has changed it by more
  /// than nothing: the rate is tiny.
  private double start(String name, String... more) throws IOException {
    List<String> settings = new ArrayList<>(List.of(more));
    settings.addAll(List.of("optimiser.iterations=1", "optimiser.warmup=0"));
    settings.addAll(List.of("optimiser.rate=1e-300", "optimiser.minimumRate=0"));
    json(train(name, settings.toArray(String[]::new)));
    Path model = folder.resolve(name).resolve("model/model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(model)) {
      return file.doubles("attention.0.qkv.weight")[0];
    }
  }

  @Test
  void suggestsALearningRate() throws IOException {
    Path out = folder.resolve("rates");
    Call call =
        Call.of("train", LORENZ, "--find-rate", "--quiet", "--out", out.toString(), "--json", "-");
    JsonNode found = json(call);
    double suggestion = found.get("suggestion").asDouble();
    assertTrue(suggestion > 1e-4 && suggestion < 0.1, "suggested " + suggestion);
    assertTrue(
        Files.readString(out.resolve("report.html")).contains("Cost over the learning rate"));
    JsonNode there =
        json(train("there", "optimiser.rate=" + suggestion, "optimiser.iterations=60"));
    JsonNode less =
        json(
            train(
                "less",
                "optimiser.rate=" + suggestion / 100,
                "optimiser.minimumRate=0",
                "optimiser.iterations=60"));
    assertTrue(
        there.at("/validation/best").asDouble() < less.at("/validation/best").asDouble(),
        "a hundredth of it is too little");
    Call lbfgs =
        Call.of(
            "train",
            LORENZ,
            "--find-rate",
            "--quiet",
            "--set",
            "optimiser.kind=lbfgs",
            "--out",
            folder.resolve("l").toString());
    assertEquals(2, lbfgs.exitCode());
    assertTrue(lbfgs.err().contains("adamw or sgd"), lbfgs.err());
  }
}
