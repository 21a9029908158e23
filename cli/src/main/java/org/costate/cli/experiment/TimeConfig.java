package org.costate.cli.experiment;

import java.util.Optional;

/// Depth as time, and the controls in it. The step size is independent of the number of controls.
///
/// @param steps number of steps: layers
/// @param end time `T` at the last layer; `steps` (so that every step has size 1) if absent
/// @param basis functions of time in which the controls are expanded
/// @param controls number of basis functions; one for every step if absent
public record TimeConfig(int steps, Optional<Double> end, Basis basis, Optional<Integer> controls) {
  /// Bases of the controls in time.
  public enum Basis {
    /// One set of weights per interval.
    PIECEWISE_CONSTANT,
    /// Weights interpolated between nodes.
    PIECEWISE_LINEAR,
    /// Legendre polynomials.
    LEGENDRE,
    /// The same weights at all times.
    CONSTANT
  }

  /// What an experiment file may leave out.
  public static final TimeConfig DEFAULT =
      new TimeConfig(4, Optional.empty(), Basis.PIECEWISE_CONSTANT, Optional.empty());
}
