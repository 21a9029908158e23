package org.costate.cli.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.cli.run.Provenance;
import org.costate.cli.run.RunFolder;
import org.costate.cli.run.Session;
import org.costate.cli.train.TrainingReport;
import org.costate.model.file.FileHash;
import org.costate.reports.Block;
import org.costate.reports.Json;
import org.costate.reports.Page;
import org.costate.reports.Report;

/// The page of a study.
final class StudyReport {
  private StudyReport() {}

  /// Writes the page and its data into the folder of the study, unless reports were declined or no
  /// run has ended.
  static Optional<Path> write(
      StudyPlan plan,
      StudySummary summary,
      List<FinishedRun> finished,
      RunFolder folder,
      Session session) {
    if (!session.report() || summary.results().isEmpty()) {
      return Optional.empty();
    }
    List<Report.Section> sections = new ArrayList<>();
    sections.add(configurations(plan, summary));
    sections.add(results(summary));
    objectives(summary, finished).ifPresent(sections::add);
    if (finished.stream().anyMatch(run -> run.costs().length > 0)) {
      sections.add(courses(finished));
    }
    certificate(summary).ifPresent(sections::add);
    robustness(summary).ifPresent(sections::add);
    StudyComparison.trends(summary).ifPresent(sections::add);
    summary.published().ifPresent(p -> sections.add(StudyComparison.published(p, summary)));
    if (!summary.missing().isEmpty()) {
      sections.add(
          new Report.Section(
              "Not ended",
              "The same command goes on with these runs.",
              List.of(new Block.Text(String.join(", ", summary.missing())))));
    }
    long seed = finished.getFirst().plan().experiment().seed();
    Report report =
        new Report(
            summary.name(),
            "%d runs of %d configurations of one experiment.%s"
                .formatted(
                    finished.size(), summary.results().size(), StudyComparison.appearing(summary)),
            sections,
            Provenance.of(session, seed, List.of(FileHash.of(plan.file()))));
    folder.write(TrainingReport.DATA, Json.pretty(report));
    return Optional.of(folder.write(TrainingReport.PAGE, Page.html(report)));
  }

  private static Report.Section configurations(StudyPlan plan, StudySummary summary) {
    List<Block> blocks = new ArrayList<>();
    if (!plan.config().about().isEmpty()) {
      blocks.add(new Block.Text(plan.config().about()));
    }
    blocks.add(table("Keys that differ", StudyTable.configurations(summary)));
    return new Report.Section(
        "Configurations",
        "The difference of configurations before the difference of results; everything else is the"
            + " same in all of them.",
        blocks);
  }

  private static Report.Section results(StudySummary summary) {
    List<String> names = summary.results().stream().map(StudySummary.Row::name).toList();
    List<Block> blocks = new ArrayList<>();
    blocks.add(table("Mean ± standard deviation over the seeds", StudyTable.results(summary)));
    if (summary.results().stream().anyMatch(r -> r.measure("validation.last").isPresent())) {
      blocks.add(
          new Block.Bars(
              "Cost on held-out data: the least, and after the last iteration",
              names,
              Block.Axis.linear("cost"),
              List.of(
                  bar("best", "validation.best", summary),
                  bar("last", "validation.last", summary))));
    }
    if (summary.results().stream()
        .anyMatch(r -> r.measure("validation.accuracy.last").isPresent())) {
      blocks.add(
          new Block.Bars(
              "Accuracy on held-out data",
              names,
              Block.Axis.linear("part put into its class"),
              List.of(
                  bar("best", "validation.accuracy.best", summary),
                  bar("last", "validation.accuracy.last", summary))));
    }
    return new Report.Section("Results", "", blocks);
  }

  private static Block.Bar bar(String name, String key, StudySummary summary) {
    return new Block.Bar(
        name,
        summary.results().stream()
            .mapToDouble(r -> r.measure(key).map(Spread::mean).orElse(Double.NaN))
            .toArray());
  }

