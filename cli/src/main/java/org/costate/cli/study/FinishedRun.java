package org.costate.cli.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.costate.cli.assembly.Experiments;
import org.costate.cli.config.FlatTree;
import org.costate.cli.config.JsonFiles;
import org.costate.cli.config.RecordReader;
import org.costate.cli.experiment.Experiment;
import org.costate.cli.train.Checkpoint;
import org.costate.cli.train.History;
import org.costate.cli.train.TrainedRun;
import org.costate.cli.train.TrainingRun;
import org.costate.control.train.Stop;
import org.costate.interop.json.StrictJson;
import org.costate.model.InputException;
import org.costate.reports.Json;

/// A run of a study that has come to its end, read from its folder.
///
/// @param plan what it is
/// @param result its result file
/// @param iterations iterations done at every look at the held-out data
/// @param costs the held-out costs there
/// @param objective `J` before every iteration
record FinishedRun(
    StudyPlan.PlannedRun plan,
    ObjectNode result,
    double[] iterations,
    double[] costs,
    double[] objective) {
  private static final Set<String> FAILURES =
      Arrays.stream(Stop.Reason.values())
          .filter(Stop.Reason::isFailure)
          .map(RecordReader::spelling)
          .collect(Collectors.toUnmodifiableSet());
  private static final String INTERRUPTED = "interrupted";
  private static final double ROUND_OFF = 1e-16;

  /// How far a run is.
  enum Progress {
    /// Nothing is there.
    ABSENT,
    /// It began and did not end.
    HALF,
    /// It ended.
    FINISHED
  }

  /// How far the run in `folder` is.
  ///
  /// @throws InputException if another run lies there: of another configuration or of other data
  static Progress progress(StudyPlan.PlannedRun plan, Path folder) {
    Path experiment = folder.resolve(TrainingRun.EXPERIMENT);
    if (!Files.exists(experiment)) {
      return Progress.ABSENT;
    }
    Experiment found = Experiments.read(experiment, List.of(), OptionalLong.empty());
    if (!found.equals(plan.experiment())) {
      throw other(folder, "a run of another configuration: " + difference(found, plan));
    }
    Optional<String> fingerprint = Checkpoint.experiment(folder);
    if (fingerprint.isPresent() && !fingerprint.get().equals(plan.fingerprint())) {
      throw other(folder, "a run on other data: a file of them was changed since");
    }
    Path result = folder.resolve(TrainedRun.RESULT);
    boolean ended =
        fingerprint.isPresent()
            && Files.exists(result)
            && !JsonFiles.read(result).path("stop").asText(INTERRUPTED).equals(INTERRUPTED);
    return ended ? Progress.FINISHED : Progress.HALF;
  }

  /// Reads a run that is [Progress#FINISHED].
  static FinishedRun read(StudyPlan.PlannedRun plan, Path folder) {
    double[] looks = Checkpoint.validations(folder);
    double[] iterations = new double[looks.length / 2];
    double[] costs = new double[iterations.length];
    for (int i = 0; i < iterations.length; i++) {
      iterations[i] = looks[2 * i];
      costs[i] = looks[2 * i + 1];
    }
    return new FinishedRun(
        plan,
        JsonFiles.read(folder.resolve(TrainedRun.RESULT)),
        iterations,
        costs,
        objective(folder));
  }

  private static double[] objective(Path folder) {
    JsonNode rows = JsonFiles.read(folder.resolve(History.FILE)).path("iterations");
    double[] values = new double[rows.size()];
    Arrays.setAll(values, i -> rows.get(i).path("value").asDouble(Double.NaN));
    return values;
  }

  /// `J` after so many iterations, or where the run ended before.
  double objectiveAfter(long iteration) {
    return objective.length == 0
        ? Double.NaN
        : objective[(int) Math.min(iteration, objective.length - 1)];
  }

  /// The least cost of all controls, where it is known.
  OptionalDouble leastCost() {
    return number("/optimum/least_cost");
  }

  /// The distance from the least cost after so many iterations, relative to it and not below
  /// round-off.
  double distanceAfter(long iteration) {
    double least = leastCost().orElseThrow();
    return Math.max(ROUND_OFF, Math.abs(objectiveAfter(iteration) - least) / Math.abs(least));
  }

  /// The number at a place of the result, if there is one.
  OptionalDouble number(String pointer) {
    JsonNode node = result.at(pointer);
    return node.isNumber() ? OptionalDouble.of(node.doubleValue()) : OptionalDouble.empty();
  }

  /// By how much the last held-out cost is above the least, NaN without them.
  double rise() {
    return number("/validation/last").orElse(Double.NaN)
        - number("/validation/best").orElse(Double.NaN);
  }

  /// Whether it failed: step after step was rejected, or the objective has no least value.
  boolean rejected() {
    return FAILURES.contains(result.path("stop").asText());
  }

  /// All keys of an experiment, without its seed.
  static Map<String, String> flat(Experiment experiment) {
    Map<String, String> all = FlatTree.of(StrictJson.parse(Json.compact(experiment), "experiment"));
    all.remove("seed");
    return all;
  }

  private static String difference(Experiment found, StudyPlan.PlannedRun plan) {
    List<FlatTree.Row> rows = FlatTree.differing(List.of(flat(found), flat(plan.experiment())));
    if (rows.isEmpty()) {
      return "seed " + found.seed() + " there, " + plan.experiment().seed() + " here";
    }
    FlatTree.Row first = rows.getFirst();
    return first.key()
        + " is "
        + first.values().get(0)
        + " there, "
        + first.values().get(1)
        + " here";
  }

  private static InputException other(Path folder, String what) {
    return new InputException(
        folder + ": found " + what,
        "the same or none",
        "Maybe another --out, or remove the folder?");
  }
}
