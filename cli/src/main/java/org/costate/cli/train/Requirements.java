package org.costate.cli.train;

import org.costate.adjoint.cost.Costs;
import org.costate.cli.assembly.Problems;
import org.costate.cli.assembly.Subjects;
import org.costate.cli.config.RecordReader;
import org.costate.cli.data.ExperimentData;
import org.costate.cli.experiment.Experiment;
import org.costate.cli.run.Session;
import org.costate.control.constrain.ConstraintFunction;
import org.costate.control.optimise.Optimiser;
import org.costate.control.train.ModelProblem;
import org.costate.model.InputException;
import org.costate.model.Model;

/// What must hold of an experiment before a run of it writes anything.
final class Requirements {
  private Requirements() {}

  /// Refuses what cannot be run.
  ///
  /// @return the optimiser that it asks for
  /// @throws InputException naming the key
  static Optimiser require(Experiment experiment, ExperimentData data) {
    Levels.require(experiment, data);
    experiment.initialisation().rule();
    if (!(experiment.run().tolerance() >= 0)) {
      throw new InputException(
          "run.tolerance: found " + experiment.run().tolerance(), "a number of at least 0", "");
    }
    if (!experiment.multilevel().isEmpty() && !experiment.optimiser().free().isEmpty()) {
      throw new InputException(
          "multilevel: found it beside optimiser.free", "only one of them", "");
    }
    Model model = Subjects.of(experiment, data).model();
    Problems.costs(experiment.objective(), data, model);
    Optimiser optimiser =
        Optimisers.of(
            experiment.optimiser(),
            model.layout(),
            ConstrainedProblem.of(experiment, model),
            ConstraintFunction.NONE,
            1);
    CertificateReport.require(experiment.certificate(), data);
    Robustness.require(experiment.robustness(), data);
    SweptProblem.checkpointing(experiment);
    return optimiser;
  }

  /// Refuses a budget that the gradient of a mini-batch does not fit into, before anything is
  /// written.
  static void requirePlan(
      Experiment experiment, ExperimentData data, Optimiser optimiser, Session session) {
    Model model = Subjects.of(experiment, data).model();
    Costs costs = Problems.costs(experiment.objective(), data, model);
    try (ModelProblem problem =
        SweptProblem.of(experiment, data, model, costs, optimiser, session)) {
      problem.plan();
    }
  }

  /// Refuses to look for what the optimiser does not have.
  static void requireRate(Experiment experiment) {
    if (!OptimiserRanges.hasRate(experiment.optimiser().kind())) {
      throw new InputException(
          "train --find-rate: found optimiser.kind "
              + RecordReader.spelling(experiment.optimiser().kind()),
          "adamw or sgd, whose steps have a learning rate",
          "");
    }
  }
}
