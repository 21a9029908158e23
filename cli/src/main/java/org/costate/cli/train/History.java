package org.costate.cli.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.costate.control.train.IterationRecord;
import org.costate.control.train.Stop;
import org.costate.control.train.ValidationRecord;
import org.costate.reports.Block;

/// The iteration table of a run: one file and one table for all solvers.
///
/// @param solver what minimised
/// @param stepName what the column `step` is: `rate`, `α`, `Δ`, `μ`, `ρ`
/// @param stop why the run ended
/// @param detail with the numbers that decided
/// @param tolerances by which it could have ended
/// @param iterations the rows; a number that does not apply is `null`
/// @param validations costs on held-out data
public record History(
    String solver,
    String stepName,
    String stop,
    String detail,
    Map<String, Double> tolerances,
    List<IterationRecord> iterations,
    List<ValidationRecord> validations) {
  /// Name of the file in the run folder.
  public static final String FILE = "history.json";

  /// Name of an end by Ctrl-C.
  static final String INTERRUPTED = "interrupted";

  private static final int SHOWN = 24;

  private record Column(String name, ToDoubleFunction<IterationRecord> value) {}

  /// The history of a run.
  public static History of(TrainedRun run) {
    Map<String, Double> tolerances = new LinkedHashMap<>();
    tolerances.put("iterations", (double) run.experiment().optimiser().iterations());
    tolerances.put("gradient_norm", run.experiment().run().tolerance());
    tolerances.put("patience", (double) run.experiment().run().patience());
    return new History(
        run.optimiser().name(),
        run.optimiser().stepName(),
        stopName(run.stop()),
        run.stop().map(Stop::detail).orElse(INTERRUPTED),
        tolerances,
        run.state().history(),
        run.state().validations());
  }

  static String stopName(Optional<Stop> stop) {
    return stop.map(s -> s.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .orElse(INTERRUPTED);
  }

  /// Why the run ended and what else could have ended it, for people.
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "stopped: %s (%s); tolerances: %.0f iterations, gradient norm %s, patience %s",
        stop,
        detail,
        tolerances.get("iterations"),
        orNone(tolerances.get("gradient_norm"), "%.1e"),
        orNone(tolerances.get("patience"), "%.0f"));
  }

  private static String orNone(double tolerance, String format) {
    return tolerance > 0 ? String.format(Locale.ROOT, format, tolerance) : "none";
  }

  private List<Column> columns() {
    return List.of(
        new Column("J", IterationRecord::value),
        new Column("terminal", IterationRecord::terminal),
        new Column("running", IterationRecord::running),
        new Column("‖∇J‖", IterationRecord::gradientNorm),
        new Column("max ‖∂H/∂θ‖", IterationRecord::hamiltonianGradient),
        new Column("PMP gap", IterationRecord::pmpGap),
        new Column("state feasibility", IterationRecord::stateFeasibility),
        new Column("costate feasibility", IterationRecord::costateFeasibility),
        new Column(stepName, IterationRecord::step),
        new Column("required decrease", IterationRecord::requiredDecrease));
  }

  /// The table, thinned to a few dozen rows where it is long; columns without any number are left
  /// out.
  public Block.Table table() {
    List<Column> columns =
        columns().stream()
            .filter(
                c -> iterations.stream().anyMatch(r -> Double.isFinite(c.value().applyAsDouble(r))))
            .toList();
    List<String> names = new java.util.ArrayList<>(List.of("iteration"));
    columns.forEach(c -> names.add(c.name()));
    names.addAll(List.of("accepted", "clipped", "seconds"));
    int every = Math.max(1, Math.ceilDiv(iterations.size(), SHOWN));
    List<List<String>> rows = new java.util.ArrayList<>();
    for (int i = 0; i < iterations.size(); i++) {
      if (i % every == 0 || i == iterations.size() - 1) {
        rows.add(row(iterations.get(i), columns));
      }
    }
    String title = every == 1 ? "Iterations" : "Iterations, every " + every + "th";
    return new Block.Table(title, names, rows);
  }

  private static List<String> row(IterationRecord r, List<Column> columns) {
    List<String> row = new java.util.ArrayList<>();
    row.add(String.valueOf(r.iteration()));
    columns.forEach(c -> row.add(cell(c.value().applyAsDouble(r))));
    row.add(r.accepted() ? "yes" : "no");
    row.add(String.format(Locale.ROOT, "%.1f %%", r.clipPercent()));
    row.add(String.format(Locale.ROOT, "%.3f", r.seconds()));
    return row;
  }

  private static String cell(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.6g", value) : "–";
  }
}
