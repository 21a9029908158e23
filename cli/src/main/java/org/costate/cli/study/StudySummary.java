package org.costate.cli.study;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.costate.cli.config.FlatTree;

/// What a study found: the configurations first, then the results of each over its seeds.
///
/// @param run folder of the study
/// @param name of the study
/// @param configuration the keys that differ between configurations, with the value of each of
/// [#results]
/// @param results a row for every configuration with a finished run
/// @param missing runs that have not ended yet
/// @param milestones iterations after which the objective is compared
/// @param trends the trends that the study expects, and whether they appear
/// @param published the counterpart in the literature
public record StudySummary(
    String run,
    String name,
    List<FlatTree.Row> configuration,
    List<Row> results,
    List<String> missing,
    List<Long> milestones,
    List<TrendFinding> trends,
    Optional<StudyConfig.Published> published) {

  /// A configuration.
  ///
  /// @param name its name
  /// @param seeds the seeds whose runs have ended
  /// @param parameters number of unknowns
  /// @param measures quantities of the results by their keys, over the seeds
  /// @param milestones the objective after the iterations that the study compares
  /// @param robustness under disturbances of the held-out data
  /// @param certificate parts of the sequences by radius of the perturbation
  /// @param published the number that the literature reports
  /// @param rejected runs that ended because step after step was rejected
  public record Row(
      String name,
      List<Long> seeds,
      long parameters,
      Map<String, Spread> measures,
      List<Spread> milestones,
      List<Level> robustness,
      List<Level> certificate,
      Optional<Double> published,
      int rejected) {
    /// A quantity, if all runs have it.
    Optional<Spread> measure(String key) {
      return Optional.ofNullable(measures.get(key));
    }
  }

  /// A level of disturbance, or a radius.
  ///
  /// @param level its size
  /// @param measures costs, accuracies and parts, over the seeds
  public record Level(double level, Map<String, Spread> measures) {}

  private static final List<String> MEASURES =
      List.of(
          "validation.best",
          "validation.last",
          "validation.accuracy.best",
          "validation.accuracy.last",
          "forecast.model",
          "objective.last",
          "transport.straightness",
          "transport.speed_variation",
          "transport.gain",
          "iterations",
          "optimum.iterations_to1e6",
          "optimum.iterations_to1e8",
          "optimum.relative_distance",
          "certificate.lipschitz",
          "certificate.gain",
          "constraints.kkt.inequality",
          "clip_percent",
          "seconds");
  private static final List<String> UNDER_DISTURBANCE =
      List.of("best", "last", "accuracy.best", "accuracy.last");
  private static final List<String> WITHIN_RADIUS = List.of("certified", "attacked");

  /// Sums up the runs that have ended.
  ///
  /// @param folder of the study
  /// @param finished in the order of the plan
  static StudySummary of(StudyPlan plan, String folder, List<FinishedRun> finished) {
    Map<String, List<FinishedRun>> byName = new LinkedHashMap<>();
    finished.forEach(
        run ->
            byName
                .computeIfAbsent(run.plan().configuration().name(), _ -> new ArrayList<>())
                .add(run));
    List<List<FinishedRun>> groups = List.copyOf(byName.values());
    List<String> ended = finished.stream().map(run -> run.plan().label()).toList();
    StudySummary measured =
        new StudySummary(
            folder,
            plan.config().name(),
            FlatTree.differing(
                groups.stream()
                    .map(g -> FinishedRun.flat(g.getFirst().plan().experiment()))
                    .toList()),
            groups.stream().map(g -> row(g, plan.config().milestones())).toList(),
            plan.runs().stream()
                .map(StudyPlan.PlannedRun::label)
                .filter(label -> !ended.contains(label))
                .toList(),
            plan.config().milestones(),
            List.of(),
            plan.config().published());
    return measured.judging(plan.config().trends());
  }

  private StudySummary judging(List<Trend> expected) {
    return new StudySummary(
        run,
        name,
        configuration,
        results,
        missing,
        milestones,
        expected.stream().map(trend -> TrendFinding.of(trend, this)).toList(),
        published);
  }

  /// The row of a configuration, if one of its runs has ended.
  Optional<Row> row(String configuration) {
    return results.stream().filter(row -> row.name().equals(configuration)).findFirst();
  }

  private static Row row(List<FinishedRun> runs, List<Long> milestones) {
    FinishedRun first = runs.getFirst();
    return new Row(
        first.plan().configuration().name(),
        runs.stream().map(run -> run.plan().experiment().seed()).toList(),
        first.result().path("unknowns").asLong(),
        measures(runs),
        milestones.stream()
            .map(k -> Spread.of(runs.stream().mapToDouble(run -> run.objectiveAfter(k)).toArray()))
            .toList(),
        levels(runs, "robustness.rows", "level", UNDER_DISTURBANCE),
        levels(runs, "certificate.accuracy", "radius", WITHIN_RADIUS),
        first.plan().configuration().published(),
        (int) runs.stream().filter(FinishedRun::rejected).count());
  }

  private static Map<String, Spread> measures(List<FinishedRun> runs) {
    Map<String, Spread> measures = measures(runs, "", MEASURES);
    double[] rise = runs.stream().mapToDouble(FinishedRun::rise).toArray();
    if (Arrays.stream(rise).allMatch(Double::isFinite)) {
      measures.put("validation.rise", Spread.of(rise));
    }
    return measures;
  }

  private static List<Level> levels(
      List<FinishedRun> runs, String place, String level, List<String> keys) {
    JsonNode rows = runs.getFirst().result().at("/" + place.replace('.', '/'));
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      levels.add(
          new Level(
              rows.get(i).path(level).asDouble(), measures(runs, place + "." + i + ".", keys)));
    }
    return levels;
  }

  private static Map<String, Spread> measures(
      List<FinishedRun> runs, String prefix, List<String> keys) {
    Map<String, Spread> measures = new LinkedHashMap<>();
    for (String key : keys) {
      String pointer = "/" + (prefix + key).replace('.', '/');
      double[] values =
          runs.stream()
              .map(run -> run.number(pointer))
              .filter(OptionalDouble::isPresent)
              .mapToDouble(OptionalDouble::getAsDouble)
              .toArray();
      if (values.length == runs.size()) {
        measures.put(key, Spread.of(values));
      }
    }
    return measures;
  }
}
