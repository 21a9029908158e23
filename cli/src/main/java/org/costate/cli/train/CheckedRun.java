package org.costate.cli.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.costate.adjoint.verify.CheckOptions;
import org.costate.adjoint.verify.CheckReport;
import org.costate.adjoint.verify.CheckResult;
import org.costate.adjoint.verify.GradientCheck;
import org.costate.adjoint.verify.TaylorRow;
import org.costate.cli.run.Session;
import org.costate.control.cost.PlainCostFormulas;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// A trained run whose gradient was checked where training ended, and whose forecast, if it is one,
/// was compared.
///
/// @param gradient verdicts on the gradient at the trained controls
/// @param heldOut accuracy or comparison of forecasts
public record CheckedRun(TrainedRun run, CheckReport gradient, HeldOut heldOut) {
  /// Checks and compares.
  public static CheckedRun of(TrainedRun run, Session session) {
    return new CheckedRun(run, check(run, session), HeldOut.of(run, session));
  }

  /// Checks the gradient at the best controls of a run, on its held-out data.
  public static CheckReport check(TrainedRun run, Session session) {
    CheckOptions options =
        CheckOptions.with(session.kernels()).withPlainCosts(new PlainCostFormulas());
    return GradientCheck.of(
            run.model(), run.costs(), run.data().validation(), run.bestControls(), options)
        .run();
  }

  /// Whether all checks pass.
  public boolean pass() {
    return gradient.pass();
  }

  /// For people.
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "trained %d iterations in %.1f s: held-out cost %.5f, before %.5f%n",
            run.state().iteration(),
            run.seconds(),
            run.validation().best(),
            run.validation().first()));
    heldOut.lines().forEach(line -> text.append(line).append(System.lineSeparator()));
    long passed = gradient.checks().stream().filter(CheckResult::pass).count();
    text.append("gradient checks: ")
        .append(passed)
        .append(" of ")
        .append(gradient.checks().size())
        .append(" pass");
    return text.toString();
  }

  /// Writes the report, unless reports were declined.
  public Optional<Path> writeReport(Session session) {
    List<Report.Section> sections = new ArrayList<>(heldOut.sections());
    sections.add(gradientSection(gradient));
    return TrainingReport.write(run, session, sections);
  }

  /// Verdicts and Taylor remainders.
  public static Report.Section gradientSection(CheckReport report) {
    List<Block.Verdict> verdicts =
        report.checks().stream()
            .map(
                c ->
                    new Block.Verdict(
                        c.name(), c.method(), c.violation(), c.tolerance(), c.witness(), c.pass()))
            .toList();
    double[] h = report.taylor().stream().mapToDouble(TaylorRow::h).toArray();
    return new Report.Section(
        "Gradient check",
        "Every derivative by independent methods, at the trained controls. Taylor remainders fall"
            + " with slopes 1, 2 and 3.",
        List.of(
            new Block.Verdicts("Verdicts", verdicts),
            new Block.Lines(
                "Taylor remainders",
                Block.Axis.log("step h"),
                Block.Axis.log("remainder"),
                List.of(
                    Block.Curve.joined(
                        "value", h, report.taylor().stream().mapToDouble(TaylorRow::r0).toArray()),
                    Block.Curve.joined(
                        "with gradient",
                        h,
                        report.taylor().stream().mapToDouble(TaylorRow::r1).toArray()),
                    Block.Curve.joined(
                        "with Hessian",
                        h,
                        report.taylor().stream().mapToDouble(TaylorRow::r2).toArray())))));
  }
}
