package org.costate.control.optimise;

import java.util.Optional;

/// What one step of an optimiser did.
///
/// @param value `J` before the step
/// @param gradientNorm `‖∇J‖₂` before the step, before clipping
/// @param step the rate, or the length `α` that the line search found; 0 if the step was rejected
/// @param clipped whether the gradient was shortened
/// @param evaluations how often `J` or its gradient was evaluated
/// @param cause why the step was rejected, if it was
public record Outcome(
    double value,
    double gradientNorm,
    double step,
    boolean clipped,
    int evaluations,
    Optional<String> cause) {
  /// Whether the controls were changed.
  public boolean accepted() {
    return cause.isEmpty();
  }

  static Outcome taken(
      double value, double gradientNorm, double step, boolean clipped, int evaluations) {
    return new Outcome(value, gradientNorm, step, clipped, evaluations, Optional.empty());
  }

  static Outcome rejected(double value, double gradientNorm, int evaluations, String cause) {
    return new Outcome(value, gradientNorm, 0, false, evaluations, Optional.of(cause));
  }
}
