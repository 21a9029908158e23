package org.costate.interop.huggingface;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.json.ConfigOptions;
import org.costate.interop.weights.WeightFiles;
import org.costate.interop.weights.WeightMap;
import org.costate.model.InputException;

/// Questions about the tensors of a checkpoint that every importer asks.
final class Checkpoint {
  private Checkpoint() {}

  /// The prefix of `prefixes` with which `anchor` is there.
  ///
  /// @throws InputException if it is there with none
  static String prefix(WeightFiles files, String anchor, List<String> prefixes) {
    for (String prefix : prefixes) {
      if (files.has(prefix + anchor)) {
        return prefix;
      }
    }
    throw new InputException(
        files.folder() + ": found no tensor `" + prefixes.getFirst() + anchor + "`",
        "a checkpoint of the model_type of its config.json",
        "Maybe the model_type is wrong.");
  }

  /// Refuses more layers than the checkpoint can hold, before anything is made for each of them.
  static int layers(ConfigOptions config, String key, WeightFiles files) {
    int layers = config.size(key);
    if (layers > files.names().size()) {
      throw new InputException(
          config.file() + ": found " + key + " = " + layers,
          "at most the " + files.names().size() + " tensors of the checkpoint",
          "");
    }
    return layers;
  }

  /// Refuses heads that do not divide the width.
  static int headWidth(ConfigOptions config, int width, int heads, String key) {
    if (width % heads != 0) {
      throw new InputException(
          config.file() + ": found " + key + " = " + heads + " for width " + width,
          "a number that divides the width",
          "");
    }
    return width / heads;
  }

  /// Puts the import together: tensors that are in no place are ignored where they match, and
  /// refused otherwise.
  static Imported finish(NamedModel model, WeightMap weights, WeightFiles files, String ignorable) {
    Pattern pattern = Pattern.compile(ignorable);
    List<String> known = new ArrayList<>(weights.names());
    List<String> ignored =
        files.names().stream()
            .filter(name -> pattern.matcher(name).matches() && !known.contains(name))
            .toList();
    known.addAll(ignored);
    files.requireOnly(known);
    return new Imported(model, weights, ignored);
  }
}
