package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
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

/// The verb `whatif` on a pre-norm model of 5 tokens and 6 features.
class WhatIfVerbTest {
  private static final int TOKENS = 5;
  private static final int WIDTH = 6;
  private static final int LAYERS = 3;

  @TempDir private Path folder;

  private static double[] random(int count, double scale, long seed) {
    Random random = new Random(seed);
    double[] x = new double[count];
    Arrays.setAll(x, i -> scale * random.nextGaussian());
    return x;
  }

  private void writeModel(String name, double scale, Norm norm) {
    Block block =
        new Block(
            Arrangement.PRE_NORM,
            Attention.standard(WIDTH, 3, new Mask.Full()),
            new FeedForward(WIDTH, 12, Activation.GELU_TANH, false, true),
            norm);
    Architecture architecture =
        new Architecture(new Entry.State(WIDTH), block, Depth.layers(LAYERS), Exit.NONE);
    NamedModel model =
        NamedModel.of(
            "costate", architecture, Conventions.of("output", 0, Conventions.Loss.MSE, 0));
    double[] c = random(model.model().layout().size(), scale, 4);
    ModelFolder.write(folder.resolve(name), model, c, Map.of());
  }

  @BeforeEach
  void writeFiles() {
    writeModel("model", 0.4, Norm.layer(1e-5));
    int size = 2 * TOKENS * WIDTH;
    List<Integer> shape = List.of(2, TOKENS, WIDTH);
    SafetensorsWriter.write(
        folder.resolve("io.safetensors"),
        List.of(
            Tensor.ofDoubles("input", shape, random(size, 1, 1)),
            Tensor.ofDoubles("target", shape, random(size, 1, 2))),
        Map.of());
  }

  private Call run(String model, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "whatif",
                folder.resolve(model).toString(),
                "--input",
                folder.resolve("io.safetensors").toString(),
                "--json",
                folder.resolve("out.json").toString(),
                "--quiet"));
    args.addAll(List.of(more));
    return Call.of(args.toArray(String[]::new));
  }

  private JsonNode json() throws IOException {
    return new JsonMapper().readTree(folder.resolve("out.json").toFile());
  }

  @Test
  void predictionAndTruthStandSideBySide() throws IOException {
    Call call =
        run(
            "model",
            "--out",
            folder.resolve("run").toString(),
            "--parameter",
            "dt=0.999,1,1.001",
            "--parameter",
            "heads=1,3",
            "--parameter",
            "placement=pre-norm,post-norm");
    assertEquals(0, call.exitCode(), call.err());
    JsonNode json = json();
    JsonNode dt = json.at("/parameters/0");
    assertEquals("dt", dt.get("parameter").asText());
    assertEquals(1, dt.get("base").asDouble());
    for (String effect : List.of("exponent", "gain", "effective_rank", "loss")) {
      double base = json.at("/base/" + effect).asDouble();
      assertEquals(base, dt.at("/points/1/" + effect).asDouble(), 1e-9 * Math.abs(base));
      for (int i : new int[] {0, 2}) {
        double truth = dt.at("/points/" + i + "/" + effect).asDouble();
        double predicted = dt.at("/points/" + i + "/predicted/" + effect).asDouble();
        double change = Math.abs(truth - base);
        assertTrue(change > 0, effect + " does not change");
        assertTrue(Math.abs(truth - predicted) <= 0.02 * change, effect + " at " + i);
      }
    }
    assertTrue(json.at("/parameters/1/points/0/predicted").isNull());
    assertEquals(json.at("/base/gain"), json.at("/parameters/1/points/1/gain"));
    assertEquals("post-norm", json.at("/parameters/2/points/1/value").asText());
    assertNotEquals(json.at("/base/gain"), json.at("/parameters/2/points/1/gain"));
    assertEquals(4, json.get("slopes").size());
    assertEquals(LAYERS, json.at("/slopes/0/layers/gain").size());
    String page = Files.readString(folder.resolve("run/report.html"));
    assertTrue(page.contains("first order"));
    assertTrue(page.contains("Which substep does it"), "a section on stability");
    assertTrue(Files.exists(folder.resolve("run/whatif.json")));
    assertTrue(call.out().contains("derivatives by the adjoint"), call.out());
  }

  @Test
  void withoutAGridEveryContinuousParameterIsSwept() throws IOException {
    Call call = run("model", "--no-report", "--sequence", "1", "--tokens", "3");
    assertEquals(0, call.exitCode(), call.err());
    List<String> names = new ArrayList<>();
    json().get("parameters").forEach(p -> names.add(p.get("parameter").asText()));
    assertEquals(List.of("dt", "sigma2", "beta", "residual"), names);
    assertTrue(json().at("/base/loss").isNull(), "the target belongs to all tokens");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "betta=1 | Maybe \"beta\"?",
        "dt | NAME=VALUE",
        "dt= | found no values",
        "dt=1,,2 | an empty value",
        "dt=0 | a positive number",
        "dt=-1 | a positive number",
        "dt=NaN | a positive number",
        "sigma2=0 | a positive number",
        "beta=-1 | a number from 0 on",
        "residual=Infinity | a finite number",
        "depth=0 | a whole number",
        "depth=2.5 | a whole number",
        "layers=4 | 1 to 3",
        "heads=4 | divides the 6",
        "head-width=5 | divides the 6",
        "placement=prenorm | Maybe \"pre-norm\"?",
        "=1 | NAME=VALUE",
      })
  void aGridThatCannotBeIsNamed(String grid, String expected) {
    Call call = run("model", "--parameter", grid);
    assertEquals(2, call.exitCode(), call.err());
    assertTrue(call.err().contains(expected), call.err());
    assertTrue(call.err().lines().count() <= 3, call.err());
    assertFalse(Files.exists(folder.resolve("out.json")));
  }

  @Test
  void normsWithoutAGainHaveNoScale() throws IOException {
    writeModel("bare", 0.4, new Norm(Norm.Kind.LAYER, 1e-5, false, false));
    Call refused = run("bare", "--parameter", "sigma2=1,2");
    assertEquals(2, refused.exitCode(), refused.err());
    assertTrue(refused.err().contains("without a gain"), refused.err());
    assertEquals(0, run("bare", "--no-report").exitCode());
    assertEquals(3, json().get("parameters").size());
  }

  @Test
  void aModelThatBlowsUpIsANumericalFailure() {
    writeModel("huge", 1e160, Norm.layer(1e-5));
    Call call = run("huge", "--no-report");
    assertEquals(3, call.exitCode(), call.err());
    assertTrue(call.err().contains("step 0"), call.err());
    assertFalse(Files.exists(folder.resolve("out.json")));
  }

  @Test
  void aDesignThatBlowsUpIsARowAndOnlyIfAllDoAFailure() throws IOException {
    Call some = run("model", "--no-report", "--parameter", "residual=1,1e200");
    assertEquals(0, some.exitCode(), some.err());
    assertTrue(json().at("/parameters/0/points/1/gain").isNull());
    assertTrue(json().at("/parameters/0/points/1/failure").asText().contains("step"));
    assertEquals(3, run("model", "--no-report", "--parameter", "residual=1e200").exitCode());
  }

  @Test
  void withoutInputAModelFolderIsNotEnough() {
    Call call = Call.of("whatif", folder.resolve("model").toString());
    assertEquals(2, call.exitCode());
    assertTrue(call.err().contains("--input: found none"), call.err());
    assertTrue(call.err().contains("Maybe"), call.err());
  }
}
