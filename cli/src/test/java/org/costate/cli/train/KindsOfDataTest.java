package org.costate.cli.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.costate.adjoint.sweep.Outputs;
import org.costate.cli.assembly.Architectures;
import org.costate.cli.assembly.Experiments;
import org.costate.cli.data.ExperimentData;
import org.costate.cli.experiment.Experiment;
import org.costate.cli.verb.TrainCommand;
import org.costate.control.train.Initialisation;
import org.costate.interop.json.StrictJson;
import org.costate.model.Model;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// One model, several kinds of data: what their runs report beside the cost.
class KindsOfDataTest {
  private static final String SHAPES =
      """
      {"name": "shapes", "data": {"kind": "shapes", "samples": 60, "heldOut": 20, "context": 12},
       "model": {"width": 8, "heads": 2}, "time": {"steps": 2},
       "optimiser": {"iterations": 4, "warmup": 1, "batch": 8}, "run": {"validateEvery": 2}}
      """;

  @TempDir private Path folder;

  private JsonNode train(String experiment, String... more) throws IOException {
    Path file = folder.resolve("e.json");
    Files.writeString(file, experiment);
    List<String> args = new ArrayList<>(List.of(file.toString(), "--quiet"));
    args.addAll(List.of("--json", folder.resolve("r.json").toString()));
    args.addAll(List.of("--out", folder.resolve("run").toString()));
    args.addAll(List.of(more));
    assertEquals(0, new CommandLine(new TrainCommand()).execute(args.toArray(String[]::new)));
    return new ObjectMapper().readTree(Files.readString(folder.resolve("r.json")));
  }

  @Test
  void aClassifierTellsItsAccuracy() throws IOException {
    JsonNode result = train(SHAPES);
    JsonNode accuracy = result.get("validation").get("accuracy");
    for (String which : List.of("last", "best")) {
      double twentieths = 20 * accuracy.get(which).asDouble();
      assertEquals(Math.rint(twentieths), twentieths, 1e-12);
      assertTrue(twentieths >= 0 && twentieths <= 20);
    }
    assertTrue(result.get("forecast").isNull());
    String page = Files.readString(folder.resolve("run/report.html"));
    assertTrue(page.contains("\"Accuracy\""));
    assertTrue(page.contains("Which substep does it"), "a section on stability");
  }

  @Test
  void aForecastIsComparedWithSimpleOnes() throws IOException {
    JsonNode result =
        train(
            """
            {"name": "lorenz", "data": {"kind": "lorenz", "samples": 300, "context": 6, "horizon": 2},
             "model": {"width": 8, "heads": 2}, "time": {"steps": 1},
             "optimiser": {"iterations": 4, "warmup": 1, "batch": 8}, "run": {"validateEvery": 2}}
            """,
            "--no-report");
    assertTrue(result.get("validation").get("accuracy").isNull());
    JsonNode forecast = result.get("forecast");
    assertTrue(forecast.get("model").asDouble() > 0);
    assertTrue(forecast.get("persistence").asDouble() > forecast.get("linear").asDouble());
    assertTrue(forecast.get("windows").asInt() > 10);
  }

  @Test
  void accuracyCountsTheLargestLogits() {
    double[] logits = {1, 2, 5, 4, 0, 0, Double.NaN, 1, 3, -1};
    assertEquals(0.4, Accuracy.of(logits, new int[] {1, 0, 1, 0, 1}, 2));
    assertEquals(0.2, Accuracy.of(logits, new int[] {1, 1, 0, 1, 1}, 2));
  }

  /// The points of a cloud are a set: another order gives the same class, and the readout sees the
  /// states of the same points.
  @Test
  void aCloudIsASet() {
    Experiment experiment =
        Experiments.of(
            StrictJson.parse(SHAPES, "test"), "test", folder, List.of(), OptionalLong.empty());
    ExperimentData data = Experiments.data(experiment);
    Model model = Architectures.of(experiment, data).model();
    double[] c = Initialisation.gpt2().controls(model.layout(), model.step(), model.grid(), 5);
    Model states = new Model(model.entry(), model.step(), model.grid(), model.layout(), List.of());
    Batch batch = data.validation().sequences(0, 3);
    List<Integer> order = new ArrayList<>(IntStream.range(0, 12).boxed().toList());
    Collections.shuffle(order, new Random(3));
    Batch shuffled = batch.withInput(permuted(batch.input().orElseThrow(), order, 3));

    double[] expected = permuted(Outputs.of(states, c, batch, new PlainKernels()), order, 8);
    double[] found = Outputs.of(states, c, shuffled, new PlainKernels());
    assertArrayEquals(expected, found, 1e-13);
    double[] logits = Outputs.of(model, c, batch, new PlainKernels());
    assertArrayEquals(logits, Outputs.of(model, c, shuffled, new PlainKernels()), 1e-13);
    assertNotEquals(logits[0], logits[5], 1e-6);
  }

  private static double[] permuted(double[] rows, List<Integer> order, int width) {
    double[] permuted = new double[rows.length];
    int tokens = order.size();
    for (int row = 0; row < rows.length / width; row++) {
      int source = row / tokens * tokens + order.get(row % tokens);
      System.arraycopy(rows, source * width, permuted, row * width, width);
    }
    return permuted;
  }
}
