package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.folder.ModelFolder;
import org.costate.interop.safetensors.SafetensorsWriter;
import org.costate.interop.safetensors.Tensor;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Block;
import org.costate.model.architecture.Depth;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// The verb `stability` on a post-norm model of 5 tokens and 6 features: its JSON and page, and
/// what it says to bad input.
class StabilityVerbTest {
  private static final int TOKENS = 5;
  private static final int WIDTH = 6;
  private static final int STATE = TOKENS * WIDTH;
  private static final int LAYERS = 3;

  @TempDir private Path folder;
  private final StringWriter err = new StringWriter();

  private static NamedModel model() {
    Block block =
        new Block(
            Arrangement.POST_NORM,
            Attention.standard(WIDTH, 2, new Mask.Full()),
            new FeedForward(WIDTH, 12, Activation.GELU_TANH, false, true),
            Norm.layer(1e-5));
    Architecture architecture =
        new Architecture(new Entry.State(WIDTH), block, Depth.layers(LAYERS), Exit.NONE);
    return NamedModel.of(
        "costate", architecture, Conventions.of("output", 0, Conventions.Loss.MSE, 0));
  }

  private void writeModel(String name, double scale) {
    NamedModel model = model();
    Random random = new Random(4);
    double[] c = new double[model.model().layout().size()];
    Arrays.setAll(c, i -> scale * random.nextGaussian());
    ModelFolder.write(folder.resolve(name), model, c, Map.of());
  }

  private static double[] random(int count, long seed) {
    return new Random(seed).doubles(count, -1, 1).toArray();
  }

  @BeforeEach
  void writeFiles() {
    writeModel("model", 0.4);
    SafetensorsWriter.write(
        folder.resolve("io.safetensors"),
        List.of(Tensor.ofDoubles("input", List.of(2, TOKENS, WIDTH), random(2 * STATE, 1))),
        Map.of());
    double[] twice = new double[STATE * 2];
    Arrays.fill(twice, 1);
    SafetensorsWriter.write(
        folder.resolve("frames.safetensors"),
        List.of(
            Tensor.ofDoubles("good", List.of(STATE, 4), random(STATE * 4, 2)),
            Tensor.ofDoubles("wrong", List.of(STATE - 1, 4), random((STATE - 1) * 4, 2)),
            Tensor.ofDoubles("dependent", List.of(STATE, 2), twice)),
        Map.of());
  }

