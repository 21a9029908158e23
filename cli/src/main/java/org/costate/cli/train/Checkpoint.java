package org.costate.cli.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.costate.control.optimise.Optimiser;
import org.costate.control.train.TrainingState;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.interop.safetensors.SafetensorsWriter;
import org.costate.interop.safetensors.Tensor;
import org.costate.model.InputException;

/// Keeps the state of a training run in one file, which appears whole or not at all: a run killed
/// at any moment leaves the last complete one.
public final class Checkpoint {
  /// Name of the file in the run folder.
  public static final String FILE = "checkpoint.safetensors";

  private static final String EXPERIMENT = "experiment.sha256";
  private static final String KERNELS = "kernels";
  private static final String FORMAT = "format";

  /// Number of the layout of the arrays; 1, which carries no number, had a shorter iteration table.
  private static final String PRESENT_FORMAT = "2";

  private Checkpoint() {}

  /// Writes `state`.
  ///
  /// @param experiment fingerprint of the experiment that the state belongs to
  /// @param kernels tier that made it: bits are promised within a tier only
  public static void write(Path folder, TrainingState state, String experiment, String kernels) {
    List<Tensor> tensors =
        state.arrays().entrySet().stream()
            .map(e -> Tensor.ofDoubles(e.getKey(), List.of(e.getValue().length), e.getValue()))
            .toList();
    SafetensorsWriter.write(
        folder.resolve(FILE),
        tensors,
        Map.of(FORMAT, PRESENT_FORMAT, EXPERIMENT, experiment, KERNELS, kernels));
  }

  /// Reads the state of an earlier run, if it got as far as a checkpoint.
  ///
  /// @param size number of controls of the run
  /// @throws InputException if the file is damaged or belongs to another experiment
  public static Optional<Restored> read(
      Path folder, int size, Optimiser optimiser, String experiment) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      String format = tensors.metadata().getOrDefault(FORMAT, "1");
      if (!format.equals(PRESENT_FORMAT)) {
        throw new InputException(
            file + ": found a checkpoint in format " + format,
            "format " + PRESENT_FORMAT,
            "Maybe continue it with the version of Costate that began it, or train anew?");
      }
      String found = tensors.metadata().getOrDefault(EXPERIMENT, "none");
      if (!found.equals(experiment)) {
        throw new InputException(
            file + ": found a checkpoint of another experiment",
            "one of the experiment.json beside it",
            "Maybe experiment.json was edited after the run began?");
      }
      SortedMap<String, double[]> arrays = new TreeMap<>();
      for (String name : tensors.tensors().keySet()) {
        arrays.put(name, tensors.doubles(name));
      }
      TrainingState state = TrainingState.of(arrays, size, optimiser);
      return Optional.of(new Restored(state, tensors.metadata().getOrDefault(KERNELS, "unknown")));
    }
  }

  /// The fingerprint of the experiment that a run folder holds a checkpoint of, if it holds one.
  public static Optional<String> experiment(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      return Optional.ofNullable(tensors.metadata().get(EXPERIMENT));
    }
  }

  /// The costs on held-out data in the checkpoint of a run: iterations done and cost, in turn.
  public static double[] validations(Path folder) {
    try (SafetensorsFile tensors = SafetensorsFile.open(folder.resolve(FILE))) {
      return tensors.doubles("validation");
    }
  }

  /// A state and the kernel tier that made it.
  public record Restored(TrainingState state, String kernels) {}
}
