package org.costate.cli.evaluate;

import java.util.Optional;
import org.costate.control.whatif.Loss;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.model.state.Batch;

/// The loss of the main output of a model on one sequence of a file.
///
/// @param loss the loss
/// @param batch the sequence with what the output is compared to
public record SequenceLoss(Loss loss, Batch batch) {

  /// The loss on sequence `sequence` of `all`, if the file has what it needs.
  ///
  /// @param all every sequence of the file
  /// @throws org.costate.model.InputException if labels or targets do not fit the model
  public static Optional<SequenceLoss> of(
      SafetensorsFile file,
      Optional<String> variant,
      NamedModel named,
      Conventions.Loss kind,
      Batch all,
      int sequence) {
    return LossTerm.of(named, kind, all, new InputTensors(file, variant)).stream()
        .filter(term -> term.output().equals(named.conventions().main()))
        .findFirst()
        .map(
            term ->
                new SequenceLoss(
                    new Loss(term.cost(), term.output().exitStages()),
                    term.batch().sequences(sequence, 1)));
  }
}