  private int run(String model, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "stability",
                folder.resolve(model).toString(),
                "--input",
                folder.resolve("io.safetensors").toString(),
                "--json",
                folder.resolve("out.json").toString(),
                "--quiet"));
    for (String arg : more) {
      args.add(arg.replace("DIR", folder.toString()));
    }
    CommandLine command = Main.commandLine();
    command.setErr(new PrintWriter(err));
    return command.execute(args.toArray(String[]::new));
  }

  private JsonNode json() throws IOException {
    return new JsonMapper().readTree(folder.resolve("out.json").toFile());
  }

  @Test
  void printsTheContractAndWritesAPage() throws IOException {
    assertEquals(0, run("model", "--sequence", "1", "--out", "DIR/run"), err.toString());
    JsonNode json = json();
    assertEquals(STATE, json.get("state_dim").asInt());
    assertEquals(LAYERS, json.get("layers").asInt());
    assertEquals(2 * TOKENS, json.get("structural").asInt());
    assertEquals(STATE, json.get("exponents").size());
    for (int i = 0; i < STATE; i++) {
      JsonNode exponent = json.get("exponents").get(i);
      assertEquals(i >= STATE - 2 * TOKENS, exponent.isNull());
      if (i > 0 && !exponent.isNull()) {
        assertTrue(exponent.asDouble() <= json.get("exponents").get(i - 1).asDouble());
      }
    }
    assertTrue(json.at("/sum_rule/violation").asDouble() <= 1e-10);
    assertEquals(1e-10, json.at("/sum_rule/tolerance").asDouble());
    assertEquals(STATE, json.get("singular_values").size());
    assertEquals(LAYERS, json.get("local_gain").size());
    assertEquals(LAYERS + 1, json.get("tokens").size());
    assertEquals(LAYERS, json.at("/tokens/3/layer").asInt());
    assertTrue(Math.abs(json.at("/tokens/3/mean_cosine").asDouble()) <= 1);
    double rank = json.at("/tokens/0/effective_rank").asDouble();
    assertTrue(rank > 1 && rank <= TOKENS, "rank " + rank);
    JsonNode bounds = json.get("bounds");
    assertEquals(4 * LAYERS, bounds.get("substeps").size());
    for (JsonNode part : bounds.get("substeps")) {
      assertTrue(part.get("gain").asDouble() <= part.get("bound").asDouble(), part.toString());
    }
    for (int n = 0; n < LAYERS; n++) {
      assertTrue(
          json.get("local_gain").get(n).asDouble() <= bounds.get("layers").get(n).asDouble());
    }
    assertTrue(json.get("singular_values").get(0).asDouble() <= bounds.get("whole").asDouble());
    assertTrue(bounds.get("adversarial_gain").asDouble() > 0);
    for (int n = 0; n < LAYERS; n++) {
      double gain = json.get("local_gain").get(n).asDouble();
      double least = json.at("/local/least_gain").get(n).asDouble();
      double distance = json.at("/local/isometry_distance").get(n).asDouble();
      assertEquals(Math.max(Math.abs(gain - 1), Math.abs(least - 1)), distance, 1e-9);
      assertTrue(json.at("/local/logarithmic_norm").get(n).asDouble() <= gain - 1 + 1e-9);
    }
    assertEquals(LAYERS + 1, json.get("covariant_vectors").size());
    assertEquals(13, json.at("/local/pseudospectrum/imaginary").size());
    assertEquals(TOKENS, json.at("/covariant_vectors/0/0").size());
    assertEquals(WIDTH, json.at("/covariant_features/0/0").size());
    assertGrowth(json);
    assertLyapunov(json);
    String page = Files.readString(folder.resolve("run/report.html"));
    assertTrue(page.contains("Lyapunov"), "the page shows the spectrum");
    assertTrue(page.contains("Attention entropy"));
    assertTrue(page.contains("Which substep does it"));
    assertTrue(page.contains("Which tokens carry it"));
    assertTrue(page.contains("certified bound"));
    assertTrue(page.contains("Energy still to come"));
    assertTrue(Files.exists(folder.resolve("run/stability.json")));
  }

  /// The worst perturbation begins with length 1 and ends as the largest singular value; nothing
  /// grows more than the transient growth says, and that not more than the gains allow.
  private static void assertGrowth(JsonNode json) {
    double largest = json.at("/singular_values/0").asDouble();
    assertEquals(LAYERS, json.get("passages").size());
    assertEquals(1, json.at("/passages/0/front").asDouble(), 1e-12);
    assertEquals(largest, json.at("/passages/2/behind").asDouble(), 1e-9 * largest);
    assertEquals(4, json.at("/passages/0/stops").size());
    double most = 1;
    for (int n = 0; n < LAYERS; n++) {
      double growth = json.at("/transient_growth/gains/" + n).asDouble();
      most *= json.get("local_gain").get(n).asDouble();
      double behind = json.at("/passages/" + n + "/behind").asDouble();
      assertTrue(behind <= growth * (1 + 1e-9) && growth <= most * (1 + 1e-9), "layer " + n);
    }
    assertEquals(largest, json.at("/transient_growth/gains/2").asDouble(), 1e-9 * largest);
  }

  private static void assertLyapunov(JsonNode json) {
    JsonNode common = json.at("/lyapunov/common");
    assertTrue(common.get("lower_bound").asDouble() <= common.get("rate").asDouble());
    assertTrue(common.get("residual").asDouble() <= 1e-9);
    assertEquals(6, common.get("directions").asInt());
    assertFalse(common.get("whole").asBoolean());
    assertEquals(6, common.get("function").size());
    assertTrue(json.at("/lyapunov/recursion/residual").asDouble() <= 1e-9);
    assertEquals(STATE, json.at("/lyapunov/recursion/directions").asInt());
    assertEquals(LAYERS + 1, json.at("/lyapunov/recursion/energy").size());
    assertTrue(json.at("/lyapunov/sentence").asText().contains("leading directions"));
    int increases = 0;
    for (int n = 1; n <= LAYERS; n++) {
      double before = json.at("/tokens/" + (n - 1) + "/interaction_energy").asDouble();
      increases += json.at("/tokens/" + n + "/interaction_energy").asDouble() > before ? 1 : 0;
    }
    assertEquals(increases, json.get("interaction_energy_increases").asInt());
    double entropy = json.at("/tokens/0/attention_entropy").asDouble();
    assertTrue(entropy > 0 && entropy <= Math.log(TOKENS), "entropy " + entropy);
    assertTrue(json.at("/tokens/3/attention_entropy").isNull());
    assertEquals(2, json.at("/attention_entropy/heads/1").size());
    assertTrue(json.get("stretch").isNull());
    assertTrue(json.get("ensemble").isNull());
  }

  @Test
  void aStretchTheLeastValuesAndAnEnsembleStandBeside() throws IOException {
    int code =
        run(
            "model",
            "--out",
            "DIR/run",
            "--no-bounds",
            "--from",
            "1",
            "--to",
            "3",
            "--least",
            "2",
            "--ensemble",
            "all",
            "--lyapunov",
            "0");
    assertEquals(0, code, err.toString());
    JsonNode json = json();
    assertTrue(json.get("lyapunov").isNull());
    JsonNode stretch = json.get("stretch");
    assertEquals(1, stretch.get("from").asInt());
    assertEquals(3, stretch.get("to").asInt());
    assertEquals(STATE, stretch.get("singular_values").size());
    double largest = stretch.get("singular_values").get(0).asDouble();
    assertTrue(
        largest <= json.at("/local_gain/1").asDouble() * json.at("/local_gain/2").asDouble());
    assertEquals(
        stretch.get("singular_values").get(STATE - 1).asDouble(),
        stretch.get("least_singular_values").get(0).asDouble(),
        1e-10 * largest);
    assertEquals(TOKENS, stretch.get("left_vectors").get(0).size());
    JsonNode ensemble = json.get("ensemble");
    assertEquals(2, ensemble.get("sequences").asInt());
    assertEquals(LAYERS, ensemble.at("/local_gain/mean").size());
    assertTrue(ensemble.at("/local_gain/deviation/0").asDouble() > 0);
    assertEquals(LAYERS, ensemble.get("running_exponents").size());
    String page = Files.readString(folder.resolve("run/report.html"));
    assertTrue(page.contains("Spread over 2 sequences"));
    assertTrue(page.contains("Layers 1 to 2"));
  }

  @Test
  void fewExponentsFromAGivenFrameHaveNoSumRule() throws IOException {
    int code = run("model", "--no-report", "--no-bounds", "--frame", "DIR/frames.safetensors:good");
    assertEquals(0, code, err.toString());
    assertTrue(json().get("bounds").isNull());
    assertEquals(4, json().get("exponents").size());
    assertTrue(json().get("sum_rule").isNull());
  }

  @Test
  void theFirstTokensAreASequenceOfTheirOwn() throws IOException {
    assertEquals(0, run("model", "--no-report", "--tokens", "2"), err.toString());
    assertEquals(2 * WIDTH, json().get("state_dim").asInt());
    assertEquals(4, json().get("structural").asInt());
  }

  @ParameterizedTest
  @CsvSource({
    "--exponents, 31, 1 to 30",
    "--exponents, some, 1 to 30",
    "--singular-values, 0, 1 to 30",
    "--sequence, 2, 0 to 1",
    "--sequence, -1, 0 to 1",
    "--tokens, 6, 1 to 5",
    "--tokens, 0, 1 to 5",
    "--frame, DIR/frames.safetensors:wrong, '[30, k]'",
    "--frame, DIR/frames.safetensors:dependent, linearly independent",
    "--frame, DIR/frames.safetensors:god, Maybe `good`",
    "--frame, good, FILE:TENSOR",
    "--lyapunov, 13, 0 to 12",
    "--lyapunov, -1, 0 to 12",
    "--from, 3, 0 to 2",
    "--from, -1, 0 to 2",
    "--to, 4, 1 to 3",
    "--to, 0, 1 to 3",
    "--least, 31, 1 to 30",
    "--least, 0, 1 to 30",
    "--ensemble, 3, 2 to 2",
    "--ensemble, 1, 2 to 2",
    "--ensemble, some, 2 to 2",
  })
  void badInputIsNamed(String option, String value, String expected) {
    assertEquals(2, run("model", option, value), err.toString());
    assertTrue(err.toString().contains(expected), err.toString());
    assertTrue(err.toString().lines().count() <= 3, err.toString());
    assertFalse(Files.exists(folder.resolve("out.json")));
  }

  @Test
  void weightsThatAreNotFiniteAreBadInput() {
    writeModel("infinite", Double.POSITIVE_INFINITY);
    assertEquals(2, run("infinite"), err.toString());
    assertTrue(err.toString().contains("finite"), err.toString());
  }

  @Test
  void aTrajectoryThatBlowsUpIsANumericalFailure() {
    writeModel("huge", 1e160);
    assertEquals(3, run("huge", "--no-report"), err.toString());
    assertTrue(err.toString().contains("step 0"), err.toString());
    assertFalse(Files.exists(folder.resolve("out.json")));
  }

  /// States stay numbers (the norms see to that), the tangents do not.
  @Test
  void tangentsThatBlowUpAreANumericalFailure() {
    writeModel("steep", 1e75);
    assertEquals(3, run("steep", "--no-report"), err.toString());
    assertTrue(err.toString().contains("step 0"), err.toString());
    assertFalse(Files.exists(folder.resolve("out.json")));
  }
}
