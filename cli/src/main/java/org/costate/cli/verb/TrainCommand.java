package org.costate.cli.verb;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.costate.cli.assembly.Experiments;
import org.costate.cli.experiment.Experiment;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.PrecisionOption;
import org.costate.cli.run.Session;
import org.costate.cli.study.Study;
import org.costate.cli.study.StudyPlan;
import org.costate.cli.train.CompletedRun;
import org.costate.cli.train.RateReport;
import org.costate.cli.train.TrainingRun;
import org.costate.model.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `train`: optimal-control training of an experiment, or the continuation of an earlier run.
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description =
        "Train what an experiment file describes; every run can be resumed to the same bits.")
public final class TrainCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "EXPERIMENT.json",
      description = "The experiment, or a study of several.")
  private Path experiment;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description = "Continue the run in this folder from its last checkpoint.")
  private Path resume;

  @Option(
      names = "--find-rate",
      description = "Do not train, but raise the learning rate in 100 iterations and suggest one.")
  private boolean findRate;

  @Mixin private PrecisionOption precision;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(precision.chosen(), this::train);
  }

  private Outcome train(Session session) {
    if (findRate) {
      return findRate(session);
    }
    if (experiment != null && resume == null && StudyPlan.describes(experiment)) {
      return Study.in(StudyPlan.read(experiment, List.of(), session), session).run();
    }
    CompletedRun completed = CompletedRun.of(trainingRun(session).run(), session);
    completed.print(session);
    return new Outcome(completed.result(), completed.exitCode());
  }

  private Outcome findRate(Session session) {
    if (experiment == null || resume != null) {
      throw new InputException(
          "train --find-rate: found no experiment" + (resume == null ? "" : " but --resume"),
          "EXPERIMENT.json",
          "");
    }
    Experiment read = Experiments.read(experiment, session.overrides(), session.seed());
    return RateReport.of(read, session);
  }

  private TrainingRun trainingRun(Session session) {
    if (resume != null) {
      if (experiment != null || !session.overrides().isEmpty() || session.seed().isPresent()) {
        throw new InputException(
            "train --resume: found an experiment file, --set or --seed beside it",
            "the run folder alone: a run continues as it began",
            "Maybe train without --resume?");
      }
      return TrainingRun.resume(resume, session);
    }
    if (experiment == null) {
      throw new InputException("train: found no experiment", "EXPERIMENT.json or --resume RUN", "");
    }
    return TrainingRun.begin(
        Experiments.read(experiment, session.overrides(), session.seed()), session);
  }
}
