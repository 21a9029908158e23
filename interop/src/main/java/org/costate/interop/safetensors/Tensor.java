package org.costate.interop.safetensors;

import java.util.List;
import java.util.Objects;

/// A tensor to be written: its numbers are asked for piece by piece.
///
/// @param name unique in its file
/// @param type of the elements in the file
/// @param shape sizes of the dimensions, outermost first
/// @param values where the numbers come from, row-major
public record Tensor(String name, ElementType type, List<Integer> shape, Values values) {
  /// A source of numbers.
  @FunctionalInterface
  public interface Values {
    /// Puts elements `from … from + count − 1` into `target` from index 0 on.
    void copy(long from, int count, double[] target);
  }

  public Tensor {
    shape = List.copyOf(shape);
    Objects.requireNonNull(values);
    count(shape);
  }

  /// Real numbers, kept as they are.
  ///
  /// @throws IllegalArgumentException if the shape does not have as many elements
  public static Tensor ofDoubles(String name, List<Integer> shape, double[] values) {
    requireCount(name, shape, values.length);
    return new Tensor(
        name,
        ElementType.F64,
        shape,
        (from, count, target) -> System.arraycopy(values, (int) from, target, 0, count));
  }

  /// Integers, as 64-bit ones: what Python libraries expect of ids.
  ///
  /// @throws IllegalArgumentException if the shape does not have as many elements
  public static Tensor ofIntegers(String name, List<Integer> shape, int[] values) {
    requireCount(name, shape, values.length);
    return new Tensor(
        name,
        ElementType.I64,
        shape,
        (from, count, target) -> {
          for (int i = 0; i < count; i++) {
            target[i] = values[(int) from + i];
          }
        });
  }

  /// Number of elements.
  public long count() {
    return count(shape);
  }

  private static long count(List<Integer> shape) {
    long count = 1;
    for (int size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException(
            "tensor: found shape " + shape + ", expected no size < 0");
      }
      count = Math.multiplyExact(count, (long) size);
    }
    return count;
  }

  private static void requireCount(String name, List<Integer> shape, int found) {
    if (count(shape) != found) {
      throw new IllegalArgumentException(
          "tensor " + name + ": found " + found + " elements, expected shape " + shape);
    }
  }
}
