package org.costate.cli.converge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.cli.assembly.Architectures;
import org.costate.cli.assembly.Experiments;
import org.costate.cli.check.ModelSubject;
import org.costate.cli.data.ExperimentData;
import org.costate.cli.evaluate.BatchReader;
import org.costate.cli.experiment.Experiment;
import org.costate.cli.run.ModelLoading;
import org.costate.cli.run.Session;
import org.costate.control.train.Initialisation;
import org.costate.control.train.MiniBatches;
import org.costate.interop.folder.LoadedModel;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.architecture.Architecture;
import org.costate.model.state.Batch;

/// A model and the input on which it is refined.
///
/// @param architecture what it means
/// @param model the model
/// @param controls its controls
/// @param batch its input
/// @param seed where random numbers came from
/// @param files what was read, for hashes
public record Target(
    Architecture architecture,
    Model model,
    double[] controls,
    Batch batch,
    long seed,
    List<Path> files) {
  private static final int SEQUENCES = 2;
  private static final int DRAWN = 16;

  /// A model folder, on the input of a file or on random numbers.
  public static Target ofModel(Path folder, Optional<Path> input, Session session) {
    LoadedModel loaded = ModelLoading.read(folder, session);
    long seed = session.seed().orElse(1);
    List<Path> files = new ArrayList<>(loaded.files());
    input.ifPresent(files::add);
    Batch batch =
        input
            .map(path -> read(path, loaded))
            .orElseGet(() -> ModelSubject.of(loaded, SEQUENCES, seed).batch());
    return new Target(
        loaded.named().architecture(), loaded.model(), loaded.coefficients(), batch, seed, files);
  }

  private static Batch read(Path path, LoadedModel loaded) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return BatchReader.read(file, Optional.empty(), loaded.named());
    }
  }

  /// An experiment with its first controls, on training data of its own.
  ///
  /// @throws InputException if there is an input as well
  public static Target ofExperiment(Path file, Optional<Path> input, Session session) {
    if (input.isPresent()) {
      throw new InputException(
          "--input: found a file beside an experiment",
          "none: an experiment has data of its own",
          "");
    }
    Experiment experiment = Experiments.read(file, session.overrides(), session.seed());
    ExperimentData data = Experiments.data(experiment);
    Architecture architecture = Architectures.of(experiment, data);
    Model model = architecture.model();
    double[] c =
        Initialisation.gpt2()
            .controls(model.layout(), model.step(), model.grid(), experiment.seed());
    Batch batch = new MiniBatches(data.training(), DRAWN, data.stride(), experiment.seed()).draw(0);
    return new Target(architecture, model, c, batch, experiment.seed(), List.of(file));
  }
}
