package org.costate.cli.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.cli.run.Session;
import org.costate.control.constrain.Constrained;
import org.costate.control.constrain.ConstraintFunction;
import org.costate.control.constrain.Constraints;
import org.costate.control.constrain.Kkt;
import org.costate.control.constrain.Restricted;
import org.costate.model.state.Batch;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// Whether a trained model keeps its constraints, and how far it is from a constrained minimum.
///
/// @param feasible whether no constraint is violated by more than the tolerance
/// @param tolerance of feasibility
/// @param sequences training sequences over which the residuals were computed
/// @param kkt residuals at the controls after the last iteration
/// @param best largest violation of the controls of least held-out cost, which the model is made of
/// @param rows every constraint with what it holds for
public record ConstraintReport(
    boolean feasible, double tolerance, int sequences, Kkt kkt, double best, List<Row> rows) {
  /// One constraint on one array.
  ///
  /// @param active whether the array lies on the boundary: a little further would violate it
  public record Row(String array, String constraint, double violation, boolean active) {}

  /// The report of a run whose experiment has constraints.
  static Optional<ConstraintReport> of(TrainedRun run, Session session) {
    if (run.experiment().constraints().isEmpty() || run.stop().isEmpty()) {
      return Optional.empty();
    }
    ConstrainedProblem problem = ConstrainedProblem.of(run.experiment(), run.model());
    double[] c = run.state().controls();
    Batch batch = ConstrainedProblem.ensemble(run.data());
    SweepOptions options =
        SweepOptions.with(session.kernels())
            .withThreads(session.threads())
            .withChunk(run.experiment().run().chunk());
    Kkt kkt = problem.kkt(run, c, batch, options);
    Constraints set = problem.sets();
    double best = set.violation(run.bestControls());
    List<Row> rows = new ArrayList<>();
    set.all().forEach(one -> rows.add(row(one, c)));
    rows.addAll(trajectory(problem, run, c, batch, options));
    boolean feasible = Math.max(Math.max(kkt.equality(), kkt.inequality()), best) <= Kkt.TOLERANCE;
    return Optional.of(
        new ConstraintReport(feasible, Kkt.TOLERANCE, batch.shape().batch(), kkt, best, rows));
  }

  /// The constraints on trajectories, which hold over the ensemble.
  private static List<Row> trajectory(
      ConstrainedProblem problem, TrainedRun run, double[] c, Batch batch, SweepOptions options) {
    ConstraintFunction smooth = problem.smooth(run.model(), c, batch, options.kernels());
    double[] h = new double[smooth.count()];
    smooth.values(Restricted.taken(c, problem.free()), h);
    List<Row> rows = new ArrayList<>();
    for (int k = 0; k < h.length; k++) {
      boolean active = k < smooth.equalities() || h[k] > -Kkt.TOLERANCE;
      rows.add(new Row("trajectory", smooth.name(k), smooth.violation(k, h[k]), active));
    }
    return rows;
  }

  /// On the boundary where a thousandth more of the same leaves the set.
  private static Row row(Constrained one, double[] c) {
    double[] more = c.clone();
    for (int i = one.offset(); i < one.offset() + one.set().size(); i++) {
      more[i] *= 1.001;
    }
    return new Row(
        one.name(),
        one.set().formula(),
        one.set().violation(c, one.offset()),
        one.set().violation(more, one.offset()) > 0);
  }

  /// Names the constraint that is violated most.
  String complaint() {
    Row worst =
        rows.stream().max(java.util.Comparator.comparingDouble(Row::violation)).orElseThrow();
    return "costate: constraints: found "
        + worst.constraint()
        + " of "
        + worst.array()
        + " violated by "
        + number(worst.violation())
        + "\nMaybe it cannot be kept together with the others, or needs more iterations";
  }

  /// For people.
  List<String> lines() {
    return List.of(
        String.format(
            Locale.ROOT,
            "constraints %s: %d, %d of them active; KKT residuals  stationarity %.2e  equality"
                + " %.2e  inequality %.2e  complementarity %.2e",
            feasible ? "kept" : "VIOLATED",
            rows.size(),
            rows.stream().filter(Row::active).count(),
            kkt.stationarity(),
            kkt.equality(),
            kkt.inequality(),
            kkt.complementarity()));
  }

  /// A section of a report.
  Report.Section section() {
    Map<String, Double> residuals = new LinkedHashMap<>();
    residuals.put("stationarity ‖∇L + M‖", kkt.stationarity());
    residuals.put("equality", kkt.equality());
    residuals.put("inequality", kkt.inequality());
    residuals.put("complementarity", kkt.complementarity());
    residuals.put("largest multiplier, to compare with", kkt.multiplier());
    List<List<String>> table = new ArrayList<>();
    residuals.forEach((name, value) -> table.add(List.of(name, number(value))));
    return new Report.Section(
        "Constraints",
        "Optimality conditions of Karush, Kuhn and Tucker, recomputed from the gradient over "
            + sequences
            + " training sequences and the projection onto the constraints alone. They vanish at a"
            + " constrained minimum; training on mini-batches ends near one.",
        List.of(
            new Block.Table(
                "Residuals after the last iteration", List.of("residual", "value"), table),
            new Block.Table(
                "Constraints",
                List.of("array", "constraint", "violation", "active"),
                rows.stream()
                    .map(
                        r ->
                            List.of(
                                r.array(),
                                r.constraint(),
                                number(r.violation()),
                                r.active() ? "yes" : "no"))
                    .toList())));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2e", value);
  }
}
