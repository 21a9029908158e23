package org.costate.cli.data;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.cli.experiment.DataConfig;
import org.costate.cli.experiment.ModelConfig;
import org.costate.control.cost.CrossEntropy;
import org.costate.control.diagnose.Disturbance;
import org.costate.control.train.Dataset;
import org.costate.control.train.TokenWindows;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.data.Split;
import org.costate.interop.data.TokenSequence;
import org.costate.interop.data.Utf8Text;
import org.costate.interop.data.Vocabulary;
import org.costate.model.InputException;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.file.FileHash;
import org.costate.model.operator.Mask;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// Characters of a text; every character is predicted from those before it. The end of the text is
/// held out and judged over all consecutive windows that do not overlap.
public final class TextData implements ExperimentData {
  private final Vocabulary vocabulary;
  private final TokenSequence training;
  private final TokenSequence heldOut;
  private final int context;
  private final FileHash file;

  private TextData(
      Vocabulary vocabulary,
      TokenSequence training,
      TokenSequence heldOut,
      int context,
      FileHash file) {
    this.vocabulary = vocabulary;
    this.training = training;
    this.heldOut = heldOut;
    this.context = context;
    this.file = file;
  }

  /// Reads the text of an experiment.
  ///
  /// @throws InputException if there is no text, or either part is shorter than one window
  public static TextData read(DataConfig config) {
    Path path =
        Path.of(
            config
                .text()
                .orElseThrow(
                    () ->
                        new InputException(
                            "data.text: found no file",
                            "a UTF-8 text",
                            "Maybe --set data.text=FILE?")));
    String text = beginning(Utf8Text.read(path), config.limit(), path);
    Vocabulary vocabulary = Vocabulary.of(text);
    TokenSequence all = new TokenSequence(vocabulary.encode(text));
    int total = all.ids().length;
    int span = TokenSequence.span(config.context());
    int out = total < 2 ? total : Split.heldOut(total, config.validation());
    if (out < span || total - out < span) {
      throw new InputException(
          path + ": found " + (total - out) + " characters for training and " + out + " held out",
          "at least context + 1 = " + span + " in each part",
          "Maybe a longer text, a shorter data.context or another data.validation?");
    }
    return new TextData(
        vocabulary,
        all.part(0, total - out),
        all.part(total - out, total),
        config.context(),
        FileHash.of(path));
  }

  private static String beginning(String text, Optional<Integer> limit, Path path) {
    int length = text.codePointCount(0, text.length());
    int used = limit.orElse(length);
    if (used < 1 || used > length) {
      throw new InputException(
          "data.limit: found " + used + " for the " + length + " characters of " + path,
          "between 1 and these",
          "");
    }
    return text.substring(0, text.offsetByCodePoints(0, used));
  }

  /// The characters that the tokens stand for.
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public Entry entry(ModelConfig model) {
    int positions = model.positions() ? context : 0;
    return new Entry.Tokens(vocabulary.size(), model.width(), positions, 0, 0, Optional.empty());
  }

  /// The readout has no bias, as in GPT-2, whose format such a model can be exported to.
  @Override
  public Exit exit(ModelConfig model) {
    return new Exit(
        model.finalNorm(),
        Optional.empty(),
        false,
        Optional.of(new Exit.Readout(vocabulary.size(), false, model.tied())));
  }

  @Override
  public Mask mask(ModelConfig model) {
    return model.window().<Mask>map(left -> new Mask.Window(left, 0)).orElse(new Mask.Causal());
  }

  @Override
  public TerminalCost cost() {
    return CrossEntropy.perToken(vocabulary.size());
  }

  @Override
  public Conventions.Output output(int exitStages) {
    return new Conventions.Output("logits", exitStages, "labels", false);
  }

  @Override
  public Conventions.Loss loss() {
    return Conventions.Loss.NEXT_TOKEN;
  }

  @Override
  public Map<String, String> notes() {
    return Map.of("vocabulary", vocabulary.characters(), "context", String.valueOf(context));
  }

  @Override
  public Dataset training() {
    return new TokenWindows(training.ids(), context);
  }

  @Override
  public int stride() {
    return context;
  }

  @Override
  public Shape shape(int count) {
    return new Shape(count, context);
  }

  @Override
  public Batch validation() {
    return new TokenWindows(heldOut.ids(), context).consecutive();
  }

  @Override
  public Disturbance disturbance() {
    return new Disturbance.Replacement(vocabulary.size());
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("text", file.name());
    facts.put("characters for training", String.valueOf(training.ids().length));
    facts.put("characters held out", String.valueOf(heldOut.ids().length));
    facts.put("distinct characters", String.valueOf(vocabulary.size()));
    facts.put("context", String.valueOf(context));
    return facts;
  }

  @Override
  public List<FileHash> files() {
    return List.of(file);
  }
}
