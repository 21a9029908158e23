package org.costate.cli.assembly;

import java.util.Optional;
import org.costate.cli.data.DynamicsData;
import org.costate.cli.data.ExperimentData;
import org.costate.cli.experiment.Experiment;
import org.costate.model.Model;
import org.costate.model.architecture.Architecture;

/// What an experiment trains: the model of an architecture, or dynamics that the data bring along.
///
/// @param architecture absent for dynamics
public record Subjects(Optional<Architecture> architecture, Model model) {
  /// The subject of `experiment` on `data`.
  ///
  /// @throws org.costate.model.InputException if sizes do not fit together
  public static Subjects of(Experiment experiment, ExperimentData data) {
    if (data instanceof DynamicsData own) {
      Architectures.requireTime(experiment.time());
      return new Subjects(Optional.empty(), own.model(experiment.model(), experiment.time()));
    }
    Architecture architecture = Architectures.of(experiment, data);
    return new Subjects(Optional.of(architecture), architecture.model());
  }
}
