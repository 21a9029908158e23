package org.costate.cli.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.costate.cli.study.Trend.Relation;

/// Whether an expected trend appears in the runs that have ended, and where it does not, why.
///
/// A difference of means counts when it is larger than the standard deviation of the difference of
/// two runs, `√(s₁² + s₂²)`; of a configuration with one seed, `s` is taken to be that of the
/// other.
///
/// @param statement the trend in words
/// @param quantity what is compared, for people
/// @param configuration whose quantity
/// @param relation how it should lie to the other, `<` or `>`
/// @param than the other configuration or the number
/// @param measured over the seeds of the configuration
/// @param reference over the seeds of the other
/// @param difference by which the trend holds; negative if the opposite does
/// @param deviation standard deviation of the difference of two runs; NaN where no configuration
///     has two seeds
/// @param verdict whether it appears
/// @param shown both sides in figures
/// @param reasons why it does not appear
public record TrendFinding(
    String statement,
    String quantity,
    String configuration,
    String relation,
    String than,
    Optional<Spread> measured,
    Optional<Spread> reference,
    double difference,
    double deviation,
    Verdict verdict,
    String shown,
    List<String> reasons) {

  /// Whether a trend appears.
  public enum Verdict {
    /// By more than one standard deviation.
    APPEARS("appears"),
    /// The difference is within one standard deviation.
    INDISTINGUISHABLE("not distinguishable"),
    /// The difference has the other sign.
    OPPOSITE("does not appear"),
    /// A run that it needs has not ended, or did not measure it.
    OPEN("not measured yet");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    /// For people.
    String text() {
      return text;
    }
  }

  private static final String LAST = "validation.last";
  private static final String RISE = "validation.rise";
  private static final double NOTICEABLE = 0.01;

  /// Judges a trend by the runs that have ended.
  static TrendFinding of(Trend trend, StudySummary summary) {
    Quantity quantity = Quantity.of(trend.quantity());
    Optional<StudySummary.Row> row = summary.row(trend.configuration());
    Optional<StudySummary.Row> other = trend.than().flatMap(summary::row);
    Optional<Spread> left = row.flatMap(r -> quantity.in(summary, r));
    Optional<Spread> right =
        trend
            .bound()
            .map(x -> left.map(l -> new Spread(x / quantity.factor(), 0, l.count())))
            .orElseGet(() -> other.flatMap(r -> quantity.in(summary, r)));
    String than = trend.than().orElseGet(() -> trend.bound().orElseThrow().toString());
    if (left.isEmpty() || right.isEmpty()) {
      return finding(trend, quantity, than, left, right, Verdict.OPEN, "–", List.of());
    }
    double gain = trend.relation().gain(left.get().mean(), right.get().mean());
    double deviation = deviation(left.get(), right.get());
    Verdict verdict =
        Math.abs(gain) <= (Double.isNaN(deviation) ? 0 : deviation)
            ? Verdict.INDISTINGUISHABLE
            : gain > 0 ? Verdict.APPEARS : Verdict.OPPOSITE;
    String shown =
        trend.configuration()
            + " "
            + quantity.text(left.get())
            + ", "
            + (trend.than().isPresent()
                ? than + " " + quantity.text(right.get())
                : "bound " + than);
    List<String> reasons = new ArrayList<>();
    if (verdict != Verdict.APPEARS) {
      noise(verdict, quantity, left.get(), right.get()).ifPresent(reasons::add);
      other.flatMap(r -> fitting(trend, r)).ifPresent(reasons::add);
      trend.otherwise().ifPresent(reasons::add);
    }
    return finding(trend, quantity, than, left, right, verdict, shown, reasons);
  }

  private static TrendFinding finding(
      Trend trend,
      Quantity quantity,
      String than,
      Optional<Spread> left,
      Optional<Spread> right,
      Verdict verdict,
      String shown,
      List<String> reasons) {
    boolean open = left.isEmpty() || right.isEmpty();
    return new TrendFinding(
        trend.statement(),
        quantity.name(),
        trend.configuration(),
        trend.relation().sign(),
        than,
        left,
        right,
        open ? Double.NaN : trend.relation().gain(left.get().mean(), right.get().mean()),
        open ? Double.NaN : deviation(left.get(), right.get()),
        verdict,
        shown,
        List.copyOf(reasons));
  }

  private static double deviation(Spread left, Spread right) {
    double a = Double.isNaN(left.deviation()) ? right.deviation() : left.deviation();
    double b = Double.isNaN(right.deviation()) ? left.deviation() : right.deviation();
    return Math.hypot(a, b);
  }

  /// The spread over the seeds as a reason.
  private static Optional<String> noise(
      Verdict verdict, Quantity quantity, Spread left, Spread right) {
    double deviation = deviation(left, right);
    double difference = Math.abs(left.mean() - right.mean());
    String seeds =
        left.count() == right.count()
            ? left.count() + (left.count() == 1 ? " seed" : " seeds")
            : left.count() + " and " + right.count() + " seeds";
    if (verdict == Verdict.INDISTINGUISHABLE) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "The difference, %.3g, is within one standard deviation of such a difference,"
                  + " %.3g: not distinguishable with %s.",
              quantity.factor() * difference,
              quantity.factor() * deviation,
              seeds));
    }
    return Optional.of(
        Double.isNaN(deviation)
            ? "One seed each: how much of the difference is chance is not known."
            : String.format(
                Locale.ROOT,
                "The opposite shows, by %.2g standard deviations of such a difference, with %s.",
                difference / deviation,
                seeds));
  }

  /// Whether the other configuration overfits at all, where last costs are compared with published
  /// ones: one that ends at its best leaves nothing to be gained by fitting less.
  private static Optional<String> fitting(Trend trend, StudySummary.Row other) {
    Optional<Spread> rise = other.measure(RISE);
    Optional<Spread> last = other.measure(LAST);
    if (!trend.quantity().equals(LAST)
        || trend.relation() != Relation.LESS
        || other.published().isEmpty()
        || rise.isEmpty()
        || last.isEmpty()) {
      return Optional.empty();
    }
    boolean overfits = rise.get().mean() > NOTICEABLE * last.get().mean();
    String figures =
        String.format(
            Locale.ROOT,
            "its last cost is %.4f above its best, %.4f",
            rise.get().mean(),
            last.get().mean() - rise.get().mean());
    return Optional.of(
        other.name()
            + (overfits
                ? " overfits: " + figures + "."
                : " does not overfit in its iterations: "
                    + figures
                    + ". A gain over the last cost of an overfitted model cannot appear."));
  }
}
