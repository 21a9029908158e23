package org.costate.cli.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.costate.cli.experiment.Experiment;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Provenance;
import org.costate.cli.run.RunFolder;
import org.costate.cli.run.Session;
import org.costate.control.train.RateFinder;
import org.costate.reports.Block;
import org.costate.reports.Json;
import org.costate.reports.Page;
import org.costate.reports.Report;

/// What a search for a learning rate says, prints and draws.
public final class RateReport {
  private RateReport() {}

  /// The numbers of a search.
  ///
  /// @param run its folder
  /// @param suggestion the rate to begin with
  public record Result(
      String run,
      double suggestion,
      double steepest,
      double least,
      OptionalDouble diverged,
      double[] rates,
      double[] values,
      double[] smoothed) {}

  /// Searches, writes and prints.
  public static Outcome of(Experiment experiment, Session session) {
    Requirements.requireRate(experiment);
    TrainingRun.fingerprint(experiment);
    RunFolder folder = session.folder(experiment.name() + "-rates");
    RateFinder.Found found =
        TrainingRun.findRate(experiment, folder, session, RateFinder.standard());
    Result result =
        new Result(
            folder.path().toString(),
            found.suggestion(),
            found.steepest(),
            found.least(),
            found.diverged(),
            found.rates(),
            found.values(),
            found.smoothed());
    folder.write("rates.json", Json.results(result));
    session
        .text()
        .printf(
            Locale.ROOT,
            "steepest at %.2e, least at %.2e, %s%nsuggestion  --set optimiser.rate=%.1e%n",
            found.steepest(),
            found.least(),
            found.diverged().isPresent()
                ? "diverged at %.2e".formatted(found.diverged().getAsDouble())
                : "not diverged",
            found.suggestion());
    session.text().println("run         " + folder.path());
    report(experiment, found, folder, session)
        .ifPresent(path -> session.text().println("report      " + path));
    return Outcome.done(result);
  }

  private static Optional<Path> report(
      Experiment experiment, RateFinder.Found found, RunFolder folder, Session session) {
    if (!session.report()) {
      return Optional.empty();
    }
    Report.Section section =
        new Report.Section(
            "Learning rate",
            "One run in which the rate rises from iteration to iteration. The suggestion is a tenth"
                + " of the rate at which the smoothed cost is least.",
            List.of(
                new Block.Figures(
                    List.of(
                        new Block.Figure(
                            String.format(Locale.ROOT, "%.1e", found.suggestion()),
                            "suggested rate"),
                        new Block.Figure(
                            String.format(Locale.ROOT, "%.1e", found.steepest()),
                            "rate at which the cost falls fastest"))),
                new Block.Lines(
                    "Cost over the learning rate",
                    Block.Axis.log("learning rate"),
                    Block.Axis.linear("J"),
                    List.of(
                        Block.Curve.joined("J", found.rates(), found.values()),
                        Block.Curve.joined("smoothed", found.rates(), found.smoothed())))));
    Report report =
        new Report(
            experiment.name() + ": learning rate",
            "A search before training.",
            List.of(section),
            Provenance.of(session, experiment.seed(), List.of()));
    folder.write(TrainingReport.DATA, Json.pretty(report));
    return Optional.of(folder.write(TrainingReport.PAGE, Page.html(report)));
  }
}
