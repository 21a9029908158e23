package org.costate.cli.converge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.costate.model.converge.Convergence;
import org.costate.model.converge.OrderStudy;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// Measured orders for people and for JSON.
public final class OrderTable {
  private OrderTable() {}

  /// One row under the names of the contract.
  ///
  /// @param scheme scheme or quadrature
  /// @param kind which of the two
  /// @param setting on what it was measured
  /// @param claimed order that it claims; 0: none
  /// @param steps numbers of steps or nodes
  public record Row(
      String scheme,
      String kind,
      String setting,
      int claimed,
      double measured,
      int[] steps,
      double[] errors,
      double tolerance,
      boolean pass) {
    static Row of(OrderStudy.Row row) {
      Convergence c = row.convergence();
      return new Row(
          c.name(),
          row.kind().name().toLowerCase(Locale.ROOT),
          row.setting(),
          c.claimed(),
          c.measured(),
          c.sizes(),
          c.errors(),
          row.tolerance(),
          row.pass());
    }
  }

  /// All rows.
  public static List<Row> rows(List<OrderStudy.Row> rows) {
    return rows.stream().map(Row::of).toList();
  }

  /// Head of the table on a terminal.
  public static String head() {
    return "     %-27s %-44s %7s %8s  errors".formatted("scheme", "setting", "claimed", "measured");
  }

  /// A line of the table on a terminal.
  public static String line(OrderStudy.Row row) {
    Convergence c = row.convergence();
    return String.format(
        Locale.ROOT,
        "%-4s %-27s %-44s %7s %8.2f  %s",
        verdict(row),
        c.name(),
        row.setting(),
        c.claimed() == 0 ? "-" : String.valueOf(c.claimed()),
        c.measured(),
        errors(c));
  }

  private static String verdict(OrderStudy.Row row) {
    if (row.convergence().claimed() == 0) {
      return "";
    }
    return row.pass() ? "ok" : "FAIL";
  }

  private static String errors(Convergence c) {
    return Arrays.stream(c.errors())
        .mapToObj(e -> String.format(Locale.ROOT, "%.1e", e))
        .collect(Collectors.joining(" "));
  }

  /// Sections of a report, one for schemes and one for quadratures.
  public static List<Report.Section> sections(List<OrderStudy.Row> rows) {
    return List.of(
        section(
            "Schemes in time",
            "Largest errors at time 1 against an independent integration of the equation, over the"
                + " number of steps. A claimed order of – claims nothing.",
            "steps",
            OrderStudy.Kind.SCHEME,
            rows),
        section(
            "Quadratures on tokens and features",
            "Errors of an integral of attention whose kernels are given as functions, over the"
                + " number of intervals or nodes.",
            "nodes",
            OrderStudy.Kind.QUADRATURE,
            rows));
  }

  private static Report.Section section(
      String title, String lead, String axis, OrderStudy.Kind kind, List<OrderStudy.Row> all) {
    List<OrderStudy.Row> rows = all.stream().filter(row -> row.kind() == kind).toList();
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Block.Table(
            "Orders",
            List.of("scheme", "setting", "claimed", "measured", "errors at " + axis, "verdict"),
            rows.stream().map(OrderTable::cells).toList()));
    Map<String, List<OrderStudy.Row>> bySetting =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    OrderStudy.Row::setting, LinkedHashMap::new, Collectors.toList()));
    bySetting.forEach((setting, group) -> blocks.add(plot(setting, axis, group)));
    return new Report.Section(title, lead, blocks);
  }

  private static List<String> cells(OrderStudy.Row row) {
    Convergence c = row.convergence();
    return List.of(
        c.name(),
        row.setting(),
        c.claimed() == 0 ? "–" : String.valueOf(c.claimed()),
        String.format(Locale.ROOT, "%.3f", c.measured()),
        errors(c),
        c.claimed() == 0 ? "–" : row.pass() ? "met" : "not met");
  }

  private static Block plot(String setting, String axis, List<OrderStudy.Row> rows) {
    List<Block.Curve> curves =
        rows.stream()
            .map(OrderStudy.Row::convergence)
            .map(
                c ->
                    Block.Curve.joined(
                        c.name(), Arrays.stream(c.sizes()).asDoubleStream().toArray(), c.errors()))
            .toList();
    return new Block.Lines(setting, Block.Axis.log(axis), Block.Axis.log("error"), curves);
  }
}
