package org.costate.interop.huggingface;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiFunction;
import org.costate.interop.json.ConfigOptions;
import org.costate.interop.weights.WeightFiles;
import org.costate.model.InputException;

/// The importers by `model_type`.
public final class HuggingFace {
  private static final SequencedMap<String, BiFunction<ConfigOptions, WeightFiles, Imported>>
      IMPORTERS = importers();

  private HuggingFace() {}

  private static SequencedMap<String, BiFunction<ConfigOptions, WeightFiles, Imported>>
      importers() {
    SequencedMap<String, BiFunction<ConfigOptions, WeightFiles, Imported>> map =
        new LinkedHashMap<>();
    map.put("bert", BertImporter::read);
    map.put("gpt2", Gpt2Importer::read);
    map.put("vit", VitImporter::read);
    map.put("llama", LlamaImporter::read);
    map.put("gpt_neox", GptNeoxImporter::read);
    map.put("torch_encoder", TorchEncoderImporter::read);
    return map;
  }

  /// The types that can be imported.
  public static Set<String> types() {
    return IMPORTERS.keySet();
  }

  /// What a configuration and the names of its weights say.
  ///
  /// @param type one of [#types]
  /// @param config tree of `config.json`
  /// @param file where it comes from, for messages
  /// @throws InputException if an option would change the result and is not supported, with its
  ///     name; if sizes do not fit together; if a tensor is there that this model does not have
  public static Imported read(String type, ObjectNode config, String file, WeightFiles files) {
    try {
      return IMPORTERS.get(type).apply(new ConfigOptions(config, file), files);
    } catch (ArithmeticException e) {
      throw new InputException(
          file + ": found sizes that are too large (" + e.getMessage() + ")",
          "those of the weights",
          "",
          e);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          file + ": found sizes that do not fit together (" + e.getMessage() + ")", "", "", e);
    }
  }
}
