package org.costate.cli.data;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.cli.experiment.DataConfig;
import org.costate.cli.experiment.ModelConfig;
import org.costate.control.cost.CrossEntropy;
import org.costate.control.train.Dataset;
import org.costate.control.train.Sequences;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.data.CsvFile;
import org.costate.interop.data.CsvOptions;
import org.costate.interop.data.Split;
import org.costate.interop.data.Table;
import org.costate.model.InputException;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.file.FileHash;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Pooling;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// Grey images in the rows of a CSV file, a column with the class: classification from patches.
public final class ImageData implements ExperimentData {
  private final DataConfig config;
  private final Sequences training;
  private final Sequences heldOut;
  private final List<String> classes;
  private final FileHash file;

  private ImageData(
      DataConfig config,
      Sequences training,
      Sequences heldOut,
      List<String> classes,
      FileHash file) {
    this.config = config;
    this.training = training;
    this.heldOut = heldOut;
    this.classes = classes;
    this.file = file;
  }

  /// Reads the images of an experiment.
  ///
  /// @throws InputException if the file cannot be used or does not hold images of the given size
  public static ImageData read(DataConfig config, long seed) {
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
    requirePatches(config);
    String label =
        config
            .label()
            .orElseThrow(
                () ->
                    new InputException("data.label: found none", "the column with the class", ""));
    Table table = CsvFile.of(path, new CsvOptions(true, ',', Set.of(label))).read();
    List<String> pixels = table.columns().stream().filter(c -> !c.equals(label)).toList();
    if (pixels.size() != config.rows() * config.cols()) {
      throw new InputException(
          path + ", columns: found " + pixels.size() + " beside \"" + label + "\"",
          "data.rows x data.cols = " + config.rows() + " x " + config.cols() + " pixels",
          "");
    }
    double[] values = table.values(pixels);
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] / config.scale();
    }
    Table.Classes classes = table.classes(label);
    Batch all =
        Batch.ofInput(new Shape(table.rows(), pixels.size()), values).withLabels(classes.labels());
    int out = config.heldOut().orElseGet(() -> Split.heldOut(table.rows(), config.validation()));
    Split split =
        config.split() == DataConfig.Split.END
            ? Split.end(table.rows(), out)
            : Split.random(table.rows(), out, seed);
    Sequences images = new Sequences(all);
    return new ImageData(
        config,
        new Sequences(images.batch(split.training())),
        new Sequences(images.batch(split.validation())),
        classes.names(),
        FileHash.of(path));
  }

  private static void requirePatches(DataConfig config) {
    int p = config.patch();
    if (p < 1
        || config.rows() < p
        || config.cols() < p
        || config.rows() % p != 0
        || config.cols() % p != 0
        || !(config.scale() > 0)) {
      throw new InputException(
          "data: found images of "
              + config.rows()
              + " x "
              + config.cols()
              + " with patches of "
              + p
              + " and scale "
              + config.scale(),
          "patches that tile the image and a positive scale",
          "");
    }
  }

  /// Names of the classes, in the order of the outputs.
  public List<String> classes() {
    return classes;
  }

  @Override
  public Entry entry(ModelConfig model) {
    return new Entry.Patches(
        config.rows(),
        config.cols(),
        1,
        config.patch(),
        model.width(),
        false,
        model.positions(),
        model.bias());
  }

  @Override
  public Exit exit(ModelConfig model) {
    return classification(model, classes.size());
  }

  static Exit classification(ModelConfig model, int classes) {
    return new Exit(
        model.finalNorm(),
        Optional.of(Pooling.Kind.MEAN),
        false,
        Optional.of(new Exit.Readout(classes, model.bias(), false)));
  }

  @Override
  public Mask mask(ModelConfig model) {
    return new Mask.Full();
  }

  @Override
  public TerminalCost cost() {
    return CrossEntropy.classification(classes.size());
  }

  @Override
  public Conventions.Output output(int exitStages) {
    return new Conventions.Output("logits", exitStages, "labels", true);
  }

  @Override
  public Conventions.Loss loss() {
    return Conventions.Loss.CROSS_ENTROPY;
  }

  @Override
  public Map<String, String> notes() {
    return Map.of("classes", String.join(",", classes));
  }

  @Override
  public Dataset training() {
    return training;
  }

  @Override
  public int stride() {
    return 1;
  }

  @Override
  public Shape shape(int count) {
    return new Shape(count, config.rows() * config.cols());
  }

  @Override
  public Batch validation() {
    return heldOut.all();
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("images", file.name());
    facts.put("size", config.rows() + " x " + config.cols() + ", patches of " + config.patch());
    facts.put("classes", String.join(", ", classes));
    facts.put("images for training", String.valueOf(training.size()));
    facts.put("images held out", String.valueOf(heldOut.size()));
    return facts;
  }

  @Override
  public List<FileHash> files() {
    return List.of(file);
  }
}
