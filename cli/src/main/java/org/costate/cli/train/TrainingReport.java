package org.costate.cli.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.cli.evaluate.OptimalityBlocks;
import org.costate.cli.run.Provenance;
import org.costate.cli.run.Session;
import org.costate.cli.stability.StabilityBrief;
import org.costate.control.diagnose.DepthProfile;
import org.costate.control.diagnose.OptimalityProfile;
import org.costate.control.train.IterationRecord;
import org.costate.control.train.ValidationRecord;
import org.costate.model.state.Batch;
import org.costate.reports.Block;
import org.costate.reports.Json;
import org.costate.reports.Page;
import org.costate.reports.Report;

/// The report of a training run.
public final class TrainingReport {
  /// Name of the page in the run folder.
  public static final String PAGE = "report.html";

  /// Name of its data.
  public static final String DATA = "report.json";

  /// Sequences on which layers are compared with the maximum principle.
  private static final int SEQUENCES = 16;

  private TrainingReport() {}

  /// Writes the page and its data into the run folder, unless reports were declined.
  ///
  /// @return the page
  public static Optional<Path> write(TrainedRun run, Session session) {
    return write(run, session, List.of());
  }

  /// The same with more sections behind the result.
  public static Optional<Path> write(TrainedRun run, Session session, List<Report.Section> more) {
    if (!session.report()) {
      return Optional.empty();
    }
    Report report = report(run, session, more);
    run.folder().write(DATA, Json.pretty(report));
    return Optional.of(run.folder().write(PAGE, Page.html(report)));
  }

  private static Report report(TrainedRun run, Session session, List<Report.Section> more) {
    DepthProfile profile =
        DepthProfile.of(
            run.model(),
            run.bestControls(),
            run.costs(),
            run.data().validation(),
            session.kernels(),
            run.experiment().seed());
    List<Report.Section> sections = new ArrayList<>();
    sections.add(result(run));
    sections.addAll(more);
    sections.add(training(run));
    sections.add(depth(profile));
    sections.add(
        StabilityBrief.of(
            run.model(),
            run.bestControls(),
            run.data().validation(),
            run.data().notes(),
            run.experiment().seed(),
            session));
    sections.add(OptimalityBlocks.section(optimality(run, session)));
    sections.add(configuration(run));
    String how = run.stop().map(stop -> stop.detail()).orElse("interrupted");
    return new Report(
        run.experiment().name(),
        "Trained by adjoint gradients: " + how + ".",
        sections,
        Provenance.of(session, run.experiment().seed(), run.data().files()));
  }

  /// On the first sequences held out, with the best controls.
  private static OptimalityProfile optimality(TrainedRun run, Session session) {
    Batch heldOut = run.data().validation();
    Batch few = heldOut.sequences(0, Math.min(SEQUENCES, heldOut.shape().batch()));
    SweepOptions options = SweepOptions.with(session.kernels()).withThreads(session.threads());
    return OptimalityProfile.of(run.model(), run.bestControls(), run.costs(), few, options);
  }

