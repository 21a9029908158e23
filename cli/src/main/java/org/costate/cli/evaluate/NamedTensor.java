package org.costate.cli.evaluate;

import java.util.List;
import org.costate.interop.safetensors.Tensor;

/// A result under the name that it has in files.
///
/// @param name in files
/// @param shape sizes of the dimensions
/// @param values the numbers, row-major
public record NamedTensor(String name, List<Integer> shape, double[] values) {
  public NamedTensor {
    shape = List.copyOf(shape);
  }

  /// The same, to be written.
  public Tensor tensor() {
    return Tensor.ofDoubles(name, shape, values);
  }
}
