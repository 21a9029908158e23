package org.costate.cli.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// What the page of a study says about the literature: whether the expected trends appear, why
/// those that are absent are absent, and the published numbers.
final class StudyComparison {
  private StudyComparison() {}

  /// How many of the expected trends appear, for the head of the page.
  static String appearing(StudySummary summary) {
    long open = count(summary, TrendFinding.Verdict.OPEN);
    return summary.trends().isEmpty()
        ? ""
        : " Of %d expected trends %d appear%s."
            .formatted(
                summary.trends().size(),
                count(summary, TrendFinding.Verdict.APPEARS),
                open == 0 ? "" : ", " + open + " wait for runs");
  }

  private static long count(StudySummary summary, TrendFinding.Verdict verdict) {
    return summary.trends().stream().filter(t -> t.verdict() == verdict).count();
  }

  static Optional<Report.Section> trends(StudySummary summary) {
    if (summary.trends().isEmpty()) {
      return Optional.empty();
    }
    List<Block> blocks = new ArrayList<>();
    blocks.add(StudyReport.table("Expected, and measured", StudyTable.trends(summary)));
    summary.trends().stream()
        .filter(t -> !t.reasons().isEmpty())
        .map(
            t ->
                new Block.Text(
                    "Why “" + t.statement() + "” does not show: " + String.join(" ", t.reasons())))
        .forEach(blocks::add);
    return Optional.of(
        new Report.Section(
            "Trends",
            "Mean ± standard deviation over the seeds. A difference counts when it is larger than"
                + " the standard deviation of the difference of two runs.",
            blocks));
  }

  static Report.Section published(StudyConfig.Published p, StudySummary summary) {
    List<Block.Fact> facts = new ArrayList<>();
    facts.add(new Block.Fact("source", p.source()));
    facts.add(new Block.Fact("quantity", p.quantity()));
    facts.add(new Block.Fact("finding", p.statement()));
    summary
        .results()
        .forEach(
            row ->
                row.published()
                    .ifPresent(x -> facts.add(new Block.Fact(row.name(), String.valueOf(x)))));
    return new Report.Section(
        "Published counterpart",
        "Numbers of the literature, from other sizes and other data: to be compared in trend.",
        List.of(new Block.Facts(facts)));
  }
}
