package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.costate.cli.train.Checkpoint;
import org.costate.cli.train.History;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.interop.safetensors.SafetensorsWriter;
import org.costate.interop.safetensors.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A run that was killed goes on to the bits of one that was not.
class ResumeTest {
  private static final String EXPERIMENT =
      """
      {"name": "resume", "data": {"kind": "lorenz", "samples": 300, "context": 8, "horizon": 2},
       "model": {"width": 16, "heads": 2}, "time": {"steps": 2},
       "optimiser": {"iterations": 400, "batch": 8, "warmup": 5}, "run": {"validateEvery": 50, "checkpointEvery": 5}}
      """;

  @TempDir Path folder;

  @Test
  void aRunKilledAtAnyMomentContinuesToTheSameBits() throws Exception {
    Path experiment = Files.writeString(folder.resolve("resume.json"), EXPERIMENT);
    Path unbroken = folder.resolve("unbroken");
    assertEquals(
        0,
        Call.of(
                "train",
                experiment.toString(),
                "--out",
                unbroken.toString(),
                "--quiet",
                "--no-report")
            .exitCode());

    Path broken = folder.resolve("broken");
    Process process =
        start("train", experiment.toString(), "--out", broken.toString(), "--quiet", "--no-report");
    Path checkpoint = broken.resolve(Checkpoint.FILE);
    while (!Files.exists(checkpoint) && process.isAlive()) {
      Thread.sleep(5);
    }
    Thread.sleep(60);
    process.destroyForcibly();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));

    assertEquals(
        0, Call.of("train", "--resume", broken.toString(), "--quiet", "--no-report").exitCode());
    assertSameControls(unbroken, broken);
  }

  @Test
  void aRunLeavesItsIterationTable() throws Exception {
    Path out = run(Files.writeString(folder.resolve("history.json"), EXPERIMENT), "history", "1");
    JsonNode history = new ObjectMapper().readTree(out.resolve(History.FILE).toFile());
    assertEquals("iterations", history.get("stop").asText());
    assertEquals("rate", history.get("step_name").asText());
    assertEquals(20, history.get("iterations").size());
    JsonNode row = history.get("iterations").get(3);
    assertEquals(4, row.get("iteration").asInt());
    double sum = row.get("terminal").asDouble() + row.get("running").asDouble();
    assertEquals(row.get("value").asDouble(), sum, 1e-14);
    assertTrue(row.get("hamiltonian_gradient").asDouble() > 0);
    assertTrue(row.get("pmp_gap").isNull() && row.get("state_feasibility").isNull());
    assertTrue(row.get("accepted").asBoolean());
  }

  @Test
  void aCheckpointOfAnEarlierFormatIsRefused() throws Exception {
    Path out = run(Files.writeString(folder.resolve("format.json"), EXPERIMENT), "format", "1");
    Path checkpoint = out.resolve(Checkpoint.FILE);
    List<Tensor> tensors = new ArrayList<>();
    try (SafetensorsFile file = SafetensorsFile.open(checkpoint)) {
      for (String name : file.tensors().keySet()) {
        double[] values = file.doubles(name);
        tensors.add(Tensor.ofDoubles(name, List.of(values.length), values));
      }
    }
    SafetensorsWriter.write(checkpoint, tensors, Map.of());
    Call call = Call.of("train", "--resume", out.toString(), "--quiet", "--no-report");
    assertEquals(2, call.exitCode());
    assertTrue(call.err().contains("format 1"), call.err());
  }

  /// Ten processes, each killed at another moment without warning, and a last one that ends.
  /// Checkpoints follow each other so closely that some of the kills fall into the writing of one.
  @Test
  void aRunKilledTenTimesEndsWithTheSameBits() throws Exception {
    String often =
        EXPERIMENT
            .replace("\"iterations\": 400", "\"iterations\": 1000")
            .replace("\"checkpointEvery\": 5", "\"checkpointEvery\": 1");
    Path experiment = Files.writeString(folder.resolve("often.json"), often);
    Path broken = folder.resolve("broken-often");
    String[] first = {"train", experiment.toString(), "--out", broken.toString()};
    String[] again = {"train", "--resume", broken.toString()};
    kill(10, first, again, broken);

    assertEquals(0, Call.of(with(again, "--quiet", "--no-report")).exitCode());
    Path unbroken = folder.resolve("unbroken-often");
    String[] whole = {"train", experiment.toString(), "--out", unbroken.toString()};
    assertEquals(0, Call.of(with(whole, "--quiet", "--no-report")).exitCode());
    assertSameControls(unbroken, broken);
  }

  /// Every solver has a memory of its own, which goes through the checkpoint: pairs of L-BFGS,
  /// radii, penalties, multipliers.
  @ParameterizedTest
  @CsvSource({
    "lbfgs,600",
    "newton,150",
    "gauss-newton,60",
    "levenberg-marquardt,40",
    "emsa,30",
    "projected-gradient,400",
    "sqp,20"
  })
  void solversOnOneFixedObjectiveAreKilledAndGoOnToo(String kind, String iterations)
      throws Exception {
    Path broken = folder.resolve("broken");
    Path unbroken = folder.resolve("unbroken");
    String[] settings = {
      "train",
      Path.of("..", "examples", "sine.json").toString(),
      "--set",
      "optimiser.kind=" + kind,
      "--set",
      "optimiser.iterations=" + iterations,
      "--set",
      "time.steps=5",
      "--set",
      "run.checkpointEvery=1",
      "--out"
    };
    String[] again = {"train", "--resume", broken.toString()};
    kill(2, with(settings, broken.toString()), again, broken);
    assertTrue(iteration(broken) < Long.parseLong(iterations));

    assertEquals(0, Call.of(with(again, "--quiet", "--no-report")).exitCode());
    String[] whole = with(settings, unbroken.toString(), "--quiet", "--no-report");
    assertEquals(0, Call.of(whole).exitCode());
    assertEquals(Long.parseLong(iterations), iteration(broken));
    assertSameControls(unbroken, broken);
  }

  /// Starts a run and kills it, again and again, each time at another moment after it went on.
  private static void kill(int times, String[] first, String[] again, Path run) throws Exception {
    SplittableRandom random = new SplittableRandom(9);
    int killed = 0;
    long before = 0;
    for (int kill = 0; kill < times; kill++) {
      Process process = start(with(kill == 0 ? first : again, "--quiet", "--no-report"));
      awaitIteration(run, before + 1, process);
      Thread.sleep(random.nextInt(40));
      killed += process.isAlive() ? 1 : 0;
      process.destroyForcibly();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      long reached = iteration(run);
      assertTrue(reached > before, "each of them goes on: " + before + ", then " + reached);
      before = reached;
    }
    assertEquals(times, killed, "none of them came to its end, at " + before);
  }

  private static void awaitIteration(Path run, long wanted, Process process) throws Exception {
    while (iteration(run) < wanted && process.isAlive()) {
      Thread.sleep(2);
    }
  }

  /// Iterations done in the last whole checkpoint of a run.
  private static long iteration(Path run) {
    Path checkpoint = run.resolve(Checkpoint.FILE);
    if (!Files.exists(checkpoint)) {
      return 0;
    }
    try (SafetensorsFile file = SafetensorsFile.open(checkpoint)) {
      return (long) file.doubles("counters")[0];
    }
  }

  private static String[] with(String[] first, String... more) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3"})
  void theNumberOfThreadsDoesNotChangeABit(String threads) throws Exception {
    Path experiment = Files.writeString(folder.resolve("threads.json"), EXPERIMENT);
    Path one = run(experiment, "one", "1");
    Path other = run(experiment, "other", threads);
    assertSameControls(one, other);
  }

  private Path run(Path experiment, String name, String threads) {
    Path out = folder.resolve(name + threads);
    Call call =
        Call.of(
            "train",
            experiment.toString(),
            "--out",
            out.toString(),
            "--threads",
            threads,
            "--set",
            "optimiser.iterations=20",
            "--quiet",
            "--no-report");
    assertEquals(0, call.exitCode(), call.err());
    return out;
  }

  private static void assertSameControls(Path a, Path b) {
    try (SafetensorsFile first = SafetensorsFile.open(a.resolve(Checkpoint.FILE));
        SafetensorsFile second = SafetensorsFile.open(b.resolve(Checkpoint.FILE))) {
      for (String name : List.of("controls", "best.controls", "validation")) {
        assertArrayEquals(first.doubles(name), second.doubles(name), name);
      }
    }
  }

  private static Process start(String... arguments) throws Exception {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                "org.costate.cli.Main"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