  /// The objective of every configuration over its iterations, where the study compares solvers.
  private static Optional<Report.Section> objectives(
      StudySummary summary, List<FinishedRun> finished) {
    if (summary.milestones().isEmpty()) {
      return Optional.empty();
    }
    boolean known = finished.stream().allMatch(run -> run.leastCost().isPresent());
    List<Block.Curve> curves = new ArrayList<>();
    for (StudySummary.Row row : summary.results()) {
      List<FinishedRun> runs =
          finished.stream()
              .filter(run -> run.plan().configuration().name().equals(row.name()))
              .toList();
      int length = runs.stream().mapToInt(run -> run.objective().length).max().orElse(0);
      double[] mean = new double[length];
      Arrays.setAll(
          mean,
          k ->
              runs.stream()
                  .mapToDouble(r -> known ? r.distanceAfter(k) : r.objectiveAfter(k))
                  .average()
                  .orElse(0));
      curves.add(Block.Curve.counted(row.name(), mean));
    }
    return Optional.of(
        new Report.Section(
            "Iterations",
            "The objective J after so many iterations, the mean over the seeds; a run that has come"
                + " to its end stays where it ended.",
            List.of(
                new Block.Lines(
                    known ? "Relative distance from the least cost" : "Objective",
                    Block.Axis.linear("iteration"),
                    Block.Axis.log(known ? "(J − J*)/J*" : "J"),
                    curves),
                table("Objective after so many iterations", StudyTable.milestones(summary)))));
  }

  private static Optional<Report.Section> certificate(StudySummary summary) {
    List<Block> blocks = new ArrayList<>();
    for (String key : List.of("certified", "attacked")) {
      StudyTable table = StudyTable.certificate(summary, key);
      if (!table.rows().isEmpty()) {
        blocks.add(table("By radius: " + StudyTable.CERTIFICATE.get(key), table));
      }
    }
    return blocks.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Report.Section(
                "Certificates",
                "Perturbations of the held-out inputs of at most a radius in the Euclidean norm:"
                    + " what is proved, and what was found.",
                blocks));
  }

  /// A curve for every configuration: the mean over its seeds as far as all of them were run.
  private static Report.Section courses(List<FinishedRun> finished) {
    Map<String, List<FinishedRun>> groups = new LinkedHashMap<>();
    finished.forEach(
        run ->
            groups
                .computeIfAbsent(run.plan().configuration().name(), _ -> new ArrayList<>())
                .add(run));
    List<Block.Curve> curves = new ArrayList<>();
    groups.forEach(
        (name, runs) -> {
          int length = runs.stream().mapToInt(run -> run.costs().length).min().orElse(0);
          double[] mean = new double[length];
          Arrays.setAll(
              mean,
              i -> runs.stream().mapToDouble(run -> run.costs()[i]).average().orElse(Double.NaN));
          double[] iterations = Arrays.copyOf(runs.getFirst().iterations(), length);
          curves.add(Block.Curve.joined(name, iterations, mean));
        });
    return new Report.Section(
        "Course",
        "The cost on held-out data over the iterations, the mean over the seeds.",
        List.of(
            new Block.Lines(
                "Held-out cost",
                Block.Axis.linear("iteration"),
                Block.Axis.linear("cost"),
                curves)));
  }

  private static Optional<Report.Section> robustness(StudySummary summary) {
    List<StudySummary.Row> judged =
        summary.results().stream().filter(r -> !r.robustness().isEmpty()).toList();
    if (judged.isEmpty()) {
      return Optional.empty();
    }
    List<Block> blocks = new ArrayList<>();
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put("last", "cost, last controls");
    shown.put("best", "cost, best controls");
    shown.put("accuracy.last", "accuracy in %, last controls");
    shown.put("accuracy.best", "accuracy in %, best controls");
    shown.forEach(
        (key, title) -> {
          StudyTable table = StudyTable.robustness(summary, key);
          if (!table.rows().isEmpty()) {
            blocks.add(table("By level of disturbance: " + title, table));
            blocks.add(lines(title, key, judged));
          }
        });
    return Optional.of(
        new Report.Section(
            "Robustness",
            "Held-out data with disturbed inputs and their own targets; every run of a seed sees"
                + " the same disturbance.",
            blocks));
  }

  private static Block lines(String title, String key, List<StudySummary.Row> judged) {
    double factor = key.startsWith("accuracy") ? 100 : 1;
    List<Block.Curve> curves =
        judged.stream()
            .map(
                row ->
                    Block.Curve.joined(
                        row.name(),
                        row.robustness().stream().mapToDouble(StudySummary.Level::level).toArray(),
                        row.robustness().stream()
                            .map(level -> Optional.ofNullable(level.measures().get(key)))
                            .mapToDouble(s -> factor * s.map(Spread::mean).orElse(Double.NaN))
                            .toArray()))
            .toList();
    return new Block.Lines(
        "Robustness: " + title, Block.Axis.linear("level"), Block.Axis.linear(title), curves);
  }

  static Block table(String title, StudyTable table) {
    return new Block.Table(title, table.columns(), table.rows());
  }
}
