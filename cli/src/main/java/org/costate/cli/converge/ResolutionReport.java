package org.costate.cli.converge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.costate.control.diagnose.TokenResampling;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// A model at other numbers of tokens for people and for JSON.
public final class ResolutionReport {
  private ResolutionReport() {}

  /// The rows and the check.
  public static Map<String, Object> json(TokenResampling r) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("pass", r.pass());
    json.put("violation", r.violation());
    json.put("tolerance", TokenResampling.TOLERANCE);
    json.put("rows", r.rows());
    return json;
  }

  /// Lines for people.
  public static List<String> lines(TokenResampling r) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-42s %7s %16s %14s".formatted("tokens", "number", "without weights", "with weights"));
    for (TokenResampling.Row row : r.rows()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-42s %7.0f %16.3e %14.3e",
              row.sampling(),
              row.tokens(),
              row.without(),
              row.with()));
    }
    lines.add(r.pass() ? "copied tokens with weights: same" : "copied tokens with weights: DIFFER");
    return lines;
  }

  /// A section of a report.
  public static Report.Section section(TokenResampling r) {
    List<List<String>> cells =
        r.rows().stream()
            .map(
                row ->
                    List.of(
                        row.sampling(),
                        String.format(Locale.ROOT, "%.0f", row.tokens()),
                        String.format(Locale.ROOT, "%.3e", row.without()),
                        String.format(Locale.ROOT, "%.3e", row.with())))
            .toList();
    return new Report.Section(
        "Other numbers of tokens",
        "The tokens are samples of a function. The output on another sampling, relative to that on"
            + " the tokens as they are, without and with quadrature weights.",
        List.of(
            new Block.Table(
                "Relative difference of the output",
                List.of("sampling", "tokens", "without weights", "with weights"),
                cells),
            new Block.Verdicts(
                "Check",
                List.of(
                    new Block.Verdict(
                        "copied tokens with weights are the tokens",
                        "outputs compared",
                        r.violation(),
                        TokenResampling.TOLERANCE,
                        "without weights "
                            + String.format(Locale.ROOT, "%.3e", r.rows().getFirst().without()),
                        r.pass())))));
  }
}
