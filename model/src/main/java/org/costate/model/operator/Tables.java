package org.costate.model.operator;

import java.util.Optional;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;

/// Look-up of rows of a table `[rows, width]` by the index of every token, and its adjoint. What is
/// absent is zero as a factor and skipped as a target.
final class Tables {
  private Tables() {}

  /// The part of the batch that an operator cannot do without.
  static int[] require(String operator, String what, Optional<int[]> part) {
    if (part.isEmpty()) {
      throw new IllegalArgumentException(
          operator + ": found a batch without " + what + ", expected one index a token");
    }
    return part.get();
  }

  /// @throws IllegalArgumentException if there is not one index a token, or one lies outside the
  ///     table
  static void requireRows(String operator, Shape s, int[] index, int rows) {
    if (index.length != s.positions()) {
      throw new IllegalArgumentException(
          operator + ": found " + index.length + " indices, expected " + s.positions());
    }
    for (int i = 0; i < index.length; i++) {
      if (index[i] < 0 || index[i] >= rows) {
        throw new IllegalArgumentException(
            operator
                + ": found index "
                + index[i]
                + " at sequence "
                + i / s.tokens()
                + ", token "
                + i % s.tokens()
                + ", expected 0 to "
                + (rows - 1)
                + ". Maybe the data were encoded with another vocabulary.");
      }
    }
  }

  /// `y_i := y_i + T[index_i]`.
  static void addRows(Kernels k, int width, int[] index, Slice table, Slice y) {
    if (table.isNone()) {
      return;
    }
    for (int i = 0; i < index.length; i++) {
      k.axpy(
          width,
          1,
          table.array(),
          table.offset() + index[i] * width,
          y.array(),
          y.offset() + i * width);
    }
  }

  /// `T̄[index_i] := T̄[index_i] + λ_i`, tokens in order.
  static void addToRows(Kernels k, int width, int[] index, Slice lambda, Slice tableBar) {
    if (tableBar.isNone()) {
      return;
    }
    for (int i = 0; i < index.length; i++) {
      k.axpy(
          width,
          1,
          lambda.array(),
          lambda.offset() + i * width,
          tableBar.array(),
          tableBar.offset() + index[i] * width);
    }
  }

  /// `y := y + x` for states of one size.
  static void add(Kernels k, Slice x, Slice y) {
    if (!x.isNone() && !y.isNone()) {
      k.axpy(x.length(), 1, x.array(), x.offset(), y.array(), y.offset());
    }
  }
}
