package org.costate.model.operator;

/// Checks of sizes at the construction of an operator.
final class Widths {
  private Widths() {}

  static void requirePositive(String operator, String what, int found) {
    if (found < 1) {
      throw new IllegalArgumentException(
          operator + ": found " + what + " " + found + ", expected at least 1");
    }
  }

  /// Leaves room for a few such matrices in one array.
  static void requireSize(String operator, int rows, int cols) {
    if ((long) rows * cols > Integer.MAX_VALUE / 4) {
      throw new IllegalArgumentException(
          operator
              + ": found a matrix of "
              + rows
              + " x "
              + cols
              + ", expected at most 2^29 - 1 elements");
    }
  }

  static void requireNotNegative(String operator, String what, double found) {
    if (!(found >= 0) || found == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          operator + ": found " + what + " " + found + ", expected a finite number of at least 0");
    }
  }
}
