package org.costate.cli.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.costate.adjoint.cost.Costs;
import org.costate.cli.assembly.Experiments;
import org.costate.cli.assembly.Problems;
import org.costate.cli.assembly.Subjects;
import org.costate.cli.data.ExperimentData;
import org.costate.cli.experiment.Experiment;
import org.costate.cli.experiment.OptimiserConfig;
import org.costate.cli.run.Progress;
import org.costate.cli.run.RunFolder;
import org.costate.cli.run.Session;
import org.costate.control.constrain.ConstraintFunction;
import org.costate.control.constrain.Constraints;
import org.costate.control.optimise.Optimiser;
import org.costate.control.train.IterationRecord;
import org.costate.control.train.Limits;
import org.costate.control.train.ModelProblem;
import org.costate.control.train.RateFinder;
import org.costate.control.train.Training;
import org.costate.control.train.TrainingState;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.file.FileHash;
import org.costate.reports.Json;

/// A training run in its folder: begins or continues, keeps a checkpoint, and ends in a
/// [TrainedRun].
public final class TrainingRun {
  /// Name of the file with the whole configuration in the run folder.
  public static final String EXPERIMENT = "experiment.json";

  private final Session session;
  private final RunFolder folder;
  private final Experiment experiment;
  private final ExperimentData data;
  private final Subjects subject;
  private final Model model;
  private final Costs costs;
  private final Constraints sets;
  private final double[] initial;
  private final Optimiser optimiser;
  private final String fingerprint;
  private final Levels levels;

  private TrainingRun(
      Session session, RunFolder folder, Experiment experiment, ExperimentData data) {
    this.session = session;
    this.folder = folder;
    this.experiment = experiment;
    this.data = data;
    this.subject = Subjects.of(experiment, data);
    this.model = subject.model();
    this.costs = Problems.costs(experiment.objective(), data, model);
    ConstrainedProblem problem = ConstrainedProblem.of(experiment, model);
    this.sets = problem.sets();
    this.initial = problem.sets().projection(drawn());
    ConstraintFunction smooth =
        problem.items().isEmpty()
            ? ConstraintFunction.NONE
            : problem.smooth(
                model, initial, ConstrainedProblem.ensemble(data), session.sweepKernels());
    this.optimiser =
        Optimisers.of(experiment.optimiser(), model.layout(), problem, smooth, session.threads());
    this.fingerprint = fingerprint(experiment, data);
    this.levels = new Levels(experiment, data, folder, session);
  }

  /// The last state in its checkpoint, if there is one.
  Optional<TrainingState> kept() {
    return Checkpoint.read(folder.path(), model.layout().size(), optimiser, fingerprint)
        .map(Checkpoint.Restored::state);
  }

  /// A level of a run: begun or continued in its own folder from the given controls.
  static TrainingRun level(
      Experiment experiment,
      ExperimentData data,
      RunFolder folder,
      Session session,
      Optional<double[]> start) {
    TrainingRun run = new TrainingRun(session, folder, experiment, data);
    run.levels.startFrom(start);
    return run;
  }

  /// A new run of `experiment`; nothing is written if it cannot be run.
  public static TrainingRun begin(Experiment experiment, Session session) {
    ExperimentData data = Experiments.data(experiment);
    Optimiser optimiser = Requirements.require(experiment, data);
    if (experiment.memory().budget().isPresent()) {
      Requirements.requirePlan(experiment, data, optimiser, session);
    }
    RunFolder folder = session.folder(experiment.name());
    TrainingRun run = new TrainingRun(session, folder, experiment, data);
    folder.write(EXPERIMENT, Json.pretty(experiment));
    return run;
  }

  /// What identifies `experiment` together with the contents of its data.
  ///
  /// @throws org.costate.model.InputException if it cannot be run
  public static String fingerprint(Experiment experiment) {
    ExperimentData data = Experiments.data(experiment);
    Requirements.require(experiment, data);
    return fingerprint(experiment, data);
  }

  /// The run in `path` again, from its last checkpoint.
  ///
  /// @throws org.costate.model.InputException if there is no run, or its checkpoint or data changed
  public static TrainingRun resume(Path path, Session session) {
    RunFolder folder = RunFolder.open(path);
    Experiment experiment =
        Experiments.read(folder.file(EXPERIMENT), List.of(), OptionalLong.empty());
    return new TrainingRun(session, folder, experiment, Experiments.data(experiment));
  }

