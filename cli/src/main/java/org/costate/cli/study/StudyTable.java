package org.costate.cli.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.costate.cli.config.FlatTree;

/// The summary of a study as tables: configurations, results, robustness.
///
/// @param columns headings
/// @param rows a row for every configuration
record StudyTable(List<String> columns, List<List<String>> rows) {
  private record Column(String name, String key, String format, double factor) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("held-out cost, best", "validation.best", "%.4f", 1),
          new Column("held-out cost, last", "validation.last", "%.4f", 1),
          new Column("accuracy %, best", "validation.accuracy.best", "%.2f", 100),
          new Column("accuracy %, last", "validation.accuracy.last", "%.2f", 100),
          new Column("forecast error", "forecast.model", "%.4f", 1),
          new Column("objective, last", "objective.last", "%.4f", 1),
          new Column("iterations", "iterations", "%.0f", 1),
          new Column("iterations to 1e-6", "optimum.iterations_to1e6", "%.0f", 1),
          new Column("iterations to 1e-8", "optimum.iterations_to1e8", "%.0f", 1),
          new Column("relative distance", "optimum.relative_distance", "%.1e", 1),
          new Column("certified constant", "certificate.lipschitz", "%.4g", 1),
          new Column("largest gain found", "certificate.gain", "%.4g", 1),
          new Column("straightness", "transport.straightness", "%.3f", 1),
          new Column("speed variation", "transport.speed_variation", "%.3f", 1),
          new Column("seconds", "seconds", "%.0f", 1));

  /// What the parts by radius are called.
  static final Map<String, String> CERTIFICATE =
      Map.of(
          "certified", "certified right for every perturbation within the radius, in %",
          "attacked", "left right by the adversary within the radius, in %");

  /// What differs between the configurations.
  static StudyTable configurations(StudySummary s) {
    List<String> columns = new ArrayList<>(List.of("configuration"));
    s.configuration().forEach(row -> columns.add(row.key()));
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < s.results().size(); i++) {
      List<String> cells = new ArrayList<>(List.of(s.results().get(i).name()));
      for (FlatTree.Row row : s.configuration()) {
        cells.add(brief(row.values().get(i)));
      }
      rows.add(cells);
    }
    return new StudyTable(columns, rows);
  }

  /// A list of an experiment without quotes and what it leaves out.
  private static String brief(String value) {
    return value.startsWith("[")
        ? value
            .replaceAll("\"\\w+\":(null|\\[\\]|0)(,|(?=\\}))", "")
            .replace(",}", "}")
            .replace("\"", "")
        : value;
  }

  /// What came out, mean ± standard deviation over the seeds.
  static StudyTable results(StudySummary s) {
    List<Column> shown =
        COLUMNS.stream()
            .filter(c -> s.results().stream().anyMatch(r -> r.measure(c.key()).isPresent()))
            .toList();
    boolean published = s.results().stream().anyMatch(r -> r.published().isPresent());
    List<String> columns = new ArrayList<>(List.of("configuration", "parameters", "seeds"));
    shown.forEach(c -> columns.add(c.name()));
    if (published) {
      columns.add("published");
    }
    List<List<String>> rows = new ArrayList<>();
    for (StudySummary.Row row : s.results()) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  row.name() + (row.rejected() > 0 ? " (" + row.rejected() + " rejected)" : ""),
                  String.format(Locale.ROOT, "%,d", row.parameters()),
                  String.valueOf(row.seeds().size())));
      shown.forEach(c -> cells.add(cell(row.measure(c.key()), c.format(), c.factor())));
      if (published) {
        cells.add(row.published().map(String::valueOf).orElse("–"));
      }
      rows.add(cells);
    }
    return new StudyTable(columns, rows);
  }

  /// The results under disturbance: last controls, as published tables have them; `key` is `last`
  /// or
  /// `accuracy.last` and so on.
  static StudyTable robustness(StudySummary s, String key) {
    boolean part = key.startsWith("accuracy");
    List<StudySummary.Row> judged =
        s.results().stream().filter(r -> !r.robustness().isEmpty()).toList();
    int levels = judged.stream().mapToInt(r -> r.robustness().size()).max().orElse(0);
    List<String> columns = new ArrayList<>(List.of("configuration"));
    IntStream.range(0, levels).forEach(i -> columns.add(String.valueOf(level(judged, i))));
    List<List<String>> rows = new ArrayList<>();
    for (StudySummary.Row row : judged) {
      List<String> cells = new ArrayList<>(List.of(row.name()));
      for (int i = 0; i < levels; i++) {
        Optional<Spread> spread =
            i < row.robustness().size()
                ? Optional.ofNullable(row.robustness().get(i).measures().get(key))
                : Optional.empty();
        cells.add(cell(spread, part ? "%.2f" : "%.4f", part ? 100 : 1));
      }
      rows.add(cells);
    }
    boolean any =
        judged.stream().anyMatch(r -> r.robustness().getFirst().measures().containsKey(key));
    return new StudyTable(columns, any ? rows : List.of());
  }

  /// The objective after the iterations that the study compares.
  static StudyTable milestones(StudySummary s) {
    List<String> columns = new ArrayList<>(List.of("configuration"));
    s.milestones().forEach(k -> columns.add(String.valueOf(k)));
    List<List<String>> rows = new ArrayList<>();
    for (StudySummary.Row row : s.results()) {
      List<String> cells = new ArrayList<>(List.of(row.name()));
      row.milestones().forEach(x -> cells.add(x.text(x.mean() < 0.01 ? "%.2e" : "%.5f")));
      rows.add(cells);
    }
    return new StudyTable(columns, s.milestones().isEmpty() ? List.of() : rows);
  }

  /// Parts of the held-out sequences by the radius of a perturbation; `key` is `certified` or
  /// `attacked`.
  static StudyTable certificate(StudySummary s, String key) {
    List<StudySummary.Row> judged =
        s.results().stream().filter(r -> !r.certificate().isEmpty()).toList();
    List<String> columns = new ArrayList<>(List.of("configuration"));
    judged.stream()
        .limit(1)
        .flatMap(r -> r.certificate().stream())
        .forEach(level -> columns.add(String.valueOf(level.level())));
    List<List<String>> rows = new ArrayList<>();
    for (StudySummary.Row row : judged) {
      List<String> cells = new ArrayList<>(List.of(row.name()));
      row.certificate()
          .forEach(
              level ->
                  cells.add(cell(Optional.ofNullable(level.measures().get(key)), "%.1f", 100)));
      rows.add(cells);
    }
    return new StudyTable(columns, rows);
  }

  private static double level(List<StudySummary.Row> judged, int i) {
    return judged.stream()
        .filter(r -> i < r.robustness().size())
        .findFirst()
        .orElseThrow()
        .robustness()
        .get(i)
        .level();
  }

  private static String cell(Optional<Spread> spread, String format, double factor) {
    return spread
        .map(x -> new Spread(factor * x.mean(), factor * x.deviation(), x.count()))
        .map(x -> x.text(format.equals("%.4f") && Math.abs(x.mean()) < 0.01 ? "%.2e" : format))
        .orElse("–");
  }

  /// All tables as text, columns one under the other.
  static List<String> lines(StudySummary s) {
    List<String> lines = new ArrayList<>();
    if (s.results().isEmpty()) {
      return List.of("no run has ended yet");
    }
    lines.add("configurations: keys that differ");
    lines.addAll(configurations(s).aligned());
    lines.add("results: mean ± standard deviation over the seeds");
    lines.addAll(results(s).aligned());
    add(lines, "objective after so many iterations", milestones(s));
    for (String key : List.of("certified", "attacked")) {
      add(lines, CERTIFICATE.get(key), certificate(s, key));
    }
    for (String key : List.of("last", "accuracy.last")) {
      String what = key.equals("last") ? "cost" : "accuracy in %";
      add(lines, "robustness: " + what + ", last controls", robustness(s, key));
    }
    s.published()
        .ifPresent(
            p ->
                lines.add(
                    "published: " + p.quantity() + ", " + p.statement() + " (" + p.source() + ")"));
    if (!s.missing().isEmpty()) {
      lines.add("not ended: " + String.join(", ", s.missing()));
    }
    return lines;
  }

  private static void add(List<String> lines, String title, StudyTable table) {
    if (!table.rows().isEmpty()) {
      lines.add(title);
      lines.addAll(table.aligned());
    }
  }

  private List<String> aligned() {
    int[] widths =
        IntStream.range(0, columns.size())
            .map(
                j ->
                    Math.max(
                        columns.get(j).length(),
                        rows.stream().mapToInt(r -> r.get(j).length()).max().orElse(0)))
            .toArray();
    List<List<String>> all = new ArrayList<>(List.of(columns));
    all.addAll(rows);
    return all.stream()
        .map(
            row -> {
              StringBuilder line = new StringBuilder();
              for (int j = 0; j < row.size(); j++) {
                line.append("  ").append(row.get(j)).repeat(' ', widths[j] - row.get(j).length());
              }
              return line.toString().stripTrailing();
            })
        .toList();
  }
}
