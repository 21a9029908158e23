package org.costate.cli.train;

import java.util.Optional;
import org.costate.adjoint.checkpoint.Checkpointing;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.cli.assembly.Budgets;
import org.costate.cli.data.ExperimentData;
import org.costate.cli.experiment.Experiment;
import org.costate.cli.run.Session;
import org.costate.control.optimise.Optimiser;
import org.costate.control.train.MiniBatches;
import org.costate.control.train.ModelProblem;
import org.costate.model.Model;

/// What a training run minimises, with the sweeps, threads and memory that the experiment and the
/// session ask for.
final class SweptProblem {
  private SweptProblem() {}

  /// The problem of an experiment; to be closed, since it owns the threads of its sweeps.
  static ModelProblem of(
      Experiment experiment,
      ExperimentData data,
      Model model,
      Costs costs,
      Optimiser optimiser,
      Session session) {
    SweepOptions options =
        SweepOptions.with(session.sweepKernels())
            .withThreads(session.threads())
            .withChunk(experiment.run().chunk())
            .withCheckpointing(checkpointing(experiment));
    if (optimiser.secondOrder()) {
      options = options.withExtras(SweepOptions.Extra.TANGENTS);
    }
    return new ModelProblem(
        model,
        costs,
        batches(experiment, data),
        Optional.of(data.validation()).filter(_ -> data.holdsOut()),
        options);
  }

  private static MiniBatches batches(Experiment experiment, ExperimentData data) {
    int batch = experiment.optimiser().batch();
    return batch == 0
        ? MiniBatches.whole(data.training(), data.stride())
        : new MiniBatches(data.training(), batch, data.stride(), experiment.seed());
  }

  /// The checkpoints that the experiment asks for.
  ///
  /// @throws org.costate.model.InputException if its budget cannot be read
  static Checkpointing checkpointing(Experiment experiment) {
    return Budgets.checkpointing("memory.budget", experiment.memory().budget());
  }
}
