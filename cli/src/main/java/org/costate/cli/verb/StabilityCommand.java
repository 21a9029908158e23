package org.costate.cli.verb;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Provenance;
import org.costate.cli.run.RunFolder;
import org.costate.cli.run.Session;
import org.costate.cli.stability.SequenceOptions;
import org.costate.cli.stability.StabilityJson;
import org.costate.cli.stability.StabilitySection;
import org.costate.cli.stability.Subject;
import org.costate.control.stability.Frame;
import org.costate.control.stability.Stability;
import org.costate.control.stability.StabilityOptions;
import org.costate.control.stability.StepAnatomy;
import org.costate.control.stability.Substep;
import org.costate.control.stability.TangentSpectrum;
import org.costate.control.stability.TokenGeometry;
import org.costate.control.stability.Witnesses;
import org.costate.model.InputException;
import org.costate.model.file.FileHash;
import org.costate.reports.Json;
import org.costate.reports.Page;
import org.costate.reports.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stability`: how perturbations of one sequence grow through the layers of a model.
@Command(
    name = "stability",
    mixinStandardHelpOptions = true,
    description =
        "Lyapunov spectrum, singular values, gains and token geometry of a model on one sequence.")
public final class StabilityCommand implements Callable<Integer> {
  private static final int SHOWN = 8;

  @Mixin private SequenceOptions sequence;

  @Option(
      names = "--exponents",
      paramLabel = "k",
      description = "Lyapunov exponents: a number or all (default: all of a small state, else 8).")
  private String exponents;

  @Option(
      names = "--singular-values",
      paramLabel = "k",
      description = "Singular values: a number or all (default: all of a small state, else 16).")
  private String singularValues;

  @Option(
      names = "--frame",
      paramLabel = "FILE:TENSOR",
      description = "Start frame of the exponents, [state, k].")
  private String frame;

  @Option(
      names = "--bounds",
      negatable = true,
      description = "Bounds and adversarial gains beside the gains (default: up to 4096 numbers).")
  private Boolean bounds;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(this::analyse);
  }

  private Outcome analyse(Session session) {
    Subject subject = sequence.read(session);
    StabilityOptions options = options(subject, session.seed().orElse(0));
    Optional<RunFolder> folder =
        session.report() || session.out().isPresent()
            ? Optional.of(session.folder("stability"))
            : Optional.empty();
    Stability stability =
        Stability.of(
            subject.loaded().model(),
            subject.loaded().coefficients(),
            subject.batch(),
            session.kernels(),
            options);
    Map<String, Object> json = StabilityJson.of(stability);
    print(stability, session.text());
    folder.ifPresent(f -> write(f, stability, json, subject, session));
    boolean pass =
        stability.tangent().map(t -> t.violation() <= TangentSpectrum.TOLERANCE).orElse(true);
    return Outcome.of(json, pass);
  }

  private StabilityOptions options(Subject subject, long seed) {
    Optional<Frame> start = Optional.ofNullable(frame).map(subject::frame);
    OptionalInt count = subject.count("--exponents", Optional.ofNullable(exponents));
    if (start.isPresent() && count.isPresent() && count.getAsInt() > start.get().size()) {
      throw new InputException(
          "--exponents: found " + exponents,
          "at most the " + start.get().size() + " columns of the start frame",
          "");
    }
    OptionalInt values = subject.count("--singular-values", Optional.ofNullable(singularValues));
    return new StabilityOptions(count, values, start, Optional.ofNullable(bounds), seed);
  }

  private void write(
      RunFolder folder,
      Stability stability,
      Map<String, Object> json,
      Subject subject,
      Session session) {
    json.put("run", folder.path().toString());
    folder.write("stability.json", Json.pretty(json));
    if (session.report()) {
      List<FileHash> hashes = subject.files().stream().map(FileHash::of).toList();
      Report report =
          new Report(
              "Stability of " + sequence.modelName(),
              "Sequence %d of %s, %d tokens."
                  .formatted(sequence.sequence(), subject.source(), subject.tokens()),
              List.of(StabilitySection.of(stability)),
              Provenance.of(session, session.seed().orElse(0), hashes));
      Path page = folder.write("report.html", Page.html(report));
      json.put("report", page.toString());
      session.text().println("report      " + page);
    }
  }

  private static void print(Stability s, PrintStream text) {
    text.printf(
        Locale.ROOT,
        "state %d numbers, %d layers, %d structural directions%n",
        s.stateDimension(),
        s.steps(),
        s.structural());
    text.println("exponents       " + numbers(s.exponents()));
    text.println("singular values " + numbers(s.singular()));
    if (!s.singularConverged()) {
      text.println("                not all of them converged");
    }
    s.tangent()
        .ifPresent(
            t ->
                text.printf(
                    Locale.ROOT,
                    "sum rule        violation %.2e, tolerance %.0e%n",
                    t.violation(),
                    TangentSpectrum.TOLERANCE));
    s.witnesses().ifPresent(w -> print(w, s, text));
    text.println("layer      gain  mean cosine  effective rank");
    for (TokenGeometry tokens : s.tokens()) {
      String gain =
          tokens.layer() < s.steps()
              ? String.format(Locale.ROOT, "%9.4g", s.gains().get(tokens.layer()).gain())
              : " ".repeat(9);
      text.printf(
          Locale.ROOT,
          "%5d %s  %11.4f  %14.3f%n",
          tokens.layer(),
          gain,
          tokens.meanCosine(),
          tokens.effectiveRank());
    }
    s.finalNormGain().ifPresent(gain -> text.printf(Locale.ROOT, "final norm: gain %.4g%n", gain));
  }

  private static void print(Witnesses w, Stability s, PrintStream text) {
    text.printf(
        Locale.ROOT,
        "whole gain      %.5g, adversarial %.5g at distance %.3g, certified at most %.3g%n",
        s.singular()[0],
        w.adversarial().gain(),
        w.radius(),
        w.bound());
    text.println("layer  substep                   gain      bound  share");
    for (StepAnatomy step : w.anatomy()) {
      for (Substep part : step.substeps()) {
        text.printf(
            Locale.ROOT,
            "%5d  %-20s %9.4g %10.4g  %5.1f %%%n",
            step.step(),
            part.operator(),
            part.gain(),
            part.bound(),
            100 * part.gain() / part.bound());
      }
    }
  }

  private static String numbers(double[] values) {
    String shown =
        String.join(
            "  ",
            Arrays.stream(values)
                .limit(SHOWN)
                .mapToObj(v -> String.format(Locale.ROOT, "%.5g", v))
                .toList());
    return values.length > SHOWN ? shown + "  … (" + values.length + ")" : shown;
  }
}
