package org.costate.cli.data;

import java.util.List;
import java.util.Map;
import org.costate.adjoint.cost.RunningCost;
import org.costate.cli.experiment.ModelConfig;
import org.costate.cli.experiment.TimeConfig;
import org.costate.interop.architecture.Conventions;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.file.FileHash;
import org.costate.model.operator.Mask;

/// A control problem that brings its own dynamics in the place of a Transformer. It has no model
/// folder, and what asks for a Transformer is refused.
public interface DynamicsData extends ExperimentData {
  /// The dynamics with their controls in time.
  Model model(ModelConfig model, TimeConfig time);

  /// Running costs beside those of the objective.
  List<RunningCost> running();

  @Override
  default Entry entry(ModelConfig model) {
    throw refused();
  }

  @Override
  default Exit exit(ModelConfig model) {
    throw refused();
  }

  @Override
  default Mask mask(ModelConfig model) {
    throw refused();
  }

  @Override
  default Conventions.Output output(int exitStages) {
    throw refused();
  }

  @Override
  default Conventions.Loss loss() {
    return Conventions.Loss.MSE;
  }

  @Override
  default Map<String, String> notes() {
    return Map.of();
  }

  @Override
  default int stride() {
    return 1;
  }

  @Override
  default List<FileHash> files() {
    return List.of();
  }

  private static InputException refused() {
    return new InputException(
        "data.kind: found a problem with dynamics of its own", "data for a Transformer", "");
  }
}
