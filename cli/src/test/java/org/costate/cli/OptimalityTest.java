package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.costate.cli.evaluate.SharedCases;
import org.costate.interop.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where imported models are not optimal, beside gradients of PyTorch.
class OptimalityTest {
  /// The layers share out all controls, so their slopes add up to the gradient of all weights.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf_gpt2",
        "hf_gptneox",
        "hf_llama",
        "hf_vit",
        "torch_encoder_postln_relu",
        "torch_encoder_preln_gelu"
      })
  void theSlopesOfAllLayersAreTheGradientOfPyTorch(String name) throws IOException {
    Path folder = SharedCases.folder(name);
    Path input = folder.resolve("io.safetensors");
    JsonNode optimality =
        new ObjectMapper().readTree(evaluate(folder, "--json", "-").out()).get("optimality");
    double squares = 0;
    for (JsonNode layer : optimality.get("layers")) {
      double slope = layer.get("slope").asDouble();
      squares += slope * slope;
      double gap = layer.get("gap").asDouble();
      assertTrue(gap > 0, layer.get("name") + ": no random model is optimal");
      double blocks = 0;
      for (JsonNode block : layer.get("blocks")) {
        blocks += Math.pow(block.get("slope").asDouble(), 2);
      }
      assertEquals(slope * slope, blocks, 1e-12 * blocks);
    }
    double reference = Math.sqrt(gradient(input));
    assertEquals(reference, Math.sqrt(squares), 1e-10 * reference);
  }

  /// Two outputs have a target, and only the first has layers that are looked at.
  @Test
  void saysWhichPartOfTheLossItLooksAt() {
    String out = evaluate(SharedCases.folder("hf_bert")).out();
    assertTrue(out.contains("J is the term of the first output; the loss has 0.621404"), out);
  }

  private static Call evaluate(Path folder, String... more) {
    String[] arguments = {
      "evaluate",
      folder.toString(),
      "--input",
      folder.resolve("io.safetensors").toString(),
      "--gradients",
      "--optimality",
      "--no-report"
    };
    Call call =
        Call.of(
            Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new));
    assertEquals(0, call.exitCode(), call.err());
    return call;
  }

  /// `Σ ‖grad‖²` over all weights.
  private static double gradient(Path file) throws IOException {
    double squares = 0;
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      for (String name : tensors.tensors().keySet()) {
        if (name.startsWith("grad.")) {
          for (double x : tensors.doubles(name)) {
            squares += x * x;
          }
        }
      }
    }
    return squares;
  }
}
