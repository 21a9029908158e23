package org.costate.cli.stability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Session;
import org.costate.cli.worlds.WorldReport;
import org.costate.control.stability.GradientGrowth;
import org.costate.model.architecture.Arrangement;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// The study of [GradientGrowth] as text, JSON and a section of a report.
public final class GrowthReport {
  private GrowthReport() {}

  /// Measures, prints and reports.
  public static Outcome run(Session session) {
    long seed = session.seed().orElse(1);
    List<GradientGrowth> all =
        GradientGrowth.measure(
            GradientGrowth.Setting.standard(seed),
            session.kernels(),
            g -> session.text().println(line(g)));
    boolean pass = all.stream().allMatch(GradientGrowth::pass);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("pass", pass);
    json.put("rows", json(all));
    WorldReport.write(
            session,
            "converge",
            "Gradients at initialisation over depth.",
            List.of(section(all)),
            seed,
            List.of())
        .ifPresent(
            page -> {
              json.put("run", String.valueOf(page.getParent()));
              json.put("report", page.toString());
            });
    return Outcome.of(json, pass);
  }

  /// A line for people.
  private static String line(GradientGrowth g) {
    return String.format(
        Locale.ROOT,
        "%-10s last layer: slope %+.3f (theory %s)   first layer: slope %+.3f   %s",
        name(g),
        g.lastSlope(),
        theory(g),
        g.firstSlope(),
        g.pass() ? "as expected" : "NOT as expected");
  }

  private static String name(GradientGrowth g) {
    return g.arrangement() == Arrangement.PRE_NORM ? "pre-norm" : "post-norm";
  }

  private static String theory(GradientGrowth g) {
    return g.arrangement() == Arrangement.PRE_NORM ? "about −1/2" : "not falling";
  }

  /// The results, a row for each arrangement.
  private static List<Map<String, Object>> json(List<GradientGrowth> all) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (GradientGrowth g : all) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("arrangement", name(g));
      row.put("depths", g.depths());
      row.put("last_layer", g.last());
      row.put("first_layer", g.first());
      row.put("last_slope", g.lastSlope());
      row.put("first_slope", g.firstSlope());
      row.put("pass", g.pass());
      rows.add(row);
    }
    return rows;
  }

  /// Curves and slopes.
  private static Report.Section section(List<GradientGrowth> all) {
    List<Block.Curve> curves = new ArrayList<>();
    List<Block.Verdict> verdicts = new ArrayList<>();
    for (GradientGrowth g : all) {
      double[] depths = Arrays.stream(g.depths()).asDoubleStream().toArray();
      curves.add(Block.Curve.joined(name(g) + ", last layer", depths, g.last()));
      curves.add(Block.Curve.joined(name(g) + ", first layer", depths, g.first()));
      boolean pre = g.arrangement() == Arrangement.PRE_NORM;
      verdicts.add(
          new Block.Verdict(
              name(g) + ": slope of the last layer, theory " + theory(g),
              "least squares over the logarithms",
              pre
                  ? Math.abs(g.lastSlope() - GradientGrowth.PRE_NORM_SLOPE)
                  : Math.max(0, -g.lastSlope()),
              pre ? GradientGrowth.TOLERANCE : GradientGrowth.TOLERANCE / 2,
              String.format(Locale.ROOT, "slope %+.3f", g.lastSlope()),
              g.pass()));
    }
    return new Report.Section(
        "Gradient at initialisation over depth",
        "Norm of the gradient with respect to the feed-forward output weight of the last and of the"
            + " first layer, for models with Xavier weights and no training.",
        List.of(
            new Block.Lines(
                "Norm of the gradient", Block.Axis.log("layers"), Block.Axis.log("norm"), curves),
            new Block.Verdicts("Slopes", verdicts)));
  }
}
