package org.costate.interop.folder;

import static org.costate.model.file.FileTrouble.printable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.costate.CostateFormat;
import org.costate.interop.huggingface.HuggingFace;
import org.costate.interop.huggingface.Imported;
import org.costate.interop.json.StrictJson;
import org.costate.interop.safetensors.ElementType;
import org.costate.interop.safetensors.SafetensorsWriter;
import org.costate.interop.weights.LoadProgress;
import org.costate.interop.weights.WeightFiles;
import org.costate.interop.weights.WeightMap;
import org.costate.model.InputException;
import org.costate.model.Suggestion;
import org.costate.model.file.AtomicFile;
import org.costate.model.file.AtomicFolder;

/// Reads model folders of any known type, and writes those of type `costate`.
public final class ModelFolder {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";

  private ModelFolder() {}

  /// All types that can be read.
  public static Set<String> types() {
    Set<String> types = new TreeSet<>(HuggingFace.types());
    types.add(CostateFormat.TYPE);
    return types;
  }

  /// The model in `folder`. Configuration and headers are checked before memory is taken for the
  /// numbers.
  ///
  /// @throws InputException if something is missing, broken, not known or not supported
  public static LoadedModel read(Path folder, LoadProgress progress) {
    if (!Files.isDirectory(folder)) {
      throw new InputException(
          folder + ": found no such folder", "a folder with config.json and weights", "");
    }
    Path config = folder.resolve(CONFIG);
    ObjectNode tree = StrictJson.read(config);
    String type = type(tree, config);
    try (WeightFiles files = WeightFiles.open(folder)) {
      List<Path> read = new ArrayList<>(List.of(config));
      read.addAll(files.paths());
      if (type.equals(CostateFormat.TYPE)) {
        CostateFormat.Described described = describe(tree, config, files);
        WeightMap weights = CostateFormat.weights(described.model().model().layout());
        files.requireOnly(weights.names());
        double[] c = load(described.model(), weights, files, progress);
        return new LoadedModel(described.model(), c, weights, read, List.of(), described.notes());
      }
      Imported imported = HuggingFace.read(type, tree, config.toString(), files);
      double[] c = load(imported.model(), imported.weights(), files, progress);
      return new LoadedModel(
          imported.model(), c, imported.weights(), read, imported.ignored(), Map.of());
    }
  }

  private static String type(ObjectNode tree, Path config) {
    JsonNode type = tree.path("model_type");
    if (!type.isTextual()) {
      throw new InputException(config + ": found no model_type", "one of " + types(), "");
    }
    if (!types().contains(type.textValue())) {
      throw new InputException(
          config + ": found model_type \"" + printable(type.textValue()) + "\"",
          "one of " + types(),
          Suggestion.nearest(type.textValue(), types())
              .map(known -> "Maybe \"" + known + "\"?")
              .orElse(""));
    }
    return type.textValue();
  }

  private static CostateFormat.Described describe(ObjectNode tree, Path config, WeightFiles files) {
    try {
      return CostateFormat.read(tree, config.toString(), files);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InputException(
          config + ": found sizes that do not fit together (" + e.getMessage() + ")", "", "", e);
    }
  }

  private static double[] load(
      NamedModel model, WeightMap weights, WeightFiles files, LoadProgress progress) {
    return weights.load(files, model.model().layout().size(), progress);
  }

  /// Writes a model as a folder of type `costate`, in double precision. The folder appears whole or
  /// not at all.
  ///
  /// @param notes what else belongs to it, as texts
  /// @throws InputException if `folder` holds files already or cannot be written
  public static void write(
      Path folder, NamedModel model, double[] coefficients, Map<String, String> notes) {
    try (AtomicFolder out = AtomicFolder.creating(folder)) {
      AtomicFile.write(out.file(CONFIG), CostateFormat.write(model, notes));
      WeightMap weights = CostateFormat.weights(model.model().layout());
      SafetensorsWriter.write(
          out.file(WEIGHTS),
          weights.tensors(coefficients, ElementType.F64, ""),
          Map.of("format", "costate"));
      out.commit();
    }
  }
}
