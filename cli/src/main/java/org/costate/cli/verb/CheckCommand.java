package org.costate.cli.verb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.verify.CheckOptions;
import org.costate.adjoint.verify.CheckReport;
import org.costate.adjoint.verify.CheckResult;
import org.costate.adjoint.verify.GradientCheck;
import org.costate.adjoint.verify.TaylorRow;
import org.costate.cli.assembly.Experiments;
import org.costate.cli.assembly.Problems;
import org.costate.cli.assembly.Subjects;
import org.costate.cli.check.ModelSubject;
import org.costate.cli.data.ExperimentData;
import org.costate.cli.experiment.Experiment;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.ModelLoading;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Session;
import org.costate.control.cost.PlainCostFormulas;
import org.costate.control.train.Initialisation;
import org.costate.control.train.MiniBatches;
import org.costate.interop.folder.LoadedModel;
import org.costate.model.Model;
import org.costate.model.state.Batch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `check`: all checks of the gradient of an experiment or a model.
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Check the gradient of an experiment or a model by independent methods.")
public final class CheckCommand implements Callable<Integer> {
  private static final int SEQUENCES = 2;

  @Parameters(paramLabel = "TARGET", description = "EXPERIMENT.json or the folder of a model.")
  private Path target;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(this::check);
  }

  private Outcome check(Session session) {
    CheckReport report = Files.isDirectory(target) ? ofModel(session) : ofExperiment(session);
    print(report, session);
    return Outcome.of(
        new Result(report.pass(), report.checks(), report.taylor(), report.notes()), report.pass());
  }

  private CheckReport ofExperiment(Session session) {
    Experiment experiment = Experiments.read(target, session.overrides(), session.seed());
    ExperimentData data = Experiments.data(experiment);
    Model model = Subjects.of(experiment, data).model();
    Costs costs = Problems.costs(experiment.objective(), data, model);
    double[] c =
        Initialisation.fanIn()
            .controls(model.layout(), model.step(), model.grid(), experiment.seed());
    Batch batch =
        new MiniBatches(data.training(), SEQUENCES, data.stride(), experiment.seed()).draw(0);
    return run(model, costs, batch, c, experiment.seed(), session);
  }

  private CheckReport ofModel(Session session) {
    LoadedModel loaded = ModelLoading.read(target, session);
    long seed = session.seed().orElse(1);
    ModelSubject subject = ModelSubject.of(loaded, SEQUENCES, seed);
    return run(
        loaded.model(), subject.costs(), subject.batch(), loaded.coefficients(), seed, session);
  }

  static CheckReport run(
      Model model, Costs costs, Batch batch, double[] c, long seed, Session session) {
    CheckOptions options =
        new CheckOptions(session.kernels(), seed, SEQUENCES, Optional.empty())
            .withPlainCosts(new PlainCostFormulas());
    return GradientCheck.of(model, costs, batch, c, options).run();
  }

  private static void print(CheckReport report, Session session) {
    for (CheckResult check : report.checks()) {
      session
          .text()
          .printf(
              "%-4s %-34s %-34s violation %9.2e  tolerance %9.2e  %s%n",
              check.pass() ? "pass" : "FAIL",
              check.name(),
              check.method(),
              check.violation(),
              check.tolerance(),
              check.witness());
    }
    report.notes().forEach(note -> session.text().println("note: " + note));
    session.text().println(report.pass() ? "all checks pass" : "a check FAILS");
  }

  /// What `--json` writes.
  record Result(
      boolean pass, List<CheckResult> checks, List<TaylorRow> taylor, List<String> notes) {}
}