  /// Trains until a limit is reached or the run is interrupted; the checkpoint is then up to date.
  public TrainedRun run() {
    long began = System.nanoTime();
    OptimiserConfig config = experiment.optimiser();
    TrainingState start = start();
    boolean begins = session.interruption().requested() && start.iteration() == 0;
    try (ModelProblem problem = problem()) {
      if (experiment.memory().budget().isPresent()) {
        session.text().println(problem.plan().summary());
      }
      Training training =
          new Training(
              problem,
              optimiser,
              Optimisers.schedule(config),
              limits(config),
              start,
              System::nanoTime);
      advance(training);
      TrainingState state = training.state();
      if (!begins) {
        Checkpoint.write(folder.path(), state, fingerprint, session.sweepKernels().tier());
      }
      return new TrainedRun(
          folder,
          experiment,
          data,
          subject.architecture(),
          model,
          costs,
          optimiser,
          state,
          training.stop(),
          training.lastCause(),
          levels.done(),
          (System.nanoTime() - began) * 1e-9);
    }
  }

  private void advance(Training training) {
    int total = experiment.optimiser().iterations();
    int every = Math.max(1, experiment.run().checkpointEvery());
    try (Progress progress = session.progress("train", total)) {
      training.begin();
      while (training.stop().isEmpty() && !session.interruption().requested()) {
        IterationRecord row = training.advance();
        progress.reach(row.iteration(), remark(row, training));
        if (row.iteration() % every == 0) {
          Checkpoint.write(
              folder.path(), training.state(), fingerprint, session.sweepKernels().tier());
        }
      }
    }
  }

  private static String remark(IterationRecord row, Training training) {
    String validation =
        training.validations().isEmpty()
            ? ""
            : ", validation %.4f".formatted(training.validations().getLast().value());
    return "J %.4f%s".formatted(row.value(), validation);
  }

  private TrainingState start() {
    Optional<Checkpoint.Restored> restored =
        Checkpoint.read(folder.path(), model.layout().size(), optimiser, fingerprint);
    restored
        .filter(r -> !r.kernels().equals(session.sweepKernels().tier()))
        .ifPresent(
            r ->
                System.err.println(
                    "costate: resuming with kernels "
                        + session.sweepKernels().tier()
                        + " what began with "
                        + r.kernels()
                        + ": the bits may differ from an unbroken run"));
    return restored.map(Checkpoint.Restored::state).orElseGet(this::first);
  }

  private TrainingState first() {
    double[] controls = levels.start().map(sets::projection).orElse(initial);
    return TrainingState.start(controls, optimiser);
  }

  /// Random controls.
  double[] drawn() {
    return experiment
        .initialisation()
        .rule()
        .controls(model.layout(), model.step(), model.grid(), experiment.seed());
  }

  Model model() {
    return model;
  }

  /// Raises the learning rate from iteration to iteration; nothing is written but by the caller.
  ///
  /// @throws InputException if the optimiser has no learning rate
  public static RateFinder.Found findRate(
      Experiment experiment, RunFolder folder, Session session, RateFinder finder) {
    TrainingRun run = new TrainingRun(session, folder, experiment, Experiments.data(experiment));
    try (ModelProblem problem = run.problem();
        Progress progress = session.progress("rates", finder.iterations())) {
      return finder.find(problem, run.optimiser, run.drawn(), done -> progress.reach(done, ""));
    }
  }

  private ModelProblem problem() {
    return SweptProblem.of(experiment, data, model, costs, optimiser, session);
  }

  private Limits limits(OptimiserConfig config) {
    return Limits.of(config.iterations())
        .validatingEvery(Math.max(1, experiment.run().validateEvery()))
        .withPatience(experiment.run().patience())
        .untilGradientNorm(experiment.run().tolerance());
  }

  private static String fingerprint(Experiment experiment, ExperimentData data) {
    StringBuilder all = new StringBuilder(Json.compact(experiment));
    data.files().forEach(file -> all.append('\n').append(file.sha256()));
    return FileHash.ofText(all.toString());
  }
}
