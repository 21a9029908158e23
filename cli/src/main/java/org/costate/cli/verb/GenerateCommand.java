package org.costate.cli.verb;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.ModelLoading;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Session;
import org.costate.control.generate.Generator;
import org.costate.control.generate.Sampler;
import org.costate.interop.data.Vocabulary;
import org.costate.interop.folder.LoadedModel;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Entry;
import org.costate.model.operator.Mask;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `generate`: text from a trained language model, and the loss of the text that it begins with.
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description =
        "Continue a text by a trained language model; loss and perplexity of the beginning.")
public final class GenerateCommand implements Callable<Integer> {
  private static final int CONTEXT_OTHERWISE = 1024;

  @Parameters(paramLabel = "MODEL", description = "Folder with config.json and its weights.")
  private Path folder;

  @Option(names = "--prompt", paramLabel = "TEXT", description = "What the text begins with.")
  private String prompt;

  @Option(
      names = "--ids",
      paramLabel = "N",
      split = ",",
      description = "The same as token identities, separated by commas.")
  private int[] ids;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "How many tokens to add (default: ${DEFAULT-VALUE}).")
  private int tokens = 200;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "Divides the logits; 0 always takes the likeliest token (default: ${DEFAULT-VALUE}).")
  private double temperature = 0.8;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draw from the K likeliest tokens only (default: from all).")
  private int most = Integer.MAX_VALUE;

  @Option(
      names = "--context",
      paramLabel = "N",
      description =
          "Tokens that the model sees at once (default: what it was trained with, where it is"
              + " known).")
  private Integer context;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(this::generate);
  }

  private Outcome generate(Session session) {
    Sampler sampler = new Sampler(temperature, most);
    if (tokens < 0) {
      throw new InputException("--tokens: found " + tokens, "at least 0", "");
    }
    if ((prompt == null) == (ids == null)) {
      throw new InputException(
          "generate: found " + (prompt == null ? "no beginning" : "both --prompt and --ids"),
          "one of --prompt TEXT and --ids N,N,…",
          "");
    }
    LoadedModel loaded = ModelLoading.read(folder, session);
    requireLanguageModel(loaded.named().architecture());
    Optional<Vocabulary> vocabulary = vocabulary(loaded);
    int[] beginning = prompt == null ? ids : encoded(vocabulary);
    Model model = loaded.named().upTo(loaded.named().conventions().main());
    Generator generator =
        new Generator(model, loaded.coefficients(), context(loaded), session.kernels());
    OptionalDouble loss = generator.loss(beginning);
    vocabulary.ifPresent(v -> session.text().print(v.decode(beginning)));
    int[] added =
        generator.continuation(
            beginning,
            tokens,
            sampler,
            session.seed().orElse(1),
            id -> {
              session
                  .text()
                  .print(vocabulary.map(v -> v.decode(new int[] {id})).orElseGet(() -> id + " "));
              session.text().flush();
            });
    session.text().println();
    loss.ifPresent(
        x ->
            session
                .text()
                .printf("loss of the beginning %.6f per token, perplexity %.4f%n", x, Math.exp(x)));
    return Outcome.done(
        new Result(
            beginning.length,
            loss,
            loss.isPresent() ? OptionalDouble.of(Math.exp(loss.getAsDouble())) : loss,
            vocabulary.map(v -> v.decode(added)),
            added));
  }

  private int[] encoded(Optional<Vocabulary> vocabulary) {
    if (prompt.isEmpty()) {
      throw new InputException("--prompt: found no character", "at least one to go on from", "");
    }
    try {
      return vocabulary
          .orElseThrow(
              () ->
                  new InputException(
                      folder + ": found no characters that its tokens stand for",
                      "token identities",
                      "Maybe --ids N,N,… in place of --prompt?"))
          .encode(prompt);
    } catch (InputException e) {
      throw new InputException("--prompt: " + e.found(), e.expected(), e.maybe(), e);
    }
  }

  private Optional<Vocabulary> vocabulary(LoadedModel loaded) {
    Optional<Vocabulary> vocabulary =
        Optional.ofNullable(loaded.notes().get("vocabulary")).map(Vocabulary::restored);
    int outputs = loaded.model().outputWidth();
    if (vocabulary.isPresent() && vocabulary.get().size() != outputs) {
      throw new InputException(
          folder + ": found a vocabulary of " + vocabulary.get().size() + " characters",
          "one for each of the " + outputs + " tokens of the model",
          "");
    }
    return vocabulary;
  }

  /// What was asked for; else what the model was trained with, else its learned positions.
  private int context(LoadedModel loaded) {
    int positions =
        loaded.named().architecture().entry() instanceof Entry.Tokens entry
            ? Math.max(0, entry.positions() - entry.positionOffset())
            : 0;
    if (context != null) {
      if (positions > 0 && context > positions) {
        throw new InputException(
            "--context: found " + context,
            "at most the " + positions + " positions of the model",
            "");
      }
      return context;
    }
    String trained = loaded.notes().getOrDefault("context", "");
    if (trained.matches("[1-9][0-9]{0,8}")) {
      int known = Integer.parseInt(trained);
      return positions > 0 ? Math.min(known, positions) : known;
    }
    return positions > 0 ? positions : CONTEXT_OTHERWISE;
  }

  private void requireLanguageModel(Architecture a) {
    boolean tokensIn = a.entry() instanceof Entry.Tokens;
    Mask mask = a.block().attention().mask();
    boolean causal =
        mask instanceof Mask.Causal || (mask instanceof Mask.Window w && w.right() == 0);
    boolean logits =
        tokensIn
            && a.exit().pooling().isEmpty()
            && a.exit().readout().isPresent()
            && a.exit().readout().get().outputs() == ((Entry.Tokens) a.entry()).vocabulary();
    if (!tokensIn || !causal || !logits) {
      throw new InputException(
          folder + ": found " + (tokensIn ? "a model of tokens" : "a model of other data"),
          "a causal language model: tokens in, logits of the next token out",
          "");
    }
  }

  /// What `--json` writes.
  ///
  /// @param text the continuation; `null` where the model has no vocabulary
  /// @param ids the continuation as tokens
  record Result(
      int promptTokens,
      OptionalDouble loss,
      OptionalDouble perplexity,
      Optional<String> text,
      int[] ids) {
    Result {
      ids = Arrays.copyOf(ids, ids.length);
    }
  }
}
