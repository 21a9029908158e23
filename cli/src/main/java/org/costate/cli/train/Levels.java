package org.costate.cli.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.cli.assembly.Subjects;
import org.costate.cli.data.ExperimentData;
import org.costate.cli.experiment.Experiment;
import org.costate.cli.experiment.LevelConfig;
import org.costate.cli.run.RunFolder;
import org.costate.cli.run.Session;
import org.costate.control.train.IterationRecord;
import org.costate.control.train.Prolongation;
import org.costate.control.train.TrainingState;
import org.costate.model.InputException;
import org.costate.model.Model;

/// The coarse levels of a run: each trained in a folder of its own below that of the run, from the
/// prolonged controls of the one before. A level that has ended is not trained again, one that was
/// interrupted goes on.
final class Levels {
  private final Experiment experiment;
  private final ExperimentData data;
  private final RunFolder folder;
  private final Session session;
  private Optional<double[]> given = Optional.empty();

  Levels(Experiment experiment, ExperimentData data, RunFolder folder, Session session) {
    this.experiment = experiment;
    this.data = data;
    this.folder = folder;
    this.session = session;
  }

  /// What a level took and came to.
  ///
  /// @param steps of its model
  /// @param iterations that were trained
  /// @param work steps of the model times iterations: sweeps over one step of the whole batch
  /// @param validation held-out cost at its end
  /// @param seconds of its iterations
  public record Level(int steps, long iterations, long work, double validation, double seconds) {
    static Level of(int steps, TrainingState state) {
      return new Level(
          steps,
          state.iteration(),
          steps * state.iteration(),
          state.validations().isEmpty() ? Double.NaN : state.validations().getLast().value(),
          state.history().stream().mapToDouble(IterationRecord::seconds).sum());
    }
  }

  /// Refuses levels whose controls cannot be prolonged exactly.
  static void require(Experiment experiment, ExperimentData data) {
    List<Experiment> all = new ArrayList<>();
    for (LevelConfig level : experiment.multilevel()) {
      if (level.steps() < 1 || level.iterations() < 1) {
        throw new InputException(
            "multilevel: found %d steps and %d iterations"
                .formatted(level.steps(), level.iterations()),
            "at least 1 of each",
            "");
      }
      all.add(level.of(experiment));
    }
    all.add(experiment);
    for (int i = 0; i + 1 < all.size(); i++) {
      try {
        Prolongation.require(
            model(all.get(i), data).layout(), model(all.get(i + 1), data).layout());
      } catch (InputException e) {
        throw new InputException("multilevel[" + i + "]: " + e.found(), e.expected(), e.maybe(), e);
      }
    }
  }

  private static Model model(Experiment experiment, ExperimentData data) {
    return Subjects.of(experiment, data).model();
  }

  /// Sets the controls that a level itself begins with.
  void startFrom(Optional<double[]> controls) {
    given = controls;
  }

  /// The controls that the run begins with: given, or those of the finest coarse level, trained now
  /// as far as it is not yet. Absent where it begins with random ones. After an interruption they
  /// mean nothing.
  Optional<double[]> start() {
    Optional<double[]> controls = given;
    List<LevelConfig> all = experiment.multilevel();
    for (int i = 0; i < all.size() && !session.interruption().requested(); i++) {
      Experiment own = all.get(i).of(experiment);
      TrainingRun run = run(i, controls);
      var unused = run.run();
      Optional<TrainingState> state = run.kept();
      if (state.isEmpty()) {
        return controls;
      }
      Experiment next = i + 1 < all.size() ? all.get(i + 1).of(experiment) : experiment;
      controls =
          Optional.of(
              Prolongation.of(
                  model(own, data).layout(), state.get().controls(), model(next, data).layout()));
    }
    return controls;
  }

  private TrainingRun run(int i, Optional<double[]> start) {
    RunFolder own = RunFolder.reopen(folder.file("level-" + (i + 1)));
    return TrainingRun.level(
        experiment.multilevel().get(i).of(experiment), data, own, session, start);
  }

  /// What the coarse levels took, as far as they were trained.
  List<Level> done() {
    List<Level> done = new ArrayList<>();
    for (int i = 0; i < experiment.multilevel().size(); i++) {
      int steps = experiment.multilevel().get(i).steps();
      run(i, Optional.empty()).kept().ifPresent(state -> done.add(Level.of(steps, state)));
    }
    return done;
  }
}
