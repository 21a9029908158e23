package org.costate.cli.assembly;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.adjoint.cost.ControlCost;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.cost.RunningCost;
import org.costate.cli.data.DynamicsData;
import org.costate.cli.data.ExperimentData;
import org.costate.cli.experiment.ObjectiveConfig;
import org.costate.control.cost.ControlQuadratic;
import org.costate.control.cost.Transport;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.time.ControlLayout.Block;

/// Makes the costs that an experiment describes.
public final class Problems {
  private Problems() {}

  /// Terminal cost of the data; running and control costs of the configuration, where their weight
  /// is not 0.
  ///
  /// @throws InputException if a weight is negative
  public static Costs costs(ObjectiveConfig config, ExperimentData data, Model model) {
    requireWeight("transport", config.transport());
    requireWeight("energy", config.energy());
    requireWeight("variation", config.variation());
    List<RunningCost> running = new ArrayList<>();
    if (data instanceof DynamicsData own) {
      running.addAll(own.running());
    }
    if (config.transport() > 0) {
      running.add(new Transport(config.transport()));
    }
    List<ControlCost> controls = new ArrayList<>();
    List<Block> blocks = stepBlocks(model);
    if (config.energy() > 0) {
      controls.add(ControlQuadratic.energy(config.energy(), model.grid(), blocks));
    }
    if (config.variation() > 0) {
      controls.add(ControlQuadratic.variation(config.variation(), model.grid(), blocks));
    }
    return new Costs(Optional.of(data.cost()), running, controls);
  }

  private static List<Block> stepBlocks(Model model) {
    return model.step().slots().stream()
        .flatMap(slot -> slot.controls().stream())
        .map(ref -> ref.block())
        .distinct()
        .map(model.layout()::block)
        .toList();
  }

  private static void requireWeight(String key, double weight) {
    if (!(weight >= 0)) {
      throw new InputException("objective." + key + ": found " + weight, "at least 0", "");
    }
  }
}
