package org.costate.cli.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.cli.data.ExperimentData;
import org.costate.cli.experiment.RobustnessConfig;
import org.costate.cli.run.Session;
import org.costate.control.cost.CrossEntropy;
import org.costate.control.train.RandomStreams;
import org.costate.model.InputException;
import org.costate.model.state.Batch;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// A trained model on held-out data that were disturbed at random, their targets left as they are.
/// All runs with one seed see the same disturbances.
///
/// @param disturbance what the levels mean
/// @param rows one for every level
public record Robustness(String disturbance, List<Row> rows) {
  /// One level.
  ///
  /// @param level size of the disturbance
  /// @param best cost with the controls of least held-out cost, the mean over the draws
  /// @param last with the last controls
  /// @param accuracy of a classifier
  public record Row(double level, double best, double last, Optional<Accuracy> accuracy) {}

  /// Refuses levels that the disturbance of the data does not have.
  public static void require(RobustnessConfig config, ExperimentData data) {
    if (config.draws() < 1) {
      throw new InputException("robustness.draws: found " + config.draws(), "at least 1", "");
    }
    for (double level : config.levels()) {
      data.disturbance()
          .refusal(level)
          .ifPresent(
              expected -> {
                throw new InputException("robustness.levels: found " + level, expected, "");
              });
    }
  }

  /// Judges a run as its experiment asks for, if it does and the run has ended.
  static Optional<Robustness> of(TrainedRun run, Session session) {
    RobustnessConfig config = run.experiment().robustness();
    if (config.levels().isEmpty() || run.stop().isEmpty()) {
      return Optional.empty();
    }
    SweepOptions options =
        SweepOptions.with(session.kernels())
            .withThreads(session.threads())
            .withChunk(run.experiment().run().chunk());
    List<Row> rows = new ArrayList<>();
    try (EnsembleSweep sweep =
        new EnsembleSweep(run.model(), Costs.of(run.data().cost()), options)) {
      for (double level : config.levels()) {
        rows.add(row(run, level, config.draws(), sweep, session));
      }
    }
    return Optional.of(new Robustness(run.data().disturbance().name(), rows));
  }

  private static Row row(
      TrainedRun run, double level, int draws, EnsembleSweep sweep, Session session) {
    RandomStreams streams = new RandomStreams(run.experiment().seed());
    Batch heldOut = run.data().validation();
    boolean classes =
        run.data().cost() instanceof CrossEntropy cost
            && cost.labels() == CrossEntropy.Labels.SEQUENCE;
    double[][] values = new double[4][draws];
    for (int draw = 0; draw < draws; draw++) {
      Batch seen =
          run.data()
              .disturbance()
              .applied(heldOut, level, streams.stream("robustness." + level, draw));
      double[][] controls = {run.bestControls(), run.state().controls()};
      for (int k = 0; k < 2; k++) {
        values[k][draw] = sweep.value(controls[k], sweep.prepare(seen));
        values[2 + k][draw] =
            classes ? Accuracy.of(run.model(), controls[k], seen, session.kernels()) : 0;
      }
    }
    Optional<Accuracy> accuracy =
        classes
            ? Optional.of(new Accuracy(mean(values[3]), mean(values[2])))
            : Optional.<Accuracy>empty();
    return new Row(level, mean(values[0]), mean(values[1]), accuracy);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  /// A line for people for each level.
  List<String> lines() {
    return rows.stream()
        .map(
            row ->
                String.format(
                    Locale.ROOT,
                    "disturbed by %-5s  cost last %.5f  best %.5f%s",
                    row.level(),
                    row.last(),
                    row.best(),
                    row.accuracy()
                        .map(
                            a ->
                                "  accuracy last %.2f %%  best %.2f %%"
                                    .formatted(100 * a.last(), 100 * a.best()))
                        .orElse("")))
        .toList();
  }

  /// A section of a report.
  Report.Section section() {
    double[] levels = rows.stream().mapToDouble(Row::level).toArray();
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Block.Lines(
            "Held-out cost under disturbance",
            Block.Axis.linear(disturbance),
            Block.Axis.linear("cost"),
            List.of(
                Block.Curve.joined(
                    "best controls", levels, rows.stream().mapToDouble(Row::best).toArray()),
                Block.Curve.joined(
                    "last controls", levels, rows.stream().mapToDouble(Row::last).toArray()))));
    if (rows.stream().allMatch(row -> row.accuracy().isPresent())) {
      blocks.add(
          new Block.Lines(
              "Accuracy under disturbance",
              Block.Axis.linear(disturbance),
              Block.Axis.linear("%"),
              List.of(
                  Block.Curve.joined(
                      "best controls",
                      levels,
                      rows.stream().mapToDouble(r -> 100 * r.accuracy().get().best()).toArray()),
                  Block.Curve.joined(
                      "last controls",
                      levels,
                      rows.stream().mapToDouble(r -> 100 * r.accuracy().get().last()).toArray()))));
    }
    return new Report.Section(
        "Robustness",
        "Held-out data with disturbed inputs and their own targets: " + disturbance + ".",
        blocks);
  }
}
