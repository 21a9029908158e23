package org.costate.cli.converge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.costate.control.diagnose.DepthRefinement;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// A model on finer grids for people and for JSON.
public final class FlowReport {
  private FlowReport() {}

  /// Everything under fixed keys: the rows in the form of those of the schemes, the rest beside.
  public static Map<String, Object> json(String scheme, int steps, DepthRefinement d) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rows", d.courses().stream().map(c -> row(scheme, steps, d.claimed(), c)).toList());
    json.put("verdict", d.verdict().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    json.put("sentence", d.sentence());
    json.put("weight_variation", d.variation());
    json.put("velocity", d.velocity());
    return json;
  }

  private static Map<String, Object> row(
      String scheme, int steps, int claimed, DepthRefinement.Course c) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("scheme", scheme);
    row.put("controls", c.controls());
    row.put("claimed", claimed);
    row.put("measured", c.observed());
    int[] compared = Arrays.copyOf(c.parts(), c.differences().length);
    row.put("steps", Arrays.stream(compared).map(r -> r * steps).toArray());
    row.put("errors", c.differences());
    row.put("parts", c.parts());
    row.put("movement", c.movement());
    return row;
  }

  /// Lines for people.
  public static List<String> lines(DepthRefinement d) {
    List<String> lines = new ArrayList<>();
    lines.add("controls in time     dt = 1       1/2       1/4       1/8   observed order");
    for (DepthRefinement.Course c : d.courses()) {
      lines.add("%-18s %s %16.2f".formatted(c.controls(), percents(c.movement()), c.observed()));
    }
    lines.add("(movement of the output, relative to that of the model)");
    for (DepthRefinement.Variation v : d.variation()) {
      lines.add("weights of %-18s change %s".formatted(v.block(), percents(v.relative())));
    }
    lines.add("velocity relative to the state   " + percents(d.velocity()));
    lines.add(d.sentence());
    return lines;
  }

  private static String percents(double[] parts) {
    StringBuilder text = new StringBuilder();
    for (double part : parts) {
      text.append(String.format(Locale.ROOT, "%8.2f %%", 100 * part));
    }
    return text.toString();
  }

  /// A section of a report.
  public static Report.Section section(DepthRefinement d) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block.Text(d.sentence()));
    blocks.add(
        new Block.Lines(
            "Movement of the output when every step is split",
            Block.Axis.log("parts of a step"),
            Block.Axis.linear("movement relative to the output of the model"),
            d.courses().stream()
                .map(
                    c ->
                        Block.Curve.joined(
                            c.controls(),
                            Arrays.stream(c.parts()).asDoubleStream().toArray(),
                            c.movement()))
                .toList()));
    blocks.add(
        new Block.Lines(
            "Change of the output when every step is halved",
            Block.Axis.log("parts of a step"),
            Block.Axis.log("relative change"),
            d.courses().stream()
                .map(
                    c ->
                        Block.Curve.joined(
                            c.controls() + ", order " + "%.2f".formatted(c.observed()),
                            Arrays.stream(c.parts())
                                .limit(c.differences().length)
                                .asDoubleStream()
                                .toArray(),
                            c.differences()))
                .toList()));
    if (!d.variation().isEmpty()) {
      blocks.add(
          new Block.Lines(
              "Weights from one layer to the next: ‖θ(k+1) − θ(k)‖/‖θ(k)‖",
              Block.Axis.linear("layer"),
              Block.Axis.linear("relative change"),
              d.variation().stream()
                  .map(v -> Block.Curve.counted(v.block(), v.relative()))
                  .toList()));
    }
    blocks.add(
        new Block.Lines(
            "Velocity ‖u(n+1) − u(n)‖/(h ‖u(n)‖)",
            Block.Axis.linear("step"),
            Block.Axis.linear("relative velocity"),
            List.of(Block.Curve.counted("velocity", d.velocity()))));
    return new Report.Section(
        "Depth refined",
        "Every step of the model split into 2, 4 and 8, with the weights in between held or"
            + " interpolated. A discretised flow changes little, and ever less.",
        blocks);
  }
}
