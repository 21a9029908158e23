package org.costate.interop.weights;

import static org.costate.model.file.FileTrouble.printable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.costate.interop.json.StrictJson;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.interop.safetensors.TensorInfo;
import org.costate.model.InputException;
import org.costate.model.Suggestion;

/// The safetensors files of a model folder: `model.safetensors` or `weights.safetensors`, or the
/// shards that `model.safetensors.index.json` names.
public final class WeightFiles implements AutoCloseable {
  private static final String INDEX = "model.safetensors.index.json";
  private static final List<String> SINGLE = List.of("model.safetensors", "weights.safetensors");

  private final Path folder;
  private final SequencedMap<String, SafetensorsFile> files;
  private final SequencedMap<String, SafetensorsFile> byTensor = new LinkedHashMap<>();

  private WeightFiles(Path folder, SequencedMap<String, SafetensorsFile> files) {
    this.folder = folder;
    this.files = files;
  }

  /// Opens the files in `folder` and checks their headers.
  ///
  /// @throws InputException if there are none, one is broken, or shards and index disagree
  public static WeightFiles open(Path folder) {
    WeightFiles opened = new WeightFiles(folder, new LinkedHashMap<>());
    try {
      Path index = folder.resolve(INDEX);
      Optional<String> single =
          SINGLE.stream().filter(name -> Files.exists(folder.resolve(name))).findFirst();
      if (single.isPresent()) {
        opened.add(single.get());
      } else if (Files.exists(index)) {
        opened.addShards(index);
      } else {
        throw new InputException(
            folder + ": found no weights",
            String.join(", ", SINGLE) + " or " + INDEX,
            otherFormat(folder));
      }
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static String otherFormat(Path folder) {
    return Files.exists(folder.resolve("pytorch_model.bin"))
        ? "Maybe convert pytorch_model.bin to safetensors first."
        : "";
  }

  private SafetensorsFile add(String name) {
    SafetensorsFile file = SafetensorsFile.open(folder.resolve(name));
    files.put(name, file);
    for (String tensor : file.tensors().keySet()) {
      if (byTensor.put(tensor, file) != null) {
        throw new InputException(
            file.file() + ": found tensor `" + printable(tensor) + "` in another shard too",
            "every tensor once",
            "");
      }
    }
    return file;
  }

  private void addShards(Path index) {
    ObjectNode tree = StrictJson.read(index);
    JsonNode map = tree.path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new InputException(index + ": found no weight_map", "an object with tensors", "");
    }
    Map<String, String> shardOf = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      shardOf.put(entry.getKey(), shardName(index, entry.getValue()));
    }
    for (String shard : shardOf.values().stream().distinct().sorted().toList()) {
      add(shard);
    }
    for (Map.Entry<String, String> entry : shardOf.entrySet()) {
      if (byTensor.get(entry.getKey()) != files.get(entry.getValue())
          || !byTensor.containsKey(entry.getKey())) {
        throw new InputException(
            index + ": found tensor `" + printable(entry.getKey()) + "` named",
            "it in " + printable(entry.getValue()),
            "");
      }
    }
    for (String tensor : byTensor.keySet()) {
      if (!shardOf.containsKey(tensor)) {
        throw new InputException(
            byTensor.get(tensor).file() + ": found tensor `" + printable(tensor) + "`",
            "only tensors that " + INDEX + " names",
            "");
      }
    }
  }

  /// A shard lies in the same folder: its name may lead nowhere else.
  private static String shardName(Path index, JsonNode node) {
    String name = node.isTextual() ? node.textValue() : "";
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._-]*\\.safetensors")) {
      throw new InputException(
          index + ": found the shard name " + printable(node.toString()),
          "the name of a safetensors file in the same folder",
          "");
    }
    return name;
  }

  /// The folder.
  public Path folder() {
    return folder;
  }

  /// The files that were opened.
  public List<Path> paths() {
    return files.keySet().stream().map(folder::resolve).toList();
  }

  /// Names of all tensors in all files.
  public Set<String> names() {
    return Collections.unmodifiableSet(byTensor.keySet());
  }

  /// Whether there is a tensor of this name.
  public boolean has(String name) {
    return byTensor.containsKey(name);
  }

  /// Refuses tensors that are not in `known`: they would be ignored silently.
  public void requireOnly(Collection<String> known) {
    for (String name : byTensor.keySet()) {
      if (!known.contains(name)) {
        throw new InputException(
            byTensor.get(name).file() + ": found tensor `" + printable(name) + "`",
            "only weights that this model has",
            Suggestion.nearest(name, known)
                .map(near -> "Maybe `" + near + "`, or config.json is of another model.")
                .orElse("Maybe config.json is of another model."));
      }
    }
  }

  /// The header entry of a tensor.
  ///
  /// @throws InputException if there is none
  public TensorInfo require(String name) {
    SafetensorsFile file = byTensor.get(name);
    if (file == null) {
      throw new InputException(
          folder + ": found no tensor `" + printable(name) + "`",
          "one of that name",
          Suggestion.nearest(name, byTensor.keySet())
              .map(near -> "Maybe `" + printable(near) + "`?")
              .orElse(""));
    }
    return file.require(name);
  }

  /// The header entry of a tensor of a known shape.
  ///
  /// @throws InputException if there is none or its shape differs
  public TensorInfo require(String name, List<Integer> shape) {
    require(name);
    return byTensor.get(name).require(name, shape);
  }

  /// Elements `from … from + count − 1` of a tensor, into the beginning of `target`.
  void read(String name, long from, int count, double[] target) {
    SafetensorsFile file = byTensor.get(name);
    file.read(file.require(name), from, count, target, 0);
  }

  /// File and tensor, to begin an error message with.
  String where(String name) {
    return byTensor.get(name).file() + ": tensor `" + printable(name) + "`: ";
  }

  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }
}