  private static Report.Section result(TrainedRun run) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Block.Figures(
            List.of(
                new Block.Figure(number(run.validation().best()), "best cost on held-out data"),
                new Block.Figure(number(run.validation().first()), "before training"),
                new Block.Figure(number(run.objective().last()), "objective of the last iteration"),
                new Block.Figure(
                    "%,d".formatted(run.model().layout().size()), "unknowns in the controls"))));
    List<Block.Fact> facts = new ArrayList<>();
    run.data().facts().forEach((name, value) -> facts.add(new Block.Fact(name, value)));
    facts.add(new Block.Fact("scheme", run.model().step().name()));
    facts.add(new Block.Fact("steps", String.valueOf(run.model().grid().steps())));
    facts.add(new Block.Fact("best after", run.state().best().iteration() + " iterations"));
    facts.add(
        new Block.Fact(
            "gradients clipped",
            run.state().history().isEmpty()
                ? "none"
                : "%.1f %%".formatted(run.state().history().getLast().clipPercent())));
    blocks.add(new Block.Facts(facts));
    return new Report.Section("Result", "", blocks);
  }

  private static Report.Section training(TrainedRun run) {
    List<IterationRecord> history = run.state().history();
    History table = History.of(run);
    List<ValidationRecord> looks = run.state().validations();
    double[] iterations = history.stream().mapToDouble(IterationRecord::iteration).toArray();
    Block.Axis x = Block.Axis.linear("iteration");
    return new Report.Section(
        "Training",
        "The objective of every mini-batch, and the cost on all held-out data.",
        List.of(
            new Block.Lines(
                "Cost",
                x,
                Block.Axis.linear("cost"),
                List.of(
                    Block.Curve.joined(
                        "objective J",
                        iterations,
                        history.stream().mapToDouble(IterationRecord::value).toArray()),
                    Block.Curve.joined(
                        "held out",
                        looks.stream().mapToDouble(ValidationRecord::iteration).toArray(),
                        looks.stream().mapToDouble(ValidationRecord::value).toArray()))),
            new Block.Lines(
                "Gradient norm",
                x,
                Block.Axis.log("‖∇J‖₂ before clipping"),
                List.of(
                    Block.Curve.joined(
                        "‖∇J‖₂",
                        iterations,
                        history.stream().mapToDouble(IterationRecord::gradientNorm).toArray()))),
            new Block.Lines(
                "Step",
                x,
                Block.Axis.linear(table.stepName()),
                List.of(
                    Block.Curve.joined(
                        table.stepName(),
                        iterations,
                        history.stream().mapToDouble(IterationRecord::step).toArray()))),
            new Block.Text(table.sentence()),
            table.table()));
  }

  /// Costates, Hamiltonian and gains over the depth.
  static Report.Section depth(DepthProfile profile) {
    int tokens = profile.costateNorms()[0].length;
    List<String> layers = counted(profile.costateNorms().length);
    double[] costates =
        Arrays.stream(profile.costateNorms()).mapToDouble(TrainingReport::norm).toArray();
    double[] states =
        Arrays.stream(profile.stateNorms()).mapToDouble(TrainingReport::norm).toArray();
    return new Report.Section(
        "Along the depth",
        "The first held-out sequence on its way through the model. The costate λ = ∂J/∂u says how"
            + " much the cost depends on a token at a layer.",
        List.of(
            new Block.HeatMap(
                "Costate norm ‖λ‖ of every token at every layer",
                "token",
                counted(tokens),
                "layer",
                layers,
                profile.costateNorms(),
                true),
            new Block.Lines(
                "Norms over depth",
                Block.Axis.linear("layer"),
                Block.Axis.log("norm"),
                List.of(
                    Block.Curve.counted("costate ‖λ‖", costates),
                    Block.Curve.counted("state ‖u‖", states))),
            new Block.Lines(
                "Hamiltonian over depth",
                Block.Axis.linear("step"),
                Block.Axis.linear("H"),
                List.of(Block.Curve.counted("H", 1, profile.hamiltonian()))),
            new Block.Bars(
                "Gain of every step: largest singular value of ∂u(n+1)/∂u(n)",
                counted(profile.gains().length),
                Block.Axis.linear("gain"),
                List.of(new Block.Bar("gain", profile.gains())))));
  }

  private static Report.Section configuration(TrainedRun run) {
    return new Report.Section(
        "Configuration",
        "The whole experiment, defaults included.",
        List.of(
            new Block.Facts(
                List.of(new Block.Fact("experiment", Json.pretty(run.experiment()).strip())))));
  }

  private static double norm(double[] values) {
    double square = 0;
    for (double v : values) {
      square += v * v;
    }
    return Math.sqrt(square);
  }

  private static List<String> counted(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).toList();
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    return String.format(Locale.ROOT, Math.abs(value) < 0.01 ? "%.2e" : "%.4f", value);
  }
}
