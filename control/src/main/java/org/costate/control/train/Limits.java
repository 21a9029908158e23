package org.costate.control.train;

/// When a run ends and how often it looks at held-out data.
///
/// @param iterations most iterations
/// @param validateEvery iterations from one validation to the next; there is one before the first
///     and one behind the last iteration
/// @param patience validations (or iterations, where nothing is held out) without a new best after
///     which the run ends; 0: never
/// @param gradientNorm the run ends where `‖∇J‖₂` is at most this; for one fixed objective
/// @param rejections rejected iterations in a row after which the run ends
public record Limits(
    long iterations, long validateEvery, long patience, double gradientNorm, int rejections) {
  private static final int REJECTIONS = 10;

  /// @throws IllegalArgumentException if a number is out of range
  public Limits {
    if (iterations < 0
        || validateEvery < 1
        || patience < 0
        || !(gradientNorm >= 0)
        || rejections < 1) {
      throw new IllegalArgumentException(
          "limits: found "
              + iterations
              + " iterations, validation every "
              + validateEvery
              + ", patience "
              + patience
              + ", gradient norm "
              + gradientNorm
              + " and "
              + rejections
              + " rejections, expected none negative, and validation and rejections at least 1");
    }
  }

  /// So many iterations, validation at both ends only.
  public static Limits of(long iterations) {
    return new Limits(iterations, Math.max(1, iterations), 0, 0, REJECTIONS);
  }

  /// The same with validations in between.
  public Limits validatingEvery(long every) {
    return new Limits(iterations, every, patience, gradientNorm, rejections);
  }

  /// The same with an end when nothing improves.
  public Limits withPatience(long staleValidations) {
    return new Limits(iterations, validateEvery, staleValidations, gradientNorm, rejections);
  }

  /// The same with an end at a stationary point.
  public Limits untilGradientNorm(double norm) {
    return new Limits(iterations, validateEvery, patience, norm, rejections);
  }
}
