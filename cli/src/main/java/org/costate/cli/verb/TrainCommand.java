package org.costate.cli.verb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.costate.cli.assembly.Experiments;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Interruption;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Session;
import org.costate.cli.train.CheckedRun;
import org.costate.cli.train.HeldOut;
import org.costate.cli.train.History;
import org.costate.cli.train.TrainedRun;
import org.costate.cli.train.TrainingReport;
import org.costate.cli.train.TrainingRun;
import org.costate.control.train.Stop;
import org.costate.model.InputException;
import org.costate.reports.Report;
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
  @Parameters(arity = "0..1", paramLabel = "EXPERIMENT.json", description = "The experiment.")
  private Path experiment;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description = "Continue the run in this folder from its last checkpoint.")
  private Path resume;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(this::train);
  }

  private Outcome train(Session session) {
    TrainedRun run = trainingRun(session).run();
    run.writeModel();
    HeldOut heldOut = HeldOut.of(run, session);
    TrainedRun.Result result = run.writeResult(heldOut);
    Optional<Path> report = TrainingReport.write(run, session, sections(run, heldOut, session));
    print(run, heldOut, report, session);
    return new Outcome(result, exitCode(run));
  }

  /// What the report says of the held-out data, and of the gradient where training came to its end.
  private static List<Report.Section> sections(TrainedRun run, HeldOut heldOut, Session session) {
    List<Report.Section> sections = new ArrayList<>(heldOut.sections());
    boolean ended = run.stop().filter(s -> s.reason() != Stop.Reason.REJECTED).isPresent();
    if (session.report() && ended) {
      sections.add(CheckedRun.gradientSection(CheckedRun.check(run, session)));
    }
    return sections;
  }

  private static int exitCode(TrainedRun run) {
    if (run.stop().isEmpty()) {
      return Interruption.EXIT_CODE;
    }
    Stop stop = run.stop().get();
    if (stop.reason() != Stop.Reason.REJECTED) {
      return 0;
    }
    System.err.println("costate: training: " + stop.detail());
    System.err.println("Maybe a smaller optimiser.rate or a longer optimiser.warmup?");
    return Outcome.NUMERICAL_FAILURE;
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

  private static void print(
      TrainedRun run, HeldOut heldOut, Optional<Path> report, Session session) {
    session
        .text()
        .printf(
            Locale.ROOT,
            "%d iterations in %.1f s%nobjective   first %.6f  last %.6f  best %.6f%nvalidation "
                + " first %.6f  last %.6f  best %.6f%n",
            run.state().iteration(),
            run.seconds(),
            run.objective().first(),
            run.objective().last(),
            run.objective().best(),
            run.validation().first(),
            run.validation().last(),
            run.validation().best());
    session.text().println(History.of(run).sentence());
    heldOut.lines().forEach(session.text()::println);
    session.text().println("run         " + run.folder().path());
    report.ifPresent(path -> session.text().println("report      " + path));
  }
}
