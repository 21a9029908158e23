package org.costate.cli.experiment;

import java.util.Optional;

/// A coarser model that is trained first, over the same time in fewer steps; its controls are the
/// start of the next.
///
/// @param steps number of steps
/// @param iterations training iterations on this level
/// @param controls number of functions of time; one for every step if absent there and in
/// `time.controls`
public record LevelConfig(int steps, int iterations, Optional<Integer> controls) {
  /// The experiment of this level of `whole`.
  public Experiment of(Experiment whole) {
    TimeConfig time = whole.time();
    OptimiserConfig o = whole.optimiser();
    Optional<Integer> functions = controls.or(time::controls);
    return whole.with(
        new TimeConfig(steps, Optional.of(time.depth().end()), time.basis(), functions),
        o.within(iterations));
  }
}
