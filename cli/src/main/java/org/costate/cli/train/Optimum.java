package org.costate.cli.train;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.costate.cli.experiment.Experiment;
import org.costate.control.train.IterationRecord;

/// How near a run came to the least cost, where that is known in closed form.
///
/// @param leastCost the least cost of all controls
/// @param relativeDistance `(J − J*)/J*` of the last iteration
/// @param iterationsTo1e6 iterations after which `J` stays within 1e-6 of it, relative; absent if
///     it does not
/// @param iterationsTo1e8 the same for 1e-8
public record Optimum(
    double leastCost,
    double relativeDistance,
    Optional<Integer> iterationsTo1e6,
    Optional<Integer> iterationsTo1e8) {

  /// Of a run whose problem has a known solution: controls that constraints bound have another.
  static Optional<Optimum> of(TrainedRun run) {
    Experiment experiment = run.experiment();
    List<IterationRecord> history = run.state().history();
    if (history.isEmpty()
        || !experiment.constraints().isEmpty()
        || !experiment.optimiser().free().isEmpty()) {
      return Optional.empty();
    }
    return run.data()
        .leastCost(experiment.objective(), experiment.time())
        .filter(least -> least > 0)
        .map(
            least ->
                new Optimum(
                    least,
                    relative(history.getLast(), least),
                    iterations(history, least, 1e-6),
                    iterations(history, least, 1e-8)));
  }

  private static double relative(IterationRecord row, double least) {
    return (row.value() - least) / least;
  }

  /// Rows tell `J` before their step: row `i`, from 0, after `i` iterations.
  private static Optional<Integer> iterations(
      List<IterationRecord> history, double least, double tolerance) {
    int within = history.size();
    while (within > 0 && Math.abs(relative(history.get(within - 1), least)) <= tolerance) {
      within--;
    }
    return within < history.size() ? Optional.of(within) : Optional.empty();
  }

  /// For people.
  String line() {
    return String.format(
        Locale.ROOT,
        "optimum     %.10g known; relative distance %.2e; iterations to 1e-6: %s, to 1e-8: %s",
        leastCost,
        relativeDistance,
        iterationsTo1e6.map(String::valueOf).orElse("not reached"),
        iterationsTo1e8.map(String::valueOf).orElse("not reached"));
  }
}
