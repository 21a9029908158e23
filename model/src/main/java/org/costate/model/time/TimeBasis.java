package org.costate.model.time;

/// Functions `φ_0(t) … φ_{K−1}(t)` on `[0, T]` in which a control is expanded:
/// `θ(t) = Σ_k φ_k(t) c_k`.
///
/// Evaluation is always within a step `[from, to]`: at a jump of a basis function the one-sided
/// limit from inside the step is meant, so a step whose ends are break points never sees the
/// neighbouring interval.
public interface TimeBasis {
  /// Short name for reports: `piecewise constant`, `legendre`.
  String name();

  /// Number `K` of functions.
  int count();

  /// Index of the first function that may be non-zero at `t` within the step `[from, to]`.
  int first(double t, double from, double to);

  /// How many functions, from [#first] on, may be non-zero there.
  int support(double t, double from, double to);

  /// `φ_k(t)`, or its derivative of order `derivative` (0 or 1), as a limit from within the step
  /// `[from, to]`.
  double value(int k, int derivative, double t, double from, double to);

  /// Times within `(0, T)` at which a function or its slope jumps, rising: where an integrator of
  /// high order has to stop.
  default double[] breaks() {
    return new double[0];
  }
}
