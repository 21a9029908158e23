package org.costate.cli.verb;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.costate.cli.run.ModelLoading;
import org.costate.cli.run.Session;
import org.costate.cli.stability.Subject;
import org.costate.cli.train.TrainedRun;
import org.costate.cli.train.TrainingRun;
import org.costate.interop.folder.LoadedModel;
import org.costate.model.InputException;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The model of a verb and the one sequence on which it looks at it.
final class SequenceOptions {
  @Parameters(paramLabel = "MODEL", description = "Model folder, or the folder of a training run.")
  private Path model;

  @Option(
      names = "--input",
      paramLabel = "IO.safetensors",
      description =
          "File with the tensors that the model reads (default for a training run: its held-out"
              + " data).")
  private Path input;

  @Option(names = "--variant", paramLabel = "P", description = "Prefer inputs named P.NAME.")
  private String variant;

  @Option(names = "--sequence", paramLabel = "i", description = "Which sequence, from 0.")
  private int sequence;

  @Option(names = "--tokens", paramLabel = "n", description = "Only the first n tokens.")
  private Integer tokens;

  /// Reads both.
  ///
  /// @throws InputException if there is no such model or sequence
  public Subject read(Session session) {
    if (model == null) {
      throw new InputException(
          "found no MODEL", "the folder of a model or of a training run", "Maybe --help?");
    }
    Path run = model.resolve(TrainingRun.EXPERIMENT);
    boolean trained = run.toFile().isFile();
    Path folder = trained ? model.resolve(TrainedRun.MODEL) : model;
    if (trained && !folder.toFile().isDirectory()) {
      throw new InputException(
          model + ": found a run without a trained model",
          "a run that has ended",
          "Maybe train --resume " + model + "?");
    }
    OptionalInt count = tokens == null ? OptionalInt.empty() : OptionalInt.of(tokens);
    if (input == null && !trained) {
      throw new InputException(
          "--input: found none for the model " + model,
          "a file with the tensors that it reads",
          "Maybe the folder of a training run, which has data of its own?");
    }
    LoadedModel loaded = ModelLoading.read(folder, session);
    return input == null
        ? Subject.ofRun(loaded, run, sequence, count)
        : Subject.of(loaded, input, Optional.ofNullable(variant), sequence, count);
  }

  /// Whether a model or an input was named.
  public boolean isGiven() {
    return model != null || input != null;
  }

  /// Name of the model for titles.
  public String modelName() {
    return String.valueOf(model.toAbsolutePath().normalize().getFileName());
  }

  /// Which sequence.
  public int sequence() {
    return sequence;
  }
}
