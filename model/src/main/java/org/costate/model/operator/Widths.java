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

  static void requireNotNegative(String operator, String what, double found) {
    if (!(found >= 0) || found == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          operator + ": found " + what + " " + found + ", expected a finite number of at least 0");
    }
  }
}
