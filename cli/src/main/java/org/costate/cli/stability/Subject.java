package org.costate.cli.stability;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.costate.cli.evaluate.BatchReader;
import org.costate.control.stability.Frame;
import org.costate.interop.folder.LoadedModel;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.model.InputException;
import org.costate.model.architecture.Entry;
import org.costate.model.state.Batch;

/// A model and the one sequence on which it is looked at.
///
/// @param loaded the model
/// @param batch one sequence
public record Subject(LoadedModel loaded, Batch batch) {

  /// Sequence `sequence` of `input`, its first `tokens` tokens only where that is given.
  ///
  /// @throws InputException if there is no such sequence, or it has fewer tokens
  public static Subject of(
      LoadedModel loaded, Path input, Optional<String> variant, int sequence, OptionalInt tokens) {
    Batch all;
    try (SafetensorsFile file = SafetensorsFile.open(input)) {
      all = BatchReader.read(file, variant, loaded.named());
    }
    int count = all.shape().batch();
    if (sequence < 0 || sequence >= count) {
      throw new InputException(
          "--sequence: found " + sequence,
          "0 to " + (count - 1) + ", as " + input + " holds " + count + " sequences",
          "");
    }
    Batch one = all.sequences(sequence, 1);
    return new Subject(loaded, tokens.isPresent() ? cut(one, loaded, tokens.getAsInt()) : one);
  }

  private static Batch cut(Batch one, LoadedModel loaded, int tokens) {
    if (loaded.named().architecture().entry() instanceof Entry.Patches) {
      throw new InputException(
          "--tokens: found " + tokens + " for a model that reads images",
          "no such option: an image has all its patches",
          "");
    }
    int available = one.shape().tokens();
    if (tokens < 1 || tokens > available) {
      throw new InputException(
          "--tokens: found " + tokens, "1 to " + available + ", the tokens of the sequence", "");
    }
    return one.firstTokens(tokens);
  }

  /// Tokens of the state.
  public int tokens() {
    return loaded.model().stateShape(batch.shape()).tokens();
  }

  /// Numbers of the state.
  public int stateDimension() {
    return Math.multiplyExact(tokens(), loaded.model().stateWidth());
  }

  /// A count that may be `all`, of what there are as many of as numbers in the state.
  ///
  /// @param option its name
  /// @throws InputException if it is neither `all` nor a number from 1 to the size of the state
  public OptionalInt count(String option, Optional<String> text) {
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    int most = stateDimension();
    if (text.get().equals("all")) {
      return OptionalInt.of(most);
    }
    int value = 0;
    try {
      value = Integer.parseInt(text.get());
    } catch (NumberFormatException e) {
      // Not a number is out of range as well.
    }
    if (value < 1 || value > most) {
      throw new InputException(
          option + ": found " + text.get(),
          "1 to %d (the state has %d tokens of %d features) or all"
              .formatted(most, tokens(), loaded.model().stateWidth()),
          "");
    }
    return OptionalInt.of(value);
  }

  /// The start frame in tensor `TENSOR` of `FILE`, `[state, k]`, orthonormalised column by column.
  ///
  /// @param place `FILE:TENSOR`
  /// @throws InputException if it has another form or shape, or its columns are not independent
  public Frame frame(String place) {
    int colon = place.lastIndexOf(':');
    if (colon < 1 || colon == place.length() - 1) {
      throw new InputException("--frame: found " + place, "FILE:TENSOR", "");
    }
    try (SafetensorsFile file = SafetensorsFile.open(Path.of(place.substring(0, colon)))) {
      String name = place.substring(colon + 1);
      List<Integer> shape = file.require(name).shape();
      int state = stateDimension();
      if (shape.size() != 2 || shape.get(0) != state || shape.get(1) < 1 || shape.get(1) > state) {
        throw new InputException(
            "--frame: found the tensor `" + name + "` of shape " + shape,
            "[%d, k] with k from 1 to %d: the state has %d tokens of %d features"
                .formatted(state, state, tokens(), loaded.model().stateWidth()),
            "");
      }
      return Frame.spanning(columns(file.doubles(name), state, shape.get(1), name));
    }
  }

  private static double[][] columns(double[] values, int state, int count, String name) {
    double[][] columns = new double[count][state];
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new InputException(
            "--frame: found " + values[i] + " in the tensor `" + name + "`", "finite numbers", "");
      }
      columns[i % count][i / count] = values[i];
    }
    return columns;
  }

  /// What was read, for hashes.
  public List<Path> files(Path input) {
    List<Path> files = new ArrayList<>(loaded.files());
    files.add(input);
    return files;
  }
}
