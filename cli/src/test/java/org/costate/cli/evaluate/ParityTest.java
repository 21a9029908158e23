package org.costate.cli.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.interop.folder.LoadedModel;
import org.costate.interop.folder.ModelFolder;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.interop.weights.LoadProgress;
import org.costate.interop.weights.WeightPlace;
import org.costate.model.kernel.PlainKernels;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Imported models give what transformers and PyTorch give in float64, forwards and backwards.
class ParityTest {
  private static final double TOLERANCE = 1e-10;
  private static final EvaluationOptions FORWARD =
      EvaluationOptions.forward(SweepOptions.with(new PlainKernels()));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf_gpt2",
        "hf_llama",
        "hf_gptneox",
        "hf_vit",
        "hf_bert",
        "torch_encoder_postln_relu",
        "torch_encoder_preln_gelu"
      })
  void outputsHiddenStatesAndEveryGradientAgree(String name) {
    Path folder = SharedCases.folder(name);
    LoadedModel model = ModelFolder.read(folder, LoadProgress.NONE);
    try (SafetensorsFile io = SafetensorsFile.open(folder.resolve("io.safetensors"))) {
      Evaluation results = Evaluation.of(model, io, FORWARD.withGradients());
      Parity parity = Parity.of(results, io, TOLERANCE, Optional.empty());
      assertTrue(parity.pass(), () -> describe(parity));
      for (WeightPlace place : model.weights().places()) {
        assertTrue(isCompared(parity, "grad." + place.name()), place.name());
      }
      long states = io.tensors().keySet().stream().filter(n -> n.matches(".*\\.\\d+")).count();
      long compared =
          parity.rows().stream().filter(row -> row.tensor().matches(".*\\.\\d+")).count();
      assertEquals(states, compared, "every state of the reference");
      assertTrue(isCompared(parity, "loss"));
      assertTrue(
          isCompared(parity, model.named().conventions().main().name())
              || name.startsWith("torch"));
      for (Parity.NotCompared rest : parity.notCompared()) {
        assertTrue(
            rest.reason().equals("an input")
                || rest.reason().startsWith("from the unmodified")
                || rest.reason().equals("of another variant"),
            rest.toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"masked"})
  void paddingIsHidden(String variant) {
    Path folder = SharedCases.folder("hf_bert");
    LoadedModel model = ModelFolder.read(folder, LoadProgress.NONE);
    try (SafetensorsFile io = SafetensorsFile.open(folder.resolve("io.safetensors"))) {
      Evaluation results = Evaluation.of(model, io, FORWARD.withVariant(variant));
      assertTrue(results.inputs().contains("masked.attention_mask"));
      Parity parity = Parity.of(results, io, TOLERANCE, Optional.of(variant));
      assertTrue(parity.pass(), () -> describe(parity));
      assertEquals(2, parity.rows().size(), () -> describe(parity));
      Evaluation unmasked = Evaluation.of(model, io, FORWARD);
      assertFalse(Parity.of(unmasked, io, TOLERANCE, Optional.of(variant)).pass());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hf_gpt2, transformer.h.0.attn.c_attn.weight, block_out.0",
    "hf_gpt2, transformer.h.1.mlp.c_fc.weight, block_out.1",
    "hf_llama, model.layers.1.self_attn.v_proj.weight, block_out.1",
    "hf_gptneox, gpt_neox.layers.0.attention.query_key_value.weight, block_out.0",
    "hf_vit, vit.encoder.layer.1.attention.attention.query.weight, block_out.1",
    "hf_bert, encoder.layer.0.intermediate.dense.weight, block_out.0",
    "torch_encoder_postln_relu, layers.1.self_attn.in_proj_weight, block_out.1",
    "torch_encoder_preln_gelu, layers.0.linear2.weight, block_out.0",
  })
  void oneEntryChangedByAMillionthFailsAtItsLayer(String name, String weight, String first) {
    Path folder = SharedCases.folder(name);
    LoadedModel model = ModelFolder.read(folder, LoadProgress.NONE);
    WeightPlace place = model.weights().byName().get(weight);
    double[] entry = new double[1];
    place.view().gather(model.coefficients(), 17, 1, entry);
    entry[0] += 1e-6;
    place.view().scatter(entry, 17, 1, model.coefficients());
    try (SafetensorsFile io = SafetensorsFile.open(folder.resolve("io.safetensors"))) {
      Evaluation results = Evaluation.of(model, io, FORWARD);
      Parity parity = Parity.of(results, io, TOLERANCE, Optional.empty());
      assertEquals(Optional.of(first), parity.firstFailing(), () -> describe(parity));
    }
  }

  private static boolean isCompared(Parity parity, String tensor) {
    return parity.rows().stream().anyMatch(row -> row.tensor().equals(tensor));
  }

  private static String describe(Parity parity) {
    StringBuilder text = new StringBuilder();
    parity.rows().forEach(row -> text.append(row).append('\n'));
    return text.toString();
  }
}
