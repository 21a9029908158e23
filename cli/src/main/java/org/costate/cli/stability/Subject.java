package org.costate.cli.stability;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.costate.cli.assembly.Experiments;
import org.costate.cli.data.ExperimentData;
import org.costate.cli.evaluate.BatchReader;
import org.costate.cli.evaluate.SequenceLoss;
import org.costate.control.stability.Frame;
import org.costate.control.whatif.Loss;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.folder.LoadedModel;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.model.InputException;
import org.costate.model.architecture.Entry;
import org.costate.model.state.Batch;

/// A model and the one sequence on which it is looked at.
///
/// @param loaded the model
/// @param batch one sequence, with what the loss needs
/// @param all all sequences that there are, uncut
/// @param loss the loss of its main output there; absent if the data do not give it
/// @param source where the sequence comes from
/// @param files what was read, for hashes
public record Subject(
    LoadedModel loaded,
    Batch batch,
    Batch all,
    Optional<Loss> loss,
    String source,
    List<Path> files) {
  public Subject {
    files = List.copyOf(files);
  }

  /// Sequence `sequence` of `input`, its first `tokens` tokens only where that is given.
  ///
  /// @throws InputException if there is no such sequence, or it has fewer tokens
  public static Subject of(
      LoadedModel loaded, Path input, Optional<String> variant, int sequence, OptionalInt tokens) {
    Conventions.Loss kind = loaded.named().conventions().loss();
    Batch all;
    Batch one;
    Optional<SequenceLoss> loss;
    try (SafetensorsFile file = SafetensorsFile.open(input)) {
      all = BatchReader.read(file, variant, loaded.named());
      requireSequence(sequence, all.shape().batch(), input.toString());
      one = all.sequences(sequence, 1);
      loss = SequenceLoss.of(file, variant, loaded.named(), kind, all, sequence);
    }
    List<Path> files = new ArrayList<>(loaded.files());
    files.add(input);
    Batch batch = loss.map(SequenceLoss::batch).orElse(one);
    return cut(
        new Subject(
            loaded,
            batch,
            all,
            loss.map(SequenceLoss::loss),
            String.valueOf(input.getFileName()),
            files),
        tokens);
  }

  /// Sequence `sequence` of the held-out data of a training run.
  ///
  /// @param experiment its experiment file
  /// @throws InputException if there is no such sequence, it has fewer tokens, or the data are not
  ///     there any more
  public static Subject ofRun(
      LoadedModel loaded, Path experiment, int sequence, OptionalInt tokens) {
    ExperimentData data =
        Experiments.data(Experiments.read(experiment, List.of(), OptionalLong.empty()));
    Batch all = data.validation();
    requireSequence(sequence, all.shape().batch(), "the held-out part of " + experiment);
    List<Path> files = new ArrayList<>(loaded.files());
    files.add(experiment);
    Loss loss = new Loss(data.cost(), loaded.model().exit().size());
    return cut(
        new Subject(
            loaded, all.sequences(sequence, 1), all, Optional.of(loss), "the held-out data", files),
        tokens);
  }

  private static void requireSequence(int sequence, int count, String source) {
    if (sequence < 0 || sequence >= count) {
      throw new InputException(
          "--sequence: found " + sequence,
          "0 to " + (count - 1) + ", as " + source + " holds " + count + " sequences",
          "");
    }
  }

  /// Labels and targets, which may belong to the whole sequence, are lost: what remains is a loss
  /// that needs none.
  private static Subject cut(Subject whole, OptionalInt tokens) {
    if (tokens.isEmpty()) {
      return whole;
    }
    Batch batch = cut(whole.batch, whole.loaded, tokens.getAsInt());
    boolean kept =
        whole.batch.labels().isEmpty()
            && whole.batch.target().isEmpty()
            && batch.shape().tokens() > 1;
    Optional<Loss> loss = whole.loss.filter(l -> kept);
    return new Subject(whole.loaded, batch, whole.all, loss, whole.source, whole.files);
  }

  /// The first `count` sequences, one each, cut as the one that is looked at.
  List<Batch> sequences(int count) {
    int tokens = batch.shape().tokens();
    List<Batch> each = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Batch one = all.sequences(i, 1);
      each.add(one.shape().tokens() == tokens ? one : one.firstTokens(tokens));
    }
    return each;
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

  /// What the tokens of the state are called: their numbers, with the character of a model of
  /// characters behind.
  public List<String> tokenNames() {
    return TokenNames.of(tokens(), batch, loaded.notes());
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
}
