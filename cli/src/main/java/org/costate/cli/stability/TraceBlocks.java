package org.costate.cli.stability;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.costate.control.stability.Edge;
import org.costate.control.stability.Trace;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// What a chosen output hangs on, as JSON, text and a section of a report.
public final class TraceBlocks {
  private TraceBlocks() {}

  static Map<String, Object> json(String chosen, Trace trace) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("output", chosen);
    json.put("value", trace.value());
    json.put("sensitivity", List.of(trace.sensitivity()));
    json.put("edges", trace.edges().stream().map(TraceBlocks::json).toList());
    json.put("edge_count", trace.edgeCount());
    json.put("edge_total", trace.edgeTotal());
    return json;
  }

  private static Map<String, Object> json(Edge e) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("layer", e.layer());
    json.put("line", e.line());
    json.put("head", e.head());
    json.put("from", e.from());
    json.put("to", e.to());
    json.put("influence", e.influence());
    return json;
  }

  /// Prints the value and the strongest edges.
  public static void print(OutputOptions.Found found, PrintStream out) {
    if (found.trace().isEmpty()) {
      return;
    }
    Trace trace = found.trace().get();
    out.printf(
        Locale.ROOT,
        "output %s = %.6g; the strongest of %d edges%n",
        found.chosen().orElse(""),
        trace.value(),
        trace.edgeCount());
    out.println("layer  head  from  to      influence  share");
    for (Edge e : trace.edges()) {
      out.printf(
          Locale.ROOT,
          "%5d %5d %5d %3d   %12.4g  %5.1f %%%n",
          e.layer(),
          e.head(),
          e.from(),
          e.to(),
          e.influence(),
          100 * share(e, trace));
    }
  }

  private static double share(Edge e, Trace trace) {
    return Math.abs(e.influence()) / trace.edgeTotal();
  }

  /// The section, if an output was traced.
  ///
  /// @param tokens what the tokens are called
  public static Optional<Report.Section> section(OutputOptions.Found found, List<String> tokens) {
    return found.trace().map(trace -> section(found.chosen().orElse(""), trace, tokens));
  }

  private static Report.Section section(String chosen, Trace trace, List<String> tokens) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block.Figures(headline(chosen, trace, tokens)));
    blocks.add(
        new Block.HeatMap(
            "Sensitivity of the output to every token of every layer, from the first state up",
            "token",
            tokens,
            "layer",
            IntStream.range(0, trace.sensitivity().length).mapToObj(String::valueOf).toList(),
            trace.sensitivity(),
            true));
    blocks.add(table(trace, tokens));
    return new Report.Section(
        "What the output hangs on",
        "The size of the costate ∂y/∂u at every token, and what single edges of attention carry of"
            + " the output to first order.",
        blocks);
  }

  private static List<Block.Figure> headline(String chosen, Trace trace, List<String> tokens) {
    double[] first = trace.sensitivity()[0];
    int most =
        IntStream.range(0, first.length).reduce((a, b) -> first[b] > first[a] ? b : a).orElse(0);
    List<Block.Figure> figures = new ArrayList<>();
    figures.add(new Block.Figure(GrowthBlocks.number(trace.value()), chosen));
    figures.add(new Block.Figure("token " + tokens.get(most), "of the first state moves it most"));
    if (!trace.edges().isEmpty()) {
      Edge e = trace.edges().getFirst();
      figures.add(
          new Block.Figure(
              tokens.get(e.from()) + " → " + tokens.get(e.to()),
              "strongest edge: layer " + e.layer() + ", head " + e.head()));
      double part = trace.edges().stream().mapToDouble(x -> share(x, trace)).sum();
      figures.add(
          new Block.Figure(
              String.format(Locale.ROOT, "%.3g %%", 100 * part),
              "of all influence in "
                  + trace.edges().size()
                  + " of "
                  + trace.edgeCount()
                  + " edges"));
    }
    return figures;
  }

  private static Block table(Trace trace, List<String> tokens) {
    List<List<String>> rows = new ArrayList<>();
    for (Edge e : trace.edges()) {
      rows.add(
          List.of(
              tokens.get(e.from()) + " → " + tokens.get(e.to()),
              String.valueOf(e.layer()),
              String.valueOf(e.head()),
              GrowthBlocks.number(e.influence()),
              String.format(Locale.ROOT, "%.2g %%", 100 * share(e, trace))));
    }
    return new Block.Table(
        "The strongest edges of attention",
        List.of("from → to", "layer", "head", "influence", "share"),
        rows);
  }
}
