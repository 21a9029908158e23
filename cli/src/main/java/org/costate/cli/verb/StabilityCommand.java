package org.costate.cli.verb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Provenance;
import org.costate.cli.run.RunFolder;
import org.costate.cli.run.Session;
import org.costate.cli.stability.AblationBlocks;
import org.costate.cli.stability.DepthOptions;
import org.costate.cli.stability.DepthSection;
import org.costate.cli.stability.DepthText;
import org.costate.cli.stability.OutputOptions;
import org.costate.cli.stability.StabilityJson;
import org.costate.cli.stability.StabilitySection;
import org.costate.cli.stability.StabilityText;
import org.costate.cli.stability.Subject;
import org.costate.cli.stability.TraceBlocks;
import org.costate.control.stability.EnsembleStability;
import org.costate.control.stability.Frame;
import org.costate.control.stability.LyapunovFunctions;
import org.costate.control.stability.Stability;
import org.costate.control.stability.StabilityOptions;
import org.costate.control.stability.TangentSpectrum;
import org.costate.model.InputException;
import org.costate.model.file.FileHash;
import org.costate.model.state.Batch;
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

  @Mixin private DepthOptions depth;

  @Mixin private OutputOptions outputs;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(this::analyse);
  }

  private Outcome analyse(Session session) {
    outputs.check();
    Subject subject = sequence.read(session);
    long seed = session.seed().orElse(0);
    StabilityOptions options = options(subject, seed);
    List<Batch> sequences = depth.ensemble(subject);
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
            options,
            session.threads());
    Optional<EnsembleStability> ensemble =
        sequences.isEmpty()
            ? Optional.empty()
            : Optional.of(ensemble(subject, sequences, stability, session));
    Map<String, Object> json = StabilityJson.of(stability, ensemble);
    OutputOptions.Found found = outputs.run(subject, session);
    OutputOptions.add(found, json);
    StabilityText.print(stability, session.text());
    DepthText.print(stability, ensemble, session.text());
    TraceBlocks.print(found, session.text());
    List<Report.Section> sections = new ArrayList<>();
    sections.addAll(StabilitySection.of(stability, subject.tokenNames()));
    sections.addAll(DepthSection.of(stability, ensemble, subject.tokenNames()));
    TraceBlocks.section(found, subject.tokenNames()).ifPresent(sections::add);
    AblationBlocks.section(found.ablations()).ifPresent(sections::add);
    folder.ifPresent(f -> write(f, sections, json, subject, session));
    boolean pass =
        stability.tangent().map(t -> t.violation() <= TangentSpectrum.TOLERANCE).orElse(true)
            && stability.lyapunov().map(LyapunovFunctions::pass).orElse(true);
    return Outcome.of(json, pass);
  }

  private static EnsembleStability ensemble(
      Subject subject, List<Batch> sequences, Stability stability, Session session) {
    return EnsembleStability.of(
        subject.loaded().model(),
        subject.loaded().coefficients(),
        sequences,
        session.kernels(),
        new EnsembleStability.Request(
            stability.exponents().length,
            stability.singular().length,
            session.seed().orElse(0),
            session.threads()));
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
    return new StabilityOptions(
        count,
        values,
        start,
        Optional.ofNullable(bounds),
        depth.lyapunov(subject),
        depth.stretch(subject),
        seed);
  }

  private void write(
      RunFolder folder,
      List<Report.Section> sections,
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
              sections,
              Provenance.of(session, session.seed().orElse(0), hashes));
      Path page = folder.write("report.html", Page.html(report));
      json.put("report", page.toString());
      session.text().println("report      " + page);
    }
  }
}
