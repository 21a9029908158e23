package org.costate.cli.experiment;

import java.util.Optional;
import org.costate.model.architecture.Depth;

/// Depth as time, and the controls in it. The step size is independent of the number of controls.
///
/// @param steps number of steps: layers
/// @param end time `T` at the last layer; `steps` (so that every step has size 1) if absent
/// @param basis functions of time in which the controls are expanded
/// @param controls number of basis functions; one for every step if absent
public record TimeConfig(
    int steps, Optional<Double> end, Depth.Basis basis, Optional<Integer> controls) {
  /// What an experiment file may leave out.
  public static final TimeConfig DEFAULT =
      new TimeConfig(4, Optional.empty(), Depth.Basis.PIECEWISE_CONSTANT, Optional.empty());

  /// Depth as an architecture has it.
  public Depth depth() {
    return new Depth(
        steps,
        end.orElse((double) steps),
        basis,
        basis == Depth.Basis.CONSTANT ? 1 : controls.orElse(steps));
  }
}
