package org.costate.cli.train;

import java.util.List;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.cli.assembly.ConstraintNumbers;
import org.costate.cli.assembly.ControlConstraints;
import org.costate.cli.data.ExperimentData;
import org.costate.cli.experiment.Experiment;
import org.costate.control.constrain.ConstraintFunction;
import org.costate.control.constrain.Constraints;
import org.costate.control.constrain.Kkt;
import org.costate.control.constrain.Linearised;
import org.costate.control.constrain.Restricted;
import org.costate.control.constrain.TrajectoryConstraints;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;

/// What an experiment constrains: its controls, what its model does, and which controls may change.
///
/// @param sets on all controls
/// @param items on trajectories
/// @param free unknowns that may change, ascending
/// @param size number of unknowns
record ConstrainedProblem(
    Constraints sets, List<TrajectoryConstraints.Item> items, int[] free, int size) {
  private static final int MOST_SEQUENCES = 4096;

  /// The problem of an experiment.
  ///
  /// @throws org.costate.model.InputException if its constraints cannot be
  static ConstrainedProblem of(Experiment experiment, Model model) {
    return new ConstrainedProblem(
        ControlConstraints.of(experiment.constraints(), model.layout()),
        ConstraintNumbers.trajectory(experiment.constraints(), model),
        ControlConstraints.unknowns(
            experiment.optimiser().free(), model.layout(), "optimiser.free"),
        model.layout().size());
  }

  boolean isEmpty() {
    return sets.isEmpty() && items.isEmpty();
  }

  boolean isWhole() {
    return free.length == size;
  }

  /// The sets on the free unknowns.
  Constraints freeSets() {
    return isWhole() ? sets : ControlConstraints.among(sets, free);
  }

  /// The training sequences that constraints on trajectories and the residuals are about: all, or
  /// evenly spaced ones of very many.
  static Batch ensemble(ExperimentData data) {
    int members = Math.max(1, data.training().size() / data.stride());
    int every = Math.max(1, Math.ceilDiv(members, MOST_SEQUENCES));
    return data.training().every(data.stride() * every);
  }

  /// The constraints on trajectories as functions of the free unknowns.
  ///
  /// @param c controls whose other unknowns are kept
  ConstraintFunction smooth(Model model, double[] c, Batch ensemble, Kernels kernels) {
    if (items.isEmpty()) {
      return ConstraintFunction.NONE;
    }
    ConstraintFunction whole = new TrajectoryConstraints(model, items, ensemble, kernels);
    return isWhole() ? whole : new Restricted.PartialConstraints(whole, free, c);
  }

  /// The residuals with respect to the free unknowns.
  Kkt kkt(TrainedRun run, double[] c, Batch ensemble, SweepOptions options) {
    double[] gradient = new double[c.length];
    try (EnsembleSweep sweep = new EnsembleSweep(run.model(), run.costs(), options)) {
      sweep.gradient(c, ensemble, gradient);
    }
    ConstraintFunction smooth = smooth(run.model(), c, ensemble, options.kernels());
    double[] x = Restricted.taken(c, free);
    Linearised at = Linearised.of(smooth, x);
    return Kkt.of(freeSets(), at, x, Restricted.taken(gradient, free));
  }
}
