package org.costate.cli.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.costate.cli.run.Interruption;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Session;
import org.costate.control.train.Stop;
import org.costate.reports.Report;

/// A training run with everything that is written behind it: model, result and report.
///
/// @param run what it came to
/// @param heldOut what it says about held-out data
/// @param constraints whether they are kept, where there are any
/// @param result the numbers that it is compared by
/// @param report the page, unless reports were declined
public record CompletedRun(
    TrainedRun run,
    HeldOut heldOut,
    Optional<ConstraintReport> constraints,
    TrainedRun.Result result,
    Optional<Path> report) {

  /// Times its first value that the objective may have risen to in a run that learned nothing.
  private static final double DIVERGED = 10;

  /// Judges `run` and writes model, result and report into its folder.
  public static CompletedRun of(TrainedRun run, Session session) {
    run.writeModel();
    HeldOut heldOut = HeldOut.of(run, session);
    Optional<ConstraintReport> constraints = ConstraintReport.of(run, session);
    TrainedRun.Result result = run.writeResult(heldOut, constraints);
    List<Report.Section> sections = new ArrayList<>(heldOut.sections());
    constraints.ifPresent(c -> sections.add(c.section()));
    sections.addAll(gradient(run, session));
    Optional<Path> report = TrainingReport.write(run, session, sections);
    return new CompletedRun(run, heldOut, constraints, result, report);
  }

  /// What the report says of the gradient, where training came to its end.
  private static List<Report.Section> gradient(TrainedRun run, Session session) {
    boolean ended = run.stop().filter(s -> !s.reason().isFailure()).isPresent();
    return session.report() && ended
        ? List.of(CheckedRun.gradientSection(CheckedRun.check(run, session)))
        : List.of();
  }

  /// The exit code; where training failed, standard error says why.
  public int exitCode() {
    if (run.stop().isEmpty()) {
      return Interruption.EXIT_CODE;
    }
    Stop stop = run.stop().get();
    if (!stop.reason().isFailure()) {
      constraints.filter(c -> !c.feasible()).ifPresent(c -> System.err.println(c.complaint()));
      if (diverged()) {
        System.err.printf(
            Locale.ROOT,
            "costate: training: found the objective at %.4g in the last iteration and at %.4g in"
                + " the first, and nothing better than the start, expected it to fall%n",
            run.objective().last(),
            run.objective().first());
        return failed();
      }
      return constraints.map(ConstraintReport::feasible).orElse(true) ? 0 : 1;
    }
    System.err.println("costate: training: " + stop.detail());
    if (stop.reason() == Stop.Reason.UNBOUNDED) {
      System.err.println("Maybe a cost of the controls (objective.energy), or constraints?");
      return Outcome.NUMERICAL_FAILURE;
    }
    return failed();
  }

  private int failed() {
    if (OptimiserRanges.hasRate(run.experiment().optimiser().kind())) {
      System.err.println("Maybe a smaller optimiser.rate or a longer optimiser.warmup?");
    }
    return Outcome.NUMERICAL_FAILURE;
  }

  /// Whether the objective rose far above its start and nothing on the way was better.
  private boolean diverged() {
    return run.state().best().iteration() == 0
        && run.objective().last() > DIVERGED * run.objective().first();
  }

  private static String line(TrainedRun.Course course) {
    return String.format(
        Locale.ROOT,
        "first %s  last %s  best %s",
        number(course.first()),
        number(course.last()),
        number(course.best()));
  }

  private static String number(double x) {
    boolean ordinary = x == 0 || (Math.abs(x) >= 1e-3 && Math.abs(x) < 1e6);
    return String.format(Locale.ROOT, ordinary ? "%.6f" : "%.4e", x);
  }

  /// Tells people how it went.
  public void print(Session session) {
    session
        .text()
        .printf(
            Locale.ROOT,
            "%d iteration%s in %.1f s%nobjective   %s%nvalidation  %s%n",
            run.state().iteration(),
            run.state().iteration() == 1 ? "" : "s",
            run.seconds(),
            line(run.objective()),
            run.data().holdsOut() ? line(run.validation()) : "nothing is held out");
    result.optimum().ifPresent(o -> session.text().println(o.line()));
    session.text().println(History.of(run).sentence());
    heldOut.lines().forEach(session.text()::println);
    constraints.ifPresent(c -> c.lines().forEach(session.text()::println));
    session.text().println("run         " + run.folder().path());
    report.ifPresent(path -> session.text().println("report      " + path));
  }
}
