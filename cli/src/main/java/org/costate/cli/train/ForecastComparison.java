package org.costate.cli.train;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.costate.adjoint.sweep.Outputs;
import org.costate.cli.data.ForecastData;
import org.costate.cli.run.Session;
import org.costate.control.forecast.LinearForecast;
import org.costate.interop.data.Series;
import org.costate.model.state.Batch;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// A trained forecast beside two simple ones, all from the same windows of held-out data: the root
/// mean square error at the last token of every window, in units of the standard deviation of the
/// training data.
///
/// @param model of the trained model
/// @param persistence of the forecast that nothing changes
/// @param linear of least squares on all samples of the window
/// @param windows number of windows
/// @param truth what happened, channel 0, in order
/// @param forecast what the model said
public record ForecastComparison(
    double model,
    double persistence,
    double linear,
    int windows,
    double[] truth,
    double[] forecast) {
  private static final int SHOWN = 200;
  private static final int MOST_FITTED_ROWS = 20_000;

  /// Compares on the held-out part of `data`, a window at every `step`-th sample.
  static ForecastComparison of(TrainedRun run, ForecastData data, Session session) {
    int context = data.context();
    int[] targets = data.targets();
    Batch heldOut = windows(data.heldOutSeries(), data, Integer.MAX_VALUE);
    Batch fitted = windows(data.trainingSeries(), data, MOST_FITTED_ROWS);
    double[] truth = lastTargets(heldOut, context, targets.length);
    int channels = data.heldOutSeries().channels();
    LinearForecast linear =
        LinearForecast.fit(
            fitted.input().orElseThrow(),
            context * channels,
            lastTargets(fitted, context, targets.length),
            targets.length);
    double[] input = heldOut.input().orElseThrow();
    double[] persistent =
        chosen(LinearForecast.persistence(input, context, channels), channels, targets);
    double[] ours = forecasts(run, heldOut, targets.length, session);
    return new ForecastComparison(
        rmse(ours, truth),
        rmse(persistent, truth),
        rmse(linear.predict(input), truth),
        heldOut.shape().batch(),
        firstChannel(truth, targets.length),
        firstChannel(ours, targets.length));
  }

  /// Whether the trained forecast beats both.
  boolean wins() {
    return model < persistence && model < linear;
  }

  /// For people.
  String sentence() {
    return String.format(
        Locale.ROOT,
        "forecast error %.4f against %.4f of persistence (%.1f times smaller) and %.4f of a linear"
            + " model (%.1f times smaller)",
        model,
        persistence,
        persistence / model,
        linear,
        linear / model);
  }

  /// A section of a report.
  Report.Section section(String unit) {
    double[] place = IntStream.range(0, Math.min(SHOWN, truth.length)).asDoubleStream().toArray();
    return new Report.Section(
        "Forecast",
        "Root mean square error on "
            + windows
            + " held-out windows, "
            + unit
            + ": "
            + sentence()
            + ".",
        List.of(
            new Block.Bars(
                "Forecast error",
                List.of("trained model", "linear model", "persistence"),
                Block.Axis.linear("error in standard deviations"),
                List.of(new Block.Bar("error", new double[] {model, linear, persistence}))),
            new Block.Lines(
                "Truth and forecast of the first channel",
                Block.Axis.linear("held-out window"),
                Block.Axis.linear("standard deviations"),
                List.of(
                    Block.Curve.joined("truth", place, Arrays.copyOf(truth, place.length)),
                    Block.Curve.joined(
                        "forecast", place, Arrays.copyOf(forecast, place.length))))));
  }

  private static Batch windows(Series series, ForecastData data, int most) {
    int count = series.length() - Series.span(data.context(), data.horizon()) + 1;
    int stride = Math.max(1, Math.ceilDiv(count, most));
    int[] starts = IntStream.range(0, count).filter(i -> i % stride == 0).toArray();
    return series.forecasts(starts, data.context(), data.horizon(), data.targets());
  }

  private static double[] forecasts(TrainedRun run, Batch batch, int outputs, Session session) {
    double[] all = Outputs.of(run.model(), run.bestControls(), batch, session.kernels());
    return LinearForecast.persistence(all, batch.shape().tokens(), outputs);
  }

  private static double[] lastTargets(Batch batch, int tokens, int outputs) {
    return LinearForecast.persistence(batch.target().orElseThrow(), tokens, outputs);
  }

  private static double[] chosen(double[] rows, int channels, int[] targets) {
    int count = rows.length / channels;
    double[] chosen = new double[count * targets.length];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < targets.length; k++) {
        chosen[i * targets.length + k] = rows[i * channels + targets[k]];
      }
    }
    return chosen;
  }

  private static double[] firstChannel(double[] rows, int width) {
    return IntStream.range(0, rows.length / width).mapToDouble(i -> rows[i * width]).toArray();
  }

  private static double rmse(double[] forecast, double[] truth) {
    return Math.sqrt(2 * LinearForecast.cost(forecast, truth));
  }
}
