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
  private static final String NONE = "–";
  private static final Quantity PART = new Quantity("part, %", "", "%.1f", 100);

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
    List<Quantity> shown =
        Quantity.COLUMNS.stream()
            .filter(c -> s.results().stream().anyMatch(r -> r.measure(c.key()).isPresent()))
            .filter(c -> !c.key().equals("iterations") || differ(s))
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
                  row.name() + (row.rejected() > 0 ? " (" + row.rejected() + " failed)" : ""),
                  String.format(Locale.ROOT, "%,d", row.parameters()),
                  String.valueOf(row.seeds().size())));
      shown.forEach(c -> cells.add(row.measure(c.key()).map(c::text).orElse(NONE)));
      if (published) {
        cells.add(row.published().map(String::valueOf).orElse(NONE));
      }
      rows.add(cells);
    }
    return new StudyTable(columns, rows);
  }

  /// Whether the runs ended after different numbers of iterations.
  private static boolean differ(StudySummary s) {
    List<Spread> iterations =
        s.results().stream().flatMap(r -> r.measure("iterations").stream()).toList();
    return iterations.stream()
        .anyMatch(x -> x.mean() != iterations.getFirst().mean() || x.deviation() > 0);
  }

  /// The results under disturbance; `key` is `last` or `accuracy.last` and so on.
  static StudyTable robustness(StudySummary s, String key) {
    Quantity quantity = Quantity.of("robustness.0." + key);
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
        cells.add(spread.map(quantity::text).orElse(NONE));
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
                  cells.add(
                      Optional.ofNullable(level.measures().get(key)).map(PART::text).orElse(NONE)));
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

  /// The trends that the study expects, each with its verdict.
  static StudyTable trends(StudySummary s) {
    return new StudyTable(
        List.of("trend", "verdict", "quantity", "measured"),
        s.trends().stream()
            .map(t -> List.of(t.statement(), t.verdict().text(), t.quantity(), t.shown()))
            .toList());
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
    s.trends().forEach(trend -> lines.addAll(lines(trend)));
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

  private static List<String> lines(TrendFinding trend) {
    List<String> lines = new ArrayList<>();
    lines.add("trend: " + trend.statement() + ": " + trend.verdict().text());
    lines.add("  " + trend.quantity() + ": " + trend.shown());
    trend.reasons().forEach(reason -> lines.add("  why: " + reason));
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
