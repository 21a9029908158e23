package org.costate.interop.costate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.json.ConfigOptions;
import org.costate.interop.json.StrictJson;
import org.costate.interop.weights.StridedView;
import org.costate.interop.weights.WeightFiles;
import org.costate.interop.weights.WeightMap;
import org.costate.interop.weights.WeightPlace;
import org.costate.model.InputException;
import org.costate.model.operator.Parameter;
import org.costate.model.time.ControlLayout;

/// `config.json` of a folder of `model_type` `costate`, and the names of its tensors:
/// `BLOCK.K.PARAMETER` for coefficient `K` in time, `BLOCK.PARAMETER` for a control that is
/// constant.
public final class CostateFormat {
  /// The `model_type`.
  public static final String TYPE = "costate";

  private static final int VERSION = 1;

  private CostateFormat() {}

  /// The text of `config.json`.
  ///
  /// @param notes what else belongs to the model, as texts: the vocabulary of its tokens
  public static String write(NamedModel model, Map<String, String> notes) {
    ObjectNode tree = StrictJson.object();
    tree.put("model_type", TYPE).put("format", VERSION);
    tree.set("architecture", ArchitectureCodec.write(model.architecture()));
    Conventions conventions = model.conventions();
    tree.put("loss", ArchitectureCodec.spelling(conventions.loss()));
    tree.put("exitStagesBeforeHidden", conventions.exitStagesBeforeHidden());
    ArrayNode outputs = tree.putArray("outputs");
    for (Conventions.Output output : conventions.outputs()) {
      outputs
          .addObject()
          .put("name", output.name())
          .put("exitStages", output.exitStages())
          .put("target", output.target())
          .put("pooled", output.pooled());
    }
    ObjectNode texts = tree.putObject("notes");
    new TreeMap<>(notes).forEach(texts::put);
    return StrictJson.text(tree);
  }

  /// What a `config.json` says.
  ///
  /// @param model the model, named
  /// @param notes the texts that came with it
  public record Described(NamedModel model, Map<String, String> notes) {}

  /// Reads a `config.json`.
  ///
  /// @throws InputException if it is not one of this format, with the key
  public static Described read(ObjectNode tree, String file, WeightFiles files) {
    ConfigOptions config = new ConfigOptions(tree, file);
    config.text("model_type");
    int version = config.size("format");
    if (version != VERSION) {
      throw new InputException(
          file + ": found format " + version,
          "format " + VERSION,
          "Maybe it was written by a newer version.");
    }
    requireSteps(config.requiredInner("architecture").requiredInner("depth"), files);
    List<Conventions.Output> outputs = new ArrayList<>();
    for (ConfigOptions output : config.list("outputs")) {
      outputs.add(
          new Conventions.Output(
              output.requiredText("name"),
              output.count("exitStages", 0),
              output.requiredText("target"),
              output.flag("pooled", false)));
      output.finish();
    }
    Conventions.Loss loss = ArchitectureCodec.word(config, "loss", Conventions.Loss.values());
    Conventions conventions =
        new Conventions(outputs, loss, config.count("exitStagesBeforeHidden", 0));
    Map<String, String> notes = config.texts("notes");
    NamedModel model =
        NamedModel.of(
            TYPE, ArchitectureCodec.read(config.requiredInner("architecture")), conventions);
    config.finish();
    return new Described(model, notes);
  }

  /// Sets of controls are stored one by one: no more of them than tensors, nor unreasonably many
  /// steps, before anything is made for each of them.
  private static void requireSteps(ConfigOptions depth, WeightFiles files) {
    int most = 1_000_000;
    if (depth.size("controls") > files.names().size() || depth.size("steps") > most) {
      throw new InputException(
          depth.file()
              + ": found controls = "
              + depth.size("controls")
              + ", steps = "
              + depth.size("steps"),
          "at most the " + files.names().size() + " tensors of the file and " + most + " steps",
          "");
    }
  }

  /// Where the tensors of the format lie.
  public static WeightMap weights(ControlLayout layout) {
    List<WeightPlace> places = new ArrayList<>();
    for (ControlLayout.Block block : layout.blocks()) {
      int count = block.basis().count();
      for (int k = 0; k < count; k++) {
        String name = count == 1 ? block.name() : block.name() + "." + k;
        int at = block.at(k);
        for (Parameter p : block.parameters()) {
          places.add(
              new WeightPlace(
                  name + "." + p.name(),
                  List.of(p.rows(), p.cols()),
                  StridedView.matrix(at, p.rows(), p.cols())));
          at += p.size();
        }
      }
    }
    return new WeightMap(places);
  }
}
