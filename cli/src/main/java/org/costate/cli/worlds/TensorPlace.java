package org.costate.cli.worlds;

import java.nio.file.Path;
import java.util.List;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.model.InputException;

/// A matrix named on the command line as `FILE:TENSOR`.
///
/// @param option the option that names it, for errors
/// @param path the file
/// @param rows its rows
/// @param columns its columns
/// @param values row-major
public record TensorPlace(String option, Path path, int rows, int columns, double[] values) {
  /// Reads the matrix.
  ///
  /// @param place `FILE:TENSOR`
  /// @throws InputException if it has another form, or the tensor is no matrix of finite numbers
  public static TensorPlace read(String option, String place) {
    int colon = place.lastIndexOf(':');
    if (colon < 1 || colon == place.length() - 1) {
      throw new InputException(option + ": found " + place, "FILE:TENSOR", "");
    }
    Path path = Path.of(place.substring(0, colon));
    String name = place.substring(colon + 1);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      List<Integer> shape = file.require(name).shape();
      if (shape.size() != 2 || shape.contains(0)) {
        throw new InputException(
            option + ": found the tensor `" + name + "` of shape " + shape, "[rows, columns]", "");
      }
      double[] values = file.doubles(name);
      for (int i = 0; i < values.length; i++) {
        if (!Double.isFinite(values[i])) {
          int row = i / shape.get(1);
          throw new InputException(
              option + ": found " + values[i] + " in row " + row + " of `" + name + "`",
              "finite numbers",
              "");
        }
      }
      return new TensorPlace(option, path, shape.get(0), shape.get(1), values);
    }
  }
}
