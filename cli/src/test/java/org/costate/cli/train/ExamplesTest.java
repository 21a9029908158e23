package org.costate.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.costate.cli.verb.StudyCommand;
import org.costate.cli.verb.TrainCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The experiments in `examples` run on data of the form that they describe, cut short.
class ExamplesTest {
  @TempDir private Path folder;

  private JsonNode train(String example, String... settings) throws IOException {
    Path file = Path.of("../examples").resolve(example + ".json");
    List<String> args = new ArrayList<>(List.of(file.toString(), "--quiet", "--no-report"));
    args.addAll(List.of("--json", folder.resolve("r.json").toString()));
    args.addAll(List.of("--out", folder.resolve(example).toString()));
    List<String> all = new ArrayList<>(List.of(settings));
    all.addAll(List.of("optimiser.iterations=2", "optimiser.warmup=1", "optimiser.batch=2"));
    all.addAll(List.of("run.validateEvery=1"));
    all.forEach(setting -> args.addAll(List.of("--set", setting)));
    assertEquals(0, new CommandLine(new TrainCommand()).execute(args.toArray(String[]::new)));
    return new ObjectMapper().readTree(Files.readString(folder.resolve("r.json")));
  }

  private Path csv(String header, int rows, String prefix, int columns) throws IOException {
    SplittableRandom random = new SplittableRandom(2);
    List<String> lines = new ArrayList<>(List.of(header));
    for (int i = 0; i < rows; i++) {
      String numbers =
          IntStream.range(0, columns)
              .mapToObj(k -> String.valueOf(random.nextInt(17)))
              .collect(Collectors.joining(","));
      lines.add((prefix.isEmpty() ? "" : prefix + i + ",") + numbers);
    }
    return Files.write(folder.resolve("data.csv"), lines);
  }

  @Test
  void digits() throws IOException {
    String pixels = IntStream.range(0, 64).mapToObj(i -> "p" + i).collect(Collectors.joining(","));
    Path file = csv(pixels + ",label", 40, "", 65);
    JsonNode result = train("digits", "data.csv=" + file, "data.heldOut=10");
    double tenths = 10 * result.get("validation").get("accuracy").get("best").asDouble();
    assertEquals(Math.rint(tenths), tenths, 1e-12);
  }

  /// All configurations are resolved before one of them runs.
  private JsonNode row(String example, String only, String... settings) throws IOException {
    Path file = Path.of("../examples").resolve(example + ".json");
    List<String> args = new ArrayList<>(List.of(file.toString(), "--quiet", "--only", only));
    args.addAll(List.of("--seed", "1", "--json", folder.resolve("s.json").toString()));
    args.addAll(List.of("--out", folder.resolve(example).toString()));
    List<String> all = new ArrayList<>(List.of(settings));
    all.addAll(List.of("optimiser.iterations=1", "optimiser.warmup=1", "optimiser.batch=2"));
    all.forEach(setting -> args.addAll(List.of("--set", setting)));
    assertEquals(0, new CommandLine(new StudyCommand()).execute(args.toArray(String[]::new)));
    return new ObjectMapper().readTree(folder.resolve("s.json").toFile()).at("/results/0");
  }

  private void study(int levels, String example, String only, String... settings)
      throws IOException {
    JsonNode row = row(example, only, settings);
    assertEquals(only, row.get("name").asText());
    assertTrue(row.get("parameters").asLong() < 425_000, "about half of the baseline");
    assertEquals(levels, row.get("robustness").size());
  }

  @Test
  void studies() throws IOException {
    study(4, "characters-transport", "lambda1-m1");
    study(4, "characters-overfit", "lambda1", "data.limit=2900");
    String pixels = IntStream.range(0, 64).mapToObj(i -> "p" + i).collect(Collectors.joining(","));
    Path file = csv(pixels + ",label", 40, "", 65);
    study(5, "digits-transport", "lambda1", "data.csv=" + file, "data.heldOut=10");
    JsonNode row = row("digits-certificate", "constrained", "data.csv=" + file, "data.heldOut=10");
    double certified = row.at("/measures/certificate.lipschitz/mean").asDouble();
    double found = row.at("/measures/certificate.gain/mean").asDouble();
    assertTrue(certified > found && found > 0, certified + " certified, found " + found);
    assertEquals(6, row.get("certificate").size());
  }

  @Test
  void shapes() throws IOException {
    JsonNode result = train("shapes", "data.samples=10", "data.heldOut=5", "data.context=8");
    assertTrue(result.get("validation").get("accuracy").get("last").asDouble() >= 0);
  }

  @Test
  void series() throws IOException {
    Path file = csv("date,load,OT", 600, "day ", 2);
    JsonNode result = train("series", "data.csv=" + file, "data.context=8", "data.horizon=2");
    assertTrue(result.get("forecast").get("model").asDouble() > 0);
  }
}
