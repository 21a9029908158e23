package org.costate.cli.worlds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.costate.control.memory.CapacityStudy;
import org.costate.control.memory.Estimate;
import org.costate.control.memory.RetrievalStudy;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// The page of the memories.
public final class MemoryReport {
  private MemoryReport() {}

  /// What was measured.
  public record Results(
      List<CapacityStudy.Series> capacities,
      List<RetrievalStudy.Descent> descents,
      List<RetrievalStudy.StepError> errors,
      List<RetrievalStudy.Separation> separations,
      double[] loads,
      double[] noises,
      double[][] phases,
      ImageMemory images,
      List<ImageMemory.Completion> completions) {}

  /// What the page shows.
  public static List<Report.Section> sections(Results results, List<Block.Verdict> verdicts) {
    return List.of(
        completion(results), capacity(results), retrieval(results, verdicts), phases(results));
  }

  private static Report.Section completion(Results results) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(pictures("Stored", results.images(), results.images().grey()));
    blocks.add(pictures("Lower half taken away", results.images(), results.images().corrupted()));
    for (ImageMemory.Completion c : results.completions()) {
      String title = c.energy() + ": " + c.found() + " of " + c.pictures().length + " found";
      blocks.add(pictures(title, results.images(), c.pictures()));
    }
    return new Report.Section(
        "Completing images",
        "The same images in four memories. Hebb's linear one mixes images that resemble each other;"
            + " the steeper the energy, the better they are kept apart. Log-sum-exp is softmax"
            + " attention.",
        blocks);
  }

  private static Block pictures(String title, ImageMemory images, double[][] grey) {
    List<Block.Picture> pictures = new ArrayList<>();
    for (int i = 0; i < grey.length; i++) {
      pictures.add(new Block.Picture(images.names().get(i), images.side(), images.side(), grey[i]));
    }
    return new Block.Pictures(title, pictures);
  }

  private static Report.Section capacity(Results results) {
    List<List<String>> rows = new ArrayList<>();
    List<List<String>> growths = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    for (CapacityStudy.Series series : results.capacities()) {
      for (CapacityStudy.Row r : series.rows()) {
        rows.add(
            List.of(
                r.energy(),
                String.valueOf(r.d()),
                brief(1, r.capacity()),
                brief(1, r.low()) + " … " + brief(1, r.high()),
                brief(1, r.theory()),
                brief(1, r.finite())));
      }
      CapacityStudy.Growth g = series.growth();
      growths.add(
          List.of(
              g.energy(),
              g.law(),
              brief(3, g.fitted()),
              brief(3, g.low()) + " … " + brief(3, g.high()),
              brief(3, g.theory()),
              remark(g)));
      blocks.add(curve(series));
    }
    blocks.addFirst(
        new Block.Table(
            "Capacity",
            List.of("energy", "d", "patterns", "95 % interval", "theory, d → ∞", "at this d"),
            rows));
    blocks.add(
        1,
        new Block.Table(
            "Growth with d",
            List.of("energy", "law", "fitted a", "95 % interval", "theory", "the interval"),
            growths));
    for (CapacityStudy.Series series : results.capacities()) {
      series.limit().ifPresent(load -> blocks.add(2, limit(load)));
    }
    return new Report.Section(
        "Capacity",
        "How many random patterns are kept. For log-sum-exp the theory is a lower bound, far below"
            + " what is measured. Hebb's threshold is sharp for d → ∞ only: small systems keep a"
            + " little more than 0.138 d, so that the fitted exponent comes out below 1.",
        blocks);
  }

  private static Block limit(Estimate load) {
    return new Block.Facts(
        List.of(
            new Block.Fact(
                "Hebb: patterns for each dimension as d → ∞ (line over 1/d), theory 0.138",
                interval(load))));
  }

  /// A mean with its interval.
  public static String interval(Estimate e) {
    return brief(4, e.mean()) + " (" + brief(4, e.low()) + " … " + brief(4, e.high()) + ")";
  }

  private static Block curve(CapacityStudy.Series series) {
    List<CapacityStudy.Row> rows = series.rows();
    double[] d = column(rows, CapacityStudy.Row::d);
    List<Block.Curve> curves = new ArrayList<>();
    curves.add(Block.Curve.joined("measured", d, column(rows, CapacityStudy.Row::capacity)));
    curves.add(Block.Curve.joined("theory, d → ∞", d, column(rows, CapacityStudy.Row::theory)));
    if (rows.stream().allMatch(r -> Double.isFinite(r.finite()))) {
      curves.add(
          Block.Curve.joined("theory at this d", d, column(rows, CapacityStudy.Row::finite)));
    }
    curves.add(
        new Block.Curve(
            "ends of the 95 % interval",
            DoubleStream.concat(Arrays.stream(d), Arrays.stream(d)).toArray(),
            DoubleStream.concat(
                    Arrays.stream(column(rows, CapacityStudy.Row::low)),
                    Arrays.stream(column(rows, CapacityStudy.Row::high)))
                .toArray(),
            true));
    return new Block.Lines(
        series.growth().energy(), Block.Axis.linear("d"), Block.Axis.log("patterns"), curves);
  }

  private static double[] column(
      List<CapacityStudy.Row> rows, ToDoubleFunction<CapacityStudy.Row> of) {
    return rows.stream().mapToDouble(of).toArray();
  }

  private static Report.Section retrieval(Results results, List<Block.Verdict> verdicts) {
    List<List<String>> errors =
        results.errors().stream()
            .map(
                e ->
                    List.of(
                        String.valueOf(e.count()),
                        WorldReport.number(e.separation()),
                        WorldReport.number(e.error()),
                        WorldReport.number(e.bound()),
                        WorldReport.number(e.ratio())))
            .toList();
    List<List<String>> separations =
        results.separations().stream()
            .map(
                s ->
                    List.of(
                        String.valueOf(s.count()),
                        brief(2, s.kept()),
                        WorldReport.number(s.least()),
                        WorldReport.number(s.bound()),
                        WorldReport.number(s.ratio())))
            .toList();
    return new Report.Section(
        "Retrieval",
        "Every dynamics falls; one step of attention lands closer to the pattern than its bound"
            + " says. A pattern whose separation (its square minus its largest product with"
            + " another) exceeds its bound has a fixed point beside it: none without one comes"
            + " near the bound.",
        List.of(
            new Block.Verdicts("Checks", verdicts),
            new Block.Table(
                "Error of one step, d = 14",
                List.of("patterns", "separation", "largest error", "bound", "largest ratio"),
                errors),
            new Block.Table(
                "Separation of a pattern with its own fixed point, d = 14, norms 1 to 12",
                List.of(
                    "patterns",
                    "part with a fixed point",
                    "largest separation without one",
                    "bound",
                    "largest ratio"),
                separations)));
  }

  private static Report.Section phases(Results results) {
    return new Report.Section(
        "Load and noise",
        "Hebb's memory: overlap of the answer with the pattern that was asked for. Beyond a load"
            + " near 0.138 the patterns themselves are no longer stable.",
        List.of(
            new Block.HeatMap(
                "Overlap",
                "load p/d",
                labels(results.loads()),
                "part of the signs turned",
                labels(results.noises()),
                results.phases(),
                false)));
  }

  private static List<String> labels(double[] values) {
    return Arrays.stream(values).mapToObj(v -> String.format(Locale.ROOT, "%.2f", v)).toList();
  }

  /// How the interval of an exponent lies to the theory's.
  public static String remark(CapacityStudy.Growth g) {
    if (g.gap() < 0) {
      return "above its lower bound";
    }
    return g.gap() == 0 ? "holds the theory's" : "misses by " + brief(3, g.gap());
  }

  private static String brief(int decimals, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + "f", value) : "–";
  }
}
