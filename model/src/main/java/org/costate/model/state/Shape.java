package org.costate.model.state;

/// How many sequences (`batch`) of how many tokens (`tokens`) an operator works on. States are
/// `[batch, tokens, width]`, row-major; the width belongs to the operator.
public record Shape(int batch, int tokens) {
  /// @throws IllegalArgumentException if a size is not positive or the number of positions is no
  /// int
  public Shape {
    if (batch < 1 || tokens < 1) {
      throw new IllegalArgumentException(
          "shape: found batch " + batch + " and tokens " + tokens + ", expected both at least 1");
    }
    if ((long) batch * tokens > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "shape: found " + batch + " x " + tokens + " positions, expected at most 2^31 - 1");
    }
  }

  /// Number of token positions in all sequences, `batch · tokens`: the rows of a state.
  public int positions() {
    return batch * tokens;
  }

  /// Number of doubles of a state of this shape with `width` features.
  ///
  /// @throws ArithmeticException if that is more than an array holds
  public int size(int width) {
    return Math.multiplyExact(positions(), width);
  }
}
