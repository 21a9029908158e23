package org.costate.cli.experiment;

import java.util.List;

/// Disturbances of the held-out data under which a trained model is judged once more.
///
/// @param levels sizes of the disturbance: the part of the characters that is replaced at random
///     (kind `text`), else the standard deviation of Gaussian noise on the input; none: no such
///     judgement
/// @param draws disturbances that every level is averaged over
public record RobustnessConfig(List<Double> levels, int draws) {
  /// What an experiment file may leave out.
  public static final RobustnessConfig DEFAULT = new RobustnessConfig(List.of(), 1);
}
