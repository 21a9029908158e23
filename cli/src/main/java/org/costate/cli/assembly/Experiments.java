package org.costate.cli.assembly;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.costate.cli.config.JsonFiles;
import org.costate.cli.config.RecordReader;
import org.costate.cli.data.ExperimentData;
import org.costate.cli.data.ForecastData;
import org.costate.cli.data.ImageData;
import org.costate.cli.data.LinearQuadraticData;
import org.costate.cli.data.ShapeData;
import org.costate.cli.data.SineData;
import org.costate.cli.data.TextData;
import org.costate.cli.experiment.DataConfig;
import org.costate.cli.experiment.Experiment;

/// Reads experiments and the data that they name.
public final class Experiments {
  private Experiments() {}

  /// The experiment in `file`, with `overrides` and `seed` from the command line on top. Paths of
  /// data in the file are relative to the file, paths in overrides to the working folder; both come
  /// out absolute.
  ///
  /// @throws org.costate.model.InputException if the file or an override does not describe an
  /// experiment
  public static Experiment read(Path file, List<String> overrides, OptionalLong seed) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    return of(JsonFiles.read(file), file.toString(), folder, overrides, seed);
  }

  /// The experiment in `tree`, which messages call `name` and whose paths are relative to `folder`.
  public static Experiment of(
      ObjectNode tree, String name, Path folder, List<String> overrides, OptionalLong seed) {
    Experiment written = RecordReader.read(tree, Experiment.DEFAULT, name);
    ObjectNode paths = tree.withObjectProperty("data");
    resolve(written.data().text(), folder).ifPresent(path -> paths.put("text", path));
    resolve(written.data().csv(), folder).ifPresent(path -> paths.put("csv", path));
    JsonFiles.override(tree, overrides);
    seed.ifPresent(value -> tree.put("seed", value));
    Experiment read = RecordReader.read(tree, Experiment.DEFAULT, name);
    Path here = Path.of("").toAbsolutePath();
    return read.withData(
        read.data().at(resolve(read.data().text(), here), resolve(read.data().csv(), here)));
  }

  /// The data of `experiment`.
  ///
  /// @throws org.costate.model.InputException if they cannot be used
  public static ExperimentData data(Experiment experiment) {
    DataConfig config = experiment.data();
    return switch (config.kind()) {
      case TEXT -> TextData.read(config);
      case SERIES -> ForecastData.csv(config);
      case LORENZ -> ForecastData.lorenz(config, experiment.seed());
      case IMAGES -> ImageData.read(config, experiment.seed());
      case LINEAR_QUADRATIC -> LinearQuadraticData.of(config);
      case SINE -> SineData.of(config);
      case SHAPES -> ShapeData.generate(config, experiment.seed());
    };
  }

  private static Optional<String> resolve(Optional<String> path, Path folder) {
    return path.map(p -> folder.resolve(p).normalize().toString());
  }
}
