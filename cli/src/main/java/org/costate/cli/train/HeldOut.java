package org.costate.cli.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.costate.cli.data.ForecastData;
import org.costate.cli.run.Session;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// What a run says about held-out data beside its cost, in the terms of its kind of data.
///
/// @param accuracy of a classifier
/// @param forecast beside simple forecasts
/// @param robustness under disturbances of the input
/// @param transport straightness and speed of the paths; absent where training was interrupted or
/// failed
/// @param certificate of how far the output can be moved by the input
public record HeldOut(
    Optional<Accuracy> accuracy,
    Optional<ForecastComparison> forecast,
    Optional<Robustness> robustness,
    Optional<TransportFindings> transport,
    Optional<CertificateReport> certificate) {
  /// The cost on the held-out data, and of a classifier its accuracy there.
  public record Validation(double first, double last, double best, Optional<Accuracy> accuracy) {}

  /// Root mean square errors of forecasts of the same held-out windows.
  public record Forecast(double model, double persistence, double linear, int windows) {
    static Forecast of(ForecastComparison f) {
      return new Forecast(f.model(), f.persistence(), f.linear(), f.windows());
    }
  }

  Validation validation(TrainedRun.Course cost) {
    return new Validation(cost.first(), cost.last(), cost.best(), accuracy);
  }

  /// Looks at the held-out data once more.
  public static HeldOut of(TrainedRun run, Session session) {
    Optional<ForecastComparison> forecast =
        run.data() instanceof ForecastData data
            ? Optional.of(ForecastComparison.of(run, data, session))
            : Optional.empty();
    return new HeldOut(
        Accuracy.of(run, session.kernels()),
        forecast,
        Robustness.of(run, session),
        transport(run, session),
        CertificateReport.of(run, session));
  }

  private static Optional<TransportFindings> transport(TrainedRun run, Session session) {
    return run.stop().filter(s -> !s.reason().isFailure()).isPresent()
        ? Optional.of(TransportFindings.of(run, session))
        : Optional.empty();
  }

  /// A line for people for each that there is.
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    accuracy.ifPresent(
        a ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "accuracy    last %.2f %%  best %.2f %%",
                    100 * a.last(),
                    100 * a.best())));
    forecast.ifPresent(f -> lines.add(f.sentence()));
    robustness.ifPresent(r -> lines.addAll(r.lines()));
    transport.ifPresent(t -> lines.addAll(t.lines()));
    certificate.ifPresent(c -> lines.addAll(c.lines()));
    return lines;
  }

  /// A section of a report for each that there is.
  public List<Report.Section> sections() {
    List<Report.Section> sections = new ArrayList<>();
    accuracy.ifPresent(a -> sections.add(section(a)));
    forecast.ifPresent(f -> sections.add(f.section("in standard deviations of the training data")));
    robustness.ifPresent(r -> sections.add(r.section()));
    transport.ifPresent(t -> sections.add(t.section()));
    certificate.ifPresent(c -> sections.add(c.section()));
    return sections;
  }

  private static Report.Section section(Accuracy a) {
    return new Report.Section(
        "Accuracy",
        "The part of the held-out sequences that is put into its class.",
        List.of(
            new Block.Figures(
                List.of(
                    new Block.Figure(percent(a.best()), "with the controls of least held-out cost"),
                    new Block.Figure(percent(a.last()), "with the last controls")))));
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * part);
  }
}
