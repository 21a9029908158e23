package org.costate.cli.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.interop.safetensors.TensorInfo;
import org.costate.model.InputException;

/// The tensors that a model is evaluated on: those of a safetensors file, where a variant `P` is
/// chosen `P.NAME` before `NAME`.
final class InputTensors {
  /// Names that are inputs and never results.
  static final Set<String> NAMES =
      Set.of(
          "input",
          "input_ids",
          "token_type_ids",
          "attention_mask",
          "token_weights",
          "pixel_values",
          "target",
          "target_pooled",
          "labels");

  private final SafetensorsFile file;
  private final Optional<String> variant;
  private final List<String> used = new ArrayList<>();

  InputTensors(SafetensorsFile file, Optional<String> variant) {
    this.file = file;
    this.variant = variant;
    variant.ifPresent(this::requireVariant);
  }

  private void requireVariant(String name) {
    if (file.tensors().keySet().stream().noneMatch(t -> t.startsWith(name + "."))) {
      throw new InputException(
          file.file() + ": found no tensor `" + name + ".…`", "a variant of that name", "");
    }
  }

  /// Names of the tensors that were read.
  List<String> used() {
    return List.copyOf(used);
  }

  boolean has(String name) {
    return file.find(resolve(name)).isPresent();
  }

  private String resolve(String name) {
    return variant.map(v -> v + "." + name).filter(n -> file.find(n).isPresent()).orElse(name);
  }

  /// Shape of a tensor that must be there, with as many dimensions as `axes` names.
  ///
  /// @param axes names of the dimensions, for messages
  List<Integer> shape(String name, String... axes) {
    TensorInfo tensor = file.require(resolve(name));
    if (tensor.shape().size() != axes.length || tensor.shape().contains(0)) {
      throw new InputException(
          where(name) + "found shape " + TensorInfo.shapeText(tensor.shape()),
          List.of(axes) + ", none of them 0",
          "");
    }
    return tensor.shape();
  }

  /// The numbers of a tensor of a known shape, all finite.
  double[] doubles(String name, List<Integer> shape) {
    note(name);
    file.require(resolve(name), shape);
    double[] values = file.doubles(resolve(name));
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new InputException(
            where(name) + "found " + values[i] + " at place " + i, "finite numbers", "");
      }
    }
    return values;
  }

  /// The integers of a tensor of a known shape, all in `from … below − 1`.
  int[] integers(String name, List<Integer> shape, int from, int below) {
    note(name);
    file.require(resolve(name), shape);
    int[] values = file.integers(resolve(name));
    for (int i = 0; i < values.length; i++) {
      if (values[i] < from || values[i] >= below) {
        throw new InputException(
            where(name) + "found " + values[i] + " at place " + i,
            "from " + from + " to " + (below - 1),
            "");
      }
    }
    return values;
  }

  private void note(String name) {
    used.add(resolve(name));
  }

  /// File and tensor, to begin an error message with.
  String where(String name) {
    return file.file() + ": tensor `" + resolve(name) + "`: ";
  }
}
