package org.costate.cli.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.costate.cli.study.TrendFinding.Verdict;
import org.costate.model.InputException;
import org.junit.jupiter.api.Test;

/// Trends judged on numbers put in by hand.
class TrendFindingTest {
  private static final String LAST = "validation.last";

  private static StudySummary.Row row(String name, Spread last, double rise) {
    return new StudySummary.Row(
        name,
        LongStream.rangeClosed(1, last.count()).boxed().toList(),
        1000,
        Map.of(
            LAST,
            last,
            "validation.rise",
            new Spread(rise, 0.001, last.count()),
            "validation.accuracy.last",
            new Spread(last.mean() / 10, 0.01, last.count())),
        List.of(new Spread(7, 1, last.count())),
        List.of(new StudySummary.Level(0.5, Map.of("last", new Spread(3, 0.1, last.count())))),
        List.of(),
        name.equals("b") ? Optional.of(2.68) : Optional.empty(),
        0);
  }

  private static StudySummary summary(StudySummary.Row... rows) {
    return new StudySummary(
        "run",
        "study",
        List.of(),
        List.of(rows),
        List.of(),
        List.of(10L),
        List.of(),
        Optional.empty());
  }

  private static Trend less(String quantity, String configuration, String than) {
    return new Trend(
        "it falls",
        quantity,
        configuration,
        Trend.Relation.LESS,
        Optional.of(than),
        Optional.empty(),
        Optional.of("The data are too few."));
  }

  @Test
  void aDifferenceBeyondTheSpreadOfTwoRunsAppears() {
    StudySummary s =
        summary(row("a", new Spread(1.0, 0.3, 3), 0), row("b", new Spread(1.6, 0.4, 3), 0.5));
    TrendFinding found = TrendFinding.of(less(LAST, "a", "b"), s);
    assertEquals(Verdict.APPEARS, found.verdict());
    assertEquals(0.6, found.difference(), 1e-15);
    assertEquals(0.5, found.deviation(), 1e-15);
    assertTrue(found.reasons().isEmpty(), "what appears needs no explanation");
    assertEquals("a 1.0000 ± 0.3000, b 1.6000 ± 0.4000", found.shown());
  }

  @Test
  void aDifferenceWithinTheSpreadIsNotDistinguishable() {
    StudySummary s =
        summary(row("a", new Spread(1.0, 0.3, 3), 0), row("b", new Spread(1.5, Double.NaN, 1), 0));
    TrendFinding found = TrendFinding.of(less(LAST, "a", "b"), s);
    assertEquals(Verdict.APPEARS, found.verdict(), ".5 against √2 · .3, the spread that is known");
    TrendFinding nearer = TrendFinding.of(bounded(LAST, "a", 1.2), s);
    assertEquals(Verdict.INDISTINGUISHABLE, nearer.verdict());
    String reason = nearer.reasons().getFirst();
    assertTrue(reason.contains("0.200, is within"), reason);
    assertTrue(reason.endsWith("not distinguishable with 3 seeds."), reason);
  }

  @Test
  void saysWhatTheRunsTellAndWhatTheFileSaysWhereATrendIsAbsent() {
    StudySummary s =
        summary(row("a", new Spread(1.8, 0.01, 3), 0), row("b", new Spread(1.7, 0.01, 3), 0.0002));
    TrendFinding found = TrendFinding.of(less(LAST, "a", "b"), s);
    assertEquals(Verdict.OPPOSITE, found.verdict());
    assertEquals(3, found.reasons().size());
    assertEquals(
        "The opposite shows, by 7.1 standard deviations of such a difference, with 3 seeds.",
        found.reasons().getFirst());
    assertTrue(found.reasons().get(1).startsWith("b does not overfit"));
    assertTrue(found.reasons().get(1).contains("0.0002 above its best, 1.6998"));
    assertEquals("The data are too few.", found.reasons().getLast());

    TrendFinding plain =
        TrendFinding.of(
            less(LAST, "a", "c"),
            summary(row("a", new Spread(1.8, 0.01, 3), 0), row("c", new Spread(1.7, 0.01, 3), 0)));
    assertEquals(2, plain.reasons().size(), "nothing published, nothing to overfit");

    StudySummary overfitted =
        summary(row("a", new Spread(1.8, 0.01, 3), 0), row("b", new Spread(1.7, 0.01, 3), 0.3));
    String other = TrendFinding.of(less(LAST, "a", "b"), overfitted).reasons().get(1);
    assertTrue(other.startsWith("b overfits: its last cost is 0.3000"), other);
  }

  @Test
  void aSingleSeedSaysThatItIsOne() {
    StudySummary s =
        summary(
            row("a", new Spread(1.8, Double.NaN, 1), 0),
            row("b", new Spread(1.7, Double.NaN, 1), 0.3));
    TrendFinding found = TrendFinding.of(less("robustness.0.5.last", "a", "b"), s);
    assertEquals(Verdict.INDISTINGUISHABLE, found.verdict(), "equal numbers");
    TrendFinding opposite = TrendFinding.of(less(LAST, "a", "b"), s);
    assertEquals(Verdict.OPPOSITE, opposite.verdict());
    assertTrue(opposite.reasons().getFirst().startsWith("One seed each"));
  }

  @Test
  void whatIsNotMeasuredIsOpen() {
    StudySummary s = summary(row("a", new Spread(1, 0.1, 3), 0));
    for (Trend trend :
        List.of(
            less(LAST, "a", "absent"),
            less("robustness.0.2.last", "a", "a"),
            less("objective.after.11", "a", "a"))) {
      TrendFinding found = TrendFinding.of(trend, s);
      assertEquals(Verdict.OPEN, found.verdict());
      assertTrue(found.reasons().isEmpty());
    }
    TrendFinding after = TrendFinding.of(bounded("objective.after.10", "a", 9), s);
    assertEquals(2, after.difference(), "7 after 10 iterations");
  }

  @Test
  void boundsOfPartsAreInPerCent() {
    StudySummary s = summary(row("a", new Spread(9, 0.1, 3), 0));
    TrendFinding found = TrendFinding.of(bounded("validation.accuracy.last", "a", 95), s);
    assertEquals(Verdict.APPEARS, found.verdict(), "90 % is below 95 %");
    assertEquals("a 90.00 ± 1.00, bound 95.0", found.shown());
  }

  @Test
  void refusesUnknownQuantitiesAndTrendsOfNothing() {
    InputException unknown =
        assertThrows(InputException.class, () -> less("validation.lst", "a", "b"));
    assertTrue(unknown.getMessage().contains("Maybe \"validation.last\""), unknown.getMessage());
    assertThrows(InputException.class, () -> less("robustness.0.5.lst", "a", "b"));
    assertThrows(
        InputException.class,
        () ->
            new Trend(
                "",
                LAST,
                "a",
                Trend.Relation.LESS,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  private static Trend bounded(String quantity, String configuration, double bound) {
    return new Trend(
        "it is low",
        quantity,
        configuration,
        Trend.Relation.LESS,
        Optional.empty(),
        Optional.of(bound),
        Optional.empty());
  }
}
