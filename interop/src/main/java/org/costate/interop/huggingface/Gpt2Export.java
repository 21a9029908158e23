package org.costate.interop.huggingface;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.json.StrictJson;
import org.costate.interop.safetensors.ElementType;
import org.costate.interop.safetensors.SafetensorsWriter;
import org.costate.interop.weights.LoadProgress;
import org.costate.interop.weights.WeightFiles;
import org.costate.interop.weights.WeightMap;
import org.costate.model.InputException;
import org.costate.model.file.AtomicFile;
import org.costate.model.file.AtomicFolder;

/// Writes a causal language model as a `gpt2` folder that transformers loads.
///
/// A layer of GPT-2 is a pre-norm step of size 1: step sizes are folded into the maps that end a
/// field, controls in any basis are evaluated at the beginning of every step, and biases that the
/// model lacks are written as zeros. What GPT-2 cannot express is refused by name.
public final class Gpt2Export {
  private static final String WEIGHTS = "model.safetensors";

  private Gpt2Export() {}

  /// What was written.
  ///
  /// @param files the files of the folder
  /// @param maxAbs largest deviation of a tensor read back from the one meant
  public record Written(List<Path> files, double maxAbs) {}

  /// Writes `model` into `folder`, which appears whole or not at all, after it was read back and
  /// compared tensor for tensor.
  ///
  /// @param vocabulary characters of the tokens, where they are characters
  /// @param type of the weights in the file; [ElementType#F64] loses nothing
  /// @throws InputException if the model is no GPT-2, with the reason, or the folder is in use
  public static Written write(
      Path folder,
      NamedModel model,
      double[] coefficients,
      Optional<String> vocabulary,
      ElementType type) {
    Gpt2Conversion conversion = Gpt2Conversion.of(model, coefficients);
    WeightMap weights = conversion.weights();
    try (AtomicFolder out = AtomicFolder.creating(folder)) {
      AtomicFile.write(out.file("config.json"), config(conversion.size(), type));
      SafetensorsWriter.write(
          out.file(WEIGHTS),
          weights.tensors(conversion.coefficients(), type, ""),
          Map.of("format", "pt"));
      vocabulary.ifPresent(v -> AtomicFile.write(out.file("vocabulary.json"), characters(v)));
      double maxAbs = readBack(out, conversion);
      out.commit();
      List<String> names =
          vocabulary.isPresent()
              ? List.of("config.json", WEIGHTS, "vocabulary.json")
              : List.of("config.json", WEIGHTS);
      return new Written(names.stream().map(folder::resolve).toList(), maxAbs);
    }
  }

  private static double readBack(AtomicFolder out, Gpt2Conversion conversion) {
    Path config = out.file("config.json");
    try (WeightFiles files = WeightFiles.open(config.getParent())) {
      Imported again = HuggingFace.read("gpt2", StrictJson.read(config), config.toString(), files);
      double[] expected = conversion.coefficients();
      double[] found = again.weights().load(files, expected.length, LoadProgress.NONE);
      double maxAbs = 0;
      for (int i = 0; i < expected.length; i++) {
        maxAbs = Math.max(maxAbs, Math.abs(found[i] - expected[i]));
      }
      return maxAbs;
    }
  }

  private static String config(Gpt2Importer.Size size, ElementType type) {
    String precision =
        switch (type) {
          case F64 -> "float64";
          case F32 -> "float32";
          case F16 -> "float16";
          case BF16 -> "bfloat16";
          case I64, I32, I16, I8, U8, BOOL ->
              throw new IllegalArgumentException("export: found " + type + ", expected reals");
        };
    ObjectNode tree = StrictJson.object();
    tree.putArray("architectures").add("GPT2LMHeadModel");
    tree.put("model_type", "gpt2");
    tree.put("n_embd", size.width()).put("n_head", size.heads()).put("n_inner", size.hidden());
    tree.put("n_layer", size.layers()).put("n_positions", size.positions());
    tree.put("vocab_size", size.vocabulary());
    tree.put("activation_function", Activations.name(size.activation()));
    tree.put("layer_norm_epsilon", size.epsilon());
    tree.put("scale_attn_weights", size.scale() != 1 || size.width() == size.heads());
    tree.put("tie_word_embeddings", size.tied());
    tree.put("attn_pdrop", 0.0).put("embd_pdrop", 0.0).put("resid_pdrop", 0.0);
    tree.putNull("bos_token_id").putNull("eos_token_id");
    tree.put("dtype", precision).put("torch_dtype", precision);
    return StrictJson.text(tree);
  }

  /// Characters and their identities, for a tokenizer of the reader's own.
  private static String characters(String vocabulary) {
    ObjectNode tree = StrictJson.object();
    int[] codePoints = vocabulary.codePoints().toArray();
    for (int id = 0; id < codePoints.length; id++) {
      tree.put(Character.toString(codePoints[id]), id);
    }
    return StrictJson.text(tree);
  }
}
