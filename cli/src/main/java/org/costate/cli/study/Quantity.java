package org.costate.cli.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.costate.model.InputException;
import org.costate.model.Suggestion;

/// A number of every run, as a study shows and compares it.
///
/// @param name for people
/// @param key place of the number: a key of the result file; `parameters`;
/// `robustness.LEVEL.KEY` and `certificate.RADIUS.KEY`; `objective.after.K`
/// @param format of its mean and its deviation
/// @param factor what it is multiplied with before it is shown
record Quantity(String name, String key, String format, double factor) {
  private static final double SMALL = 0.01;

  /// What the table of results has, in its order.
  static final List<Quantity> COLUMNS =
      List.of(
          new Quantity("held-out cost, best", "validation.best", "%.4f", 1),
          new Quantity("held-out cost, last", "validation.last", "%.4f", 1),
          new Quantity("accuracy %, best", "validation.accuracy.best", "%.2f", 100),
          new Quantity("accuracy %, last", "validation.accuracy.last", "%.2f", 100),
          new Quantity("forecast error", "forecast.model", "%.4f", 1),
          new Quantity("objective, last", "objective.last", "%.4f", 1),
          new Quantity("iterations", "iterations", "%.0f", 1),
          new Quantity("iterations to 1e-6", "optimum.iterations_to1e6", "%.0f", 1),
          new Quantity("iterations to 1e-8", "optimum.iterations_to1e8", "%.0f", 1),
          new Quantity("relative distance", "optimum.relative_distance", "%.1e", 1),
          new Quantity("certified constant", "certificate.lipschitz", "%.4g", 1),
          new Quantity("largest gain found", "certificate.gain", "%.4g", 1),
          new Quantity("straightness", "transport.straightness", "%.3f", 1),
          new Quantity("speed variation", "transport.speed_variation", "%.3f", 1),
          new Quantity("gain", "transport.gain", "%.3g", 1),
          new Quantity("seconds", "seconds", "%.0f", 1));

  private static final Quantity PARAMETERS = new Quantity("parameters", "parameters", "%,.0f", 1);
  private static final Quantity RISE =
      new Quantity("held-out cost, last above best", "validation.rise", "%.4f", 1);
  private static final Pattern LEVEL =
      Pattern.compile("(?<place>robustness|certificate)\\.(?<level>[0-9.]+)\\.(?<of>[a-z][a-z.]*)");
  private static final Pattern AFTER = Pattern.compile("objective\\.after\\.(?<k>[0-9]{1,9})");
  private static final Map<String, String> AT_LEVEL =
      Map.of(
          "best", "held-out cost, best",
          "last", "held-out cost, last",
          "accuracy.best", "accuracy %, best",
          "accuracy.last", "accuracy %, last");
  private static final Map<String, String> IN_RADIUS =
      Map.of("certified", "certified %", "attacked", "left right by the adversary, %");

  /// The quantity of a key.
  ///
  /// @throws InputException if there is none
  static Quantity of(String key) {
    Matcher after = AFTER.matcher(key);
    if (after.matches()) {
      return new Quantity("objective after " + after.group("k"), key, "%.4g", 1);
    }
    Matcher level = LEVEL.matcher(key);
    if (level.matches()) {
      boolean disturbed = level.group("place").equals("robustness");
      String name = (disturbed ? AT_LEVEL : IN_RADIUS).get(level.group("of"));
      if (name != null) {
        boolean part = !disturbed || level.group("of").startsWith("accuracy");
        return new Quantity(
            name + (disturbed ? " at disturbance " : " within ") + level.group("level"),
            key,
            part ? "%.2f" : "%.4f",
            part ? 100 : 1);
      }
    }
    List<Quantity> plain = new ArrayList<>(COLUMNS);
    plain.addAll(List.of(PARAMETERS, RISE));
    List<String> known = plain.stream().map(Quantity::key).toList();
    return plain.stream()
        .filter(q -> q.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "quantity: found \"" + key + "\"",
                    "one of "
                        + String.join(", ", known)
                        + ", objective.after.K, robustness.LEVEL.last (best, accuracy.last,"
                        + " accuracy.best), certificate.RADIUS.certified (attacked)",
                    Suggestion.nearest(key, known).map(k -> "Maybe \"" + k + "\"?").orElse("")));
  }

  /// Its values in a configuration, if all its runs have it.
  Optional<Spread> in(StudySummary summary, StudySummary.Row row) {
    Matcher level = LEVEL.matcher(key);
    if (level.matches()) {
      return (level.group("place").equals("robustness") ? row.robustness() : row.certificate())
          .stream()
              .filter(found -> found.level() == Double.parseDouble(level.group("level")))
              .findFirst()
              .map(found -> found.measures().get(level.group("of")));
    }
    Matcher after = AFTER.matcher(key);
    if (after.matches()) {
      int index = summary.milestones().indexOf(Long.valueOf(after.group("k")));
      return index < 0 ? Optional.empty() : Optional.of(row.milestones().get(index));
    }
    return key.equals(PARAMETERS.key())
        ? Optional.of(new Spread(row.parameters(), 0, row.seeds().size()))
        : row.measure(key);
  }

  /// Mean ± standard deviation for people.
  String text(Spread spread) {
    Spread shown = new Spread(factor * spread.mean(), factor * spread.deviation(), spread.count());
    boolean small = format.equals("%.4f") && Math.abs(shown.mean()) < SMALL;
    return shown.text(small ? "%.2e" : format);
  }
}
