package org.costate.cli.stability;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.cli.run.Session;
import org.costate.control.stability.ChosenOutput;
import org.costate.control.stability.TokenGeometry;
import org.costate.control.stability.Trace;
import org.costate.control.whatif.Ablation;
import org.costate.control.whatif.Design;
import org.costate.control.whatif.Loss;
import org.costate.interop.architecture.NamedModel;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.Suggestion;
import org.costate.model.architecture.Architecture;
import picocli.CommandLine.Option;

/// What a chosen output hangs on, and the geometry of the tokens with parts of the design switched
/// off, where they are asked for.
public final class OutputOptions {
  private static final int STRONGEST = 10;
  private static final String FORMS = "logit:TOKEN:INDEX, class:K or loss";

  @Option(
      names = "--output",
      paramLabel = "WHAT",
      description =
          "Trace an output back to tokens and attention edges: logit:TOKEN:INDEX, class:K"
              + " (log-probability) or loss.")
  private String output;

  @Option(
      names = "--ablation",
      description = "Token geometry with norms and residual connections on and off.")
  private boolean ablation;

  /// What was found.
  ///
  /// @param chosen what was traced, as it was asked for
  public record Found(Optional<String> chosen, Optional<Trace> trace, List<Ablation> ablations) {
    public Found {
      ablations = List.copyOf(ablations);
    }
  }

  /// Refuses what cannot be parsed before anything is computed.
  ///
  /// @throws InputException if `--output` has another form
  public void check() {
    if (output != null && !output.equals("loss")) {
      parse();
    }
  }

  /// Computes what was asked for.
  ///
  /// @throws InputException if the model has no such output
  public Found run(Subject subject, Session session) {
    NamedModel named = subject.loaded().named();
    double[] c = subject.loaded().coefficients();
    Optional<Trace> trace = Optional.empty();
    if (output != null) {
      int exits = named.conventions().main().exitStages();
      ChosenOutput chosen;
      if (output.equals("loss")) {
        Loss loss = loss(subject);
        exits = loss.exitStages();
        chosen = new ChosenOutput.OfLoss(loss.cost());
      } else {
        chosen = parse();
      }
      Model m = named.model();
      Model whole =
          new Model(m.entry(), m.step(), m.grid(), m.layout(), m.exit().subList(0, exits));
      trace =
          Optional.of(Trace.of(whole, c, subject.batch(), chosen, STRONGEST, session.kernels()));
    }
    Architecture architecture = named.architecture();
    List<Ablation> ablations =
        ablation
            ? Ablation.all(Design.of(architecture, c), subject.batch(), session.kernels())
            : List.of();
    return new Found(Optional.ofNullable(output), trace, ablations);
  }

  private static Loss loss(Subject subject) {
    return subject
        .loss()
        .orElseThrow(
            () ->
                new InputException(
                    "--output loss: found nothing in " + subject.source() + " to compare with",
                    "a target, labels or at least two tokens, of the whole sequence",
                    "Maybe logit:TOKEN:INDEX?"));
  }

  private ChosenOutput parse() {
    String[] parts = output.split(":", -1);
    if (parts.length == 3 && parts[0].equals("logit")) {
      return new ChosenOutput.Logit(number(parts[1]), number(parts[2]));
    }
    if (parts.length == 2 && parts[0].equals("class")) {
      return new ChosenOutput.ClassScore(number(parts[1]));
    }
    throw refused();
  }

  private int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw refused();
    }
  }

  private InputException refused() {
    String word = output.split(":", -1)[0];
    String remedy =
        switch (word) {
          case "logit" -> "Maybe logit:0:0?";
          case "class" -> "Maybe class:0?";
          default ->
              Suggestion.nearest(word, List.of("logit", "class", "loss"))
                  .map(w -> "Maybe " + w + "?")
                  .orElse("");
        };
    return new InputException("--output: found \"" + output + "\"", FORMS, remedy);
  }

  /// Adds what was found under the keys `trace` and `ablation`.
  public static void add(Found found, Map<String, Object> json) {
    json.put("trace", found.trace().map(t -> TraceBlocks.json(found.chosen().orElse(""), t)));
    json.put("ablation", found.ablations().stream().map(OutputOptions::json).toList());
  }

  private static Map<String, Object> json(Ablation a) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("norm", a.norms());
    json.put("residual", a.residual());
    json.put("tokens", a.tokens().stream().map(g -> tokens(g, a)).toList());
    json.put("failure", Optional.of(a.failure()).filter(f -> !f.isEmpty()));
    return json;
  }

  private static Map<String, Object> tokens(TokenGeometry g, Ablation a) {
    int n = g.layer();
    return StabilityJson.tokens(g, n < a.entropy().length ? a.entropy()[n] : Double.NaN);
  }
}
