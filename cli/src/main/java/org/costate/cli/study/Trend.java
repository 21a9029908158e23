package org.costate.cli.study;

import java.util.Optional;
import org.costate.model.InputException;

/// A trend that a study expects, as its file states it: a quantity of one configuration is less, or
/// greater, than that of another or than a number.
///
/// @param statement the trend in words
/// @param quantity what is compared, a key of [Quantity]
/// @param configuration whose quantity
/// @param relation how it lies to the other
/// @param than the other configuration
/// @param bound the number, where there is no other configuration
/// @param otherwise why the trend need not appear here, shown where it does not
public record Trend(
    String statement,
    String quantity,
    String configuration,
    Relation relation,
    Optional<String> than,
    Optional<Double> bound,
    Optional<String> otherwise) {

  /// How one quantity lies to the other.
  public enum Relation {
    /// Below it.
    LESS("<"),
    /// Above it.
    GREATER(">");

    private final String sign;

    Relation(String sign) {
      this.sign = sign;
    }

    /// Its sign in mathematics.
    String sign() {
      return sign;
    }

    /// By how much `left` lies on the right side of `right`; negative on the wrong one.
    double gain(double left, double right) {
      return this == LESS ? right - left : left - right;
    }
  }

  /// @throws InputException if the quantity is unknown, or there is not exactly one thing to
  /// compare with
  public Trend {
    Quantity.of(quantity);
    if (than.isPresent() == bound.isPresent()) {
      throw new InputException(
          "found " + (than.isPresent() ? "both" : "neither") + " of \"than\" and \"bound\"",
          "a configuration to compare with (than) or a number (bound)",
          "");
    }
  }
}
