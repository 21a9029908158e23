package org.costate.cli.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.cli.experiment.DataConfig;
import org.costate.cli.experiment.ModelConfig;
import org.costate.control.cost.Quadratic;
import org.costate.control.train.Dataset;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.data.CsvFile;
import org.costate.interop.data.CsvOptions;
import org.costate.interop.data.Lorenz63;
import org.costate.interop.data.Series;
import org.costate.interop.data.Split;
import org.costate.interop.data.Standardisation;
import org.costate.interop.data.Table;
import org.costate.interop.data.Windows;
import org.costate.model.InputException;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.file.FileHash;
import org.costate.model.operator.Mask;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// A multivariate time series, standardised by its training part; every token forecasts the chosen
/// channels `horizon` samples later from what came before. The end of the series is held out.
public final class ForecastData implements ExperimentData {
  private final String origin;
  private final Series training;
  private final Series heldOut;
  private final Standardisation scaling;
  private final int[] targets;
  private final int context;
  private final int horizon;
  private final List<FileHash> files;

  private ForecastData(
      String origin, Series all, int[] targets, DataConfig config, List<FileHash> files) {
    int cut = all.length() - Split.heldOut(all.length(), config.validation());
    int span = Series.span(config.context(), config.horizon());
    if (cut < span || all.length() - cut < span) {
      throw new InputException(
          origin
              + ", rows: found "
              + cut
              + " for training and "
              + (all.length() - cut)
              + " held out",
          "at least context + horizon = " + span + " in each part",
          "Maybe a longer series, a shorter data.context or another data.validation?");
    }
    this.origin = origin;
    this.scaling = Standardisation.of(all.part(0, cut).values(), all.channels());
    Series scaled = new Series(all.channels(), scaling.apply(all.values()));
    this.training = scaled.part(0, cut);
    this.heldOut = scaled.part(cut, all.length());
    this.targets = targets;
    this.context = config.context();
    this.horizon = config.horizon();
    this.files = files;
  }

  /// Samples of the Lorenz system; all three coordinates are forecast.
  public static ForecastData lorenz(DataConfig config, long seed) {
    Series series = Lorenz63.CLASSICAL.trajectory(config.samples(), config.interval(), seed);
    return new ForecastData(
        "Lorenz-63, sampled every " + config.interval(),
        series,
        new int[] {0, 1, 2},
        config,
        List.of());
  }

  /// Columns of a CSV file.
  ///
  /// @throws InputException if the file or a column of it cannot be used
  public static ForecastData csv(DataConfig config) {
    Path path =
        Path.of(
            config
                .csv()
                .orElseThrow(
                    () ->
                        new InputException(
                            "data.csv: found no file",
                            "a CSV file",
                            "Maybe --set data.csv=FILE?")));
    CsvOptions options = new CsvOptions(true, ',', Set.copyOf(config.textColumns()));
    Table table = CsvFile.of(path, options).read();
    List<String> columns =
        config.columns().isEmpty()
            ? table.columns().stream().filter(c -> !config.textColumns().contains(c)).toList()
            : config.columns();
    int[] targets =
        config
            .target()
            .map(name -> new int[] {position(name, columns, path)})
            .orElse(IntStream.range(0, columns.size()).toArray());
    Series series = new Series(columns.size(), table.values(columns));
    return new ForecastData(
        path.getFileName().toString(), series, targets, config, List.of(FileHash.of(path)));
  }

  private static int position(String name, List<String> columns, Path path) {
    int position = columns.indexOf(name);
    if (position < 0) {
      throw new InputException(
          path + ": found no column \"" + name + "\" among those read",
          "one of " + String.join(", ", columns),
          org.costate.model.Suggestion.remedy(name, columns));
    }
    return position;
  }

  /// The standardised training part.
  public Series trainingSeries() {
    return training;
  }

  /// The standardised held-out part.
  public Series heldOutSeries() {
    return heldOut;
  }

  /// Channels that are forecast.
  public int[] targets() {
    return targets.clone();
  }

  /// Samples that a window shows.
  public int context() {
    return context;
  }

  /// Samples from the last one seen to the one forecast.
  public int horizon() {
    return horizon;
  }

  @Override
  public Entry entry(ModelConfig model) {
    return new Entry.Features(training.channels(), model.width(), model.positions() ? context : 0);
  }

  @Override
  public Exit exit(ModelConfig model) {
    return new Exit(
        model.finalNorm(),
        Optional.empty(),
        false,
        Optional.of(new Exit.Readout(targets.length, model.bias(), false)));
  }

  @Override
  public Mask mask(ModelConfig model) {
    return model.window().<Mask>map(left -> new Mask.Window(left, 0)).orElse(new Mask.Causal());
  }

  @Override
  public TerminalCost cost() {
    return new Quadratic();
  }

  @Override
  public Conventions.Output output(int exitStages) {
    return new Conventions.Output("output", exitStages, "target", false);
  }

  @Override
  public Conventions.Loss loss() {
    return Conventions.Loss.MSE;
  }

  @Override
  public Map<String, String> notes() {
    return Map.of();
  }

  @Override
  public Dataset training() {
    return new Dataset() {
      @Override
      public int size() {
        return training.length() - Series.span(context, horizon) + 1;
      }

      @Override
      public Batch batch(int[] members) {
        return training.forecasts(members, context, horizon, targets);
      }
    };
  }

  @Override
  public int stride() {
    return Math.min(context, training().size());
  }

  @Override
  public Shape shape(int count) {
    return new Shape(count, context);
  }

  @Override
  public Batch validation() {
    int[] all = Windows.consecutive(heldOut.length(), Series.span(context, horizon), context);
    return heldOut.forecasts(all, context, horizon, targets);
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("series", origin);
    facts.put("channels", String.valueOf(training.channels()));
    facts.put("channels forecast", Arrays.toString(targets));
    facts.put("samples for training", String.valueOf(training.length()));
    facts.put("samples held out", String.valueOf(heldOut.length()));
    facts.put("context", String.valueOf(context));
    facts.put("horizon", String.valueOf(horizon));
    return facts;
  }

  @Override
  public List<FileHash> files() {
    return files;
  }
}
