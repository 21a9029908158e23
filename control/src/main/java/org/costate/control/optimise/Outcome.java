package org.costate.control.optimise;

import java.util.Optional;

/// What one step of an optimiser did.
///
/// @param value `J` before the step
/// @param gradientNorm `‖∇J‖₂` before the step, before clipping
/// @param step the number that governs the step, as [Optimiser#stepName] says: the rate `η`, the
/// length `α` of a line search, the radius `Δ`, the damping `μ` or the penalty `ρ`; where the step
/// was rejected, 0 for rates and lengths
/// @param clipped whether the gradient was shortened
/// @param evaluations how often `J` or its gradient was evaluated
/// @param optimality what the step knows beside the gradient
/// @param stalled whether the rule can go no further: nothing that it may do decreases `J`
/// @param cause why the step was rejected, if it was
public record Outcome(
    double value,
    double gradientNorm,
    double step,
    boolean clipped,
    int evaluations,
    Optimality optimality,
    boolean stalled,
    Optional<String> cause) {
  /// Whether the controls were changed.
  public boolean accepted() {
    return cause.isEmpty();
  }

  /// The same with the step and what it knows.
  public Outcome with(double newStep, Optimality known) {
    return new Outcome(value, gradientNorm, newStep, clipped, evaluations, known, stalled, cause);
  }

  /// A step that changed the controls.
  public static Outcome taken(
      double value, double gradientNorm, double step, boolean clipped, int evaluations) {
    return new Outcome(
        value,
        gradientNorm,
        step,
        clipped,
        evaluations,
        Optimality.UNKNOWN,
        false,
        Optional.empty());
  }

  /// A step that was not taken this time.
  public static Outcome rejected(double value, double gradientNorm, int evaluations, String cause) {
    return new Outcome(
        value, gradientNorm, 0, false, evaluations, Optimality.UNKNOWN, false, Optional.of(cause));
  }

  /// A step that was not taken, nor will be later on the same objective.
  public static Outcome stalled(double value, double gradientNorm, int evaluations, String cause) {
    return new Outcome(
        value, gradientNorm, 0, false, evaluations, Optimality.UNKNOWN, true, Optional.of(cause));
  }
}
