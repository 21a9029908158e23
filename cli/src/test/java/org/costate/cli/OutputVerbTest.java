package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.costate.interop.huggingface.TinyFolder;
import org.costate.interop.safetensors.SafetensorsWriter;
import org.costate.interop.safetensors.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `stability --output` and `--ablation` on a small GPT-2, and both verbs on the folder of a
/// training run.
class OutputVerbTest {
  private static final int TOKENS = 4;

  @TempDir private Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    TinyFolder.of("gpt2", TinyFolder.Sizes.SMALL).write(folder.resolve("model"));
    SafetensorsWriter.write(
        folder.resolve("io.safetensors"),
        List.of(Tensor.ofIntegers("input_ids", List.of(1, TOKENS), new int[] {1, 2, 3, 4})),
        Map.of());
  }

  private Call run(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "stability",
                folder.resolve("model").toString(),
                "--input",
                folder.resolve("io.safetensors").toString(),
                "--json",
                folder.resolve("out.json").toString(),
                "--no-bounds",
                "--quiet"));
    args.addAll(List.of(more));
    return Call.of(args.toArray(String[]::new));
  }

  private JsonNode json() throws IOException {
    return new JsonMapper().readTree(folder.resolve("out.json").toFile());
  }

  @Test
  void aLogitIsTracedToTokensAndEdges() throws IOException {
    Call call = run("--output", "logit:2:7", "--out", folder.resolve("run").toString());
    assertEquals(0, call.exitCode(), call.err());
    JsonNode trace = json().get("trace");
    int layers = json().get("layers").asInt();
    assertEquals("logit:2:7", trace.get("output").asText());
    assertEquals(layers + 1, trace.get("sensitivity").size());
    for (JsonNode layer : trace.get("sensitivity")) {
      assertEquals(TOKENS, layer.size());
      assertTrue(layer.get(2).asDouble() > 0);
      assertEquals(0, layer.get(3).asDouble(), "a causal model does not look ahead");
    }
    assertEquals(10, trace.get("edges").size());
    double before = Double.POSITIVE_INFINITY;
    for (JsonNode edge : trace.get("edges")) {
      double size = Math.abs(edge.get("influence").asDouble());
      assertTrue(size <= before && size > 0);
      assertTrue(edge.get("from").asInt() <= edge.get("to").asInt());
      assertTrue(edge.get("to").asInt() <= 2);
      before = size;
    }
    assertTrue(call.out().contains("the strongest of"), call.out());
    String page = Files.readString(folder.resolve("run/report.html"));
    assertTrue(page.contains("What the output hangs on"));
  }

  @Test
  void ablationsAreFourAndTheFirstIsTheModel() throws IOException {
    Call call = run("--ablation", "--output", "loss", "--no-report");
    assertEquals(0, call.exitCode(), call.err());
    JsonNode all = json().get("ablation");
    assertEquals(4, all.size());
    assertEquals(json().get("tokens"), all.get(0).get("tokens"));
    for (int i = 0; i < 4; i++) {
      assertEquals(i < 2, all.get(i).get("norm").asBoolean());
      assertEquals(i % 2 == 0, all.get(i).get("residual").asBoolean());
      assertTrue(all.get(i).get("failure").isNull());
      double first = all.get(i).at("/tokens/0/effective_rank").asDouble();
      assertEquals(all.at("/0/tokens/0/effective_rank").asDouble(), first, 1e-12);
      if (i > 0) {
        assertFalse(all.get(0).get("tokens").equals(all.get(i).get("tokens")));
      }
    }
    assertTrue(json().at("/trace/value").asDouble() > 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "logit:4:0 | tokens 0 to 3",
        "logit:0:11 | indices 0 to 10",
        "logit:-1:0 | tokens 0 to 3",
        "logit:0 | Maybe logit:0:0?",
        "logit:a:b | logit:TOKEN:INDEX",
        "class:1 | Maybe logit:3:1?",
        "clas:1 | Maybe class?",
        "los | Maybe loss?",
        "'' | logit:TOKEN:INDEX",
      })
  void anOutputThatIsNotThereIsNamed(String output, String expected) {
    Call call = run("--output", output, "--no-report");
    assertEquals(2, call.exitCode(), call.err());
    assertTrue(call.err().contains(expected), call.err());
    assertTrue(call.err().lines().count() <= 3, call.err());
    assertFalse(Files.exists(folder.resolve("out.json")));
  }

  @Test
  void aTrainingRunHasDataOfItsOwn() throws IOException {
    Path run = folder.resolve("trained");
    String[] train = {
      "train",
      example().toString(),
      "--set",
      "optimiser.iterations=1",
      "--set",
      "optimiser.warmup=0",
      "--set",
      "model.width=8",
      "--set",
      "model.heads=2",
      "--set",
      "data.context=8",
      "--set",
      "time.steps=2",
      "--out",
      run.toString(),
      "--no-report",
      "--quiet"
    };
    Call trained = Call.of(train);
    assertEquals(0, trained.exitCode(), trained.err());
    String json = folder.resolve("out.json").toString();
    Call stability =
        Call.of("stability", run.toString(), "--output", "loss", "--no-report", "--json", json);
    assertEquals(0, stability.exitCode(), stability.err());
    assertEquals(8 * 8, json().get("state_dim").asInt());
    double loss = json().at("/trace/value").asDouble();
    Call whatif =
        Call.of(
            "whatif",
            run.toString(),
            "--parameter",
            "layers=1,2",
            "--no-report",
            "--quiet",
            "--json",
            json);
    assertEquals(0, whatif.exitCode(), whatif.err());
    assertEquals(loss, json().at("/base/loss").asDouble(), 1e-12);
    Call beyond = Call.of("whatif", run.toString(), "--sequence", "1000000");
    assertEquals(2, beyond.exitCode());
    assertTrue(beyond.err().contains("sequences"), beyond.err());
    Files.move(run.resolve("model"), run.resolve("elsewhere"));
    Call unfinished = Call.of("whatif", run.toString());
    assertEquals(2, unfinished.exitCode());
    assertTrue(unfinished.err().contains("without a trained model"), unfinished.err());
  }

  private static Path example() {
    Path path = Path.of("").toAbsolutePath();
    while (!Files.exists(path.resolve("examples"))) {
      path = path.getParent();
    }
    return path.resolve("examples/characters.json");
  }
}
