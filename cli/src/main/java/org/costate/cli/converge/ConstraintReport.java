package org.costate.cli.converge;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.costate.model.converge.ConstraintResiduals;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// Constraints behind the substeps of a step for people and for JSON.
public final class ConstraintReport {
  private ConstraintReport() {}

  /// One run under stable names.
  public record Entry(
      double epsilon,
      boolean pass,
      List<ConstraintResiduals.Substep> substeps,
      List<Check> checks) {
    static Entry of(ConstraintResiduals.Result r) {
      List<Check> checks = r.checks().stream().map(Check::of).toList();
      return new Entry(r.epsilon(), checks.stream().allMatch(Check::pass), r.substeps(), checks);
    }
  }

  /// One check with its verdict.
  public record Check(
      String name, int substep, double violation, double tolerance, String witness, boolean pass) {
    static Check of(ConstraintResiduals.Check c) {
      return new Check(c.name(), c.substep(), c.violation(), c.tolerance(), c.witness(), c.pass());
    }
  }

  /// All runs.
  public static List<Entry> json(List<ConstraintResiduals.Result> results) {
    return results.stream().map(Entry::of).toList();
  }

  /// Lines for people.
  public static List<String> lines(List<ConstraintResiduals.Result> results) {
    List<String> lines = new ArrayList<>();
    for (Entry entry : json(results)) {
      lines.add(
          String.format(Locale.ROOT, "constraints behind substeps, floor %.0e", entry.epsilon()));
      for (Check check : entry.checks()) {
        lines.add(
            String.format(
                Locale.ROOT,
                "%-4s %d %-38s violation %8.1e  tolerance %7.0e  %s",
                check.pass() ? "ok" : "FAIL",
                check.substep(),
                check.name(),
                check.violation(),
                check.tolerance(),
                check.witness()));
      }
    }
    return lines;
  }

  /// A section of a report.
  public static Report.Section section(List<ConstraintResiduals.Result> results) {
    List<Block> blocks = new ArrayList<>();
    for (ConstraintResiduals.Result result : results) {
      String floor =
          String.format(Locale.ROOT, ", floor under the variance %.0e", result.epsilon());
      blocks.add(
          new Block.Table(
              "Residuals behind every substep" + floor,
              List.of("substep", "applies", "|mean − σ1|", "|σ2² − var|", "least u"),
              result.substeps().stream().map(ConstraintReport::cells).toList()));
      blocks.add(
          new Block.Verdicts(
              "Against theory" + floor,
              result.checks().stream()
                  .map(
                      c ->
                          new Block.Verdict(
                              c.name(),
                              "substep " + c.substep(),
                              c.violation(),
                              c.tolerance(),
                              c.witness(),
                              c.pass()))
                  .toList()));
    }
    return new Report.Section(
        "Constraints",
        "One post-norm step at dt = 1, substep by substep: attention, projection onto S1, layers"
            + " with the projection onto u ≥ 0, relaxation, projection onto S1. The projections"
            + " move the state by the distances of Theorem 3.1 (arXiv 2510.03989).",
        blocks);
  }

  private static List<String> cells(ConstraintResiduals.Substep s) {
    return List.of(
        String.valueOf(s.number()),
        s.name(),
        String.format(Locale.ROOT, "%.2e", s.mean()),
        String.format(Locale.ROOT, "%.2e", s.defect()),
        String.format(Locale.ROOT, "%.3f", s.least()));
  }
}
