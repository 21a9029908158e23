package org.costate.model.scheme;

/// A coefficient of a [Line]: `factor · form(h)`.
///
/// @param factor the constant part
/// @param form how it depends on the step size
public record Coefficient(double factor, Form form) {
  /// The forms that splitting schemes need.
  public enum Form {
    /// `1`.
    CONSTANT,
    /// `h`.
    STEP,
    /// `1/(1 + h)`: what a relaxation keeps.
    KEPT,
    /// `h/(1 + h)`: what a relaxation moves.
    MOVED
  }

  /// The coefficient 1.
  public static final Coefficient ONE = new Coefficient(1, Form.CONSTANT);

  /// The coefficient `factor`.
  public static Coefficient constant(double factor) {
    return new Coefficient(factor, Form.CONSTANT);
  }

  /// The coefficient `factor · h`.
  public static Coefficient step(double factor) {
    return new Coefficient(factor, Form.STEP);
  }

  /// The number for step size `h`.
  public double value(double h) {
    return factor
        * switch (form) {
          case CONSTANT -> 1;
          case STEP -> h;
          case KEPT -> 1 / (1 + h);
          case MOVED -> h / (1 + h);
        };
  }

  /// The derivative of [#value] with respect to `h`.
  public double slope(double h) {
    return factor
        * switch (form) {
          case CONSTANT -> 0;
          case STEP -> 1;
          case KEPT -> -1 / ((1 + h) * (1 + h));
          case MOVED -> 1 / ((1 + h) * (1 + h));
        };
  }

  /// The second derivative of [#value] with respect to `h`.
  public double curvature(double h) {
    return factor
        * switch (form) {
          case CONSTANT, STEP -> 0;
          case KEPT -> 2 / ((1 + h) * (1 + h) * (1 + h));
          case MOVED -> -2 / ((1 + h) * (1 + h) * (1 + h));
        };
  }
}
