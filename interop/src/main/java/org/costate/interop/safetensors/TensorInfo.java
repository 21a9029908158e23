package org.costate.interop.safetensors;

import java.util.List;
import java.util.stream.Collectors;

/// What the header of a safetensors file says about one tensor.
///
/// @param name as in the file
/// @param type of its elements
/// @param shape sizes of its dimensions, outermost first; empty for a scalar
/// @param begin first byte, counted from the end of the header
/// @param end one behind its last byte
public record TensorInfo(String name, ElementType type, List<Integer> shape, long begin, long end) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /// Number of elements.
  public long count() {
    return (end - begin) / type.bytes();
  }

  /// The shape as people write it: `[2, 12, 48]`.
  public static String shapeText(List<Integer> shape) {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
  }
}
