package org.costate.cli.verb;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.costate.cli.assembly.Experiments;
import org.costate.cli.experiment.Experiment;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Interruption;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Session;
import org.costate.cli.train.CheckedRun;
import org.costate.cli.train.HeldOut;
import org.costate.cli.train.TrainedRun;
import org.costate.cli.train.TrainingRun;
import org.costate.interop.json.StrictJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `demo`: the main job on an embedded default: train, check, look at stability, report.
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Train a Transformer to forecast the Lorenz system, check its gradient, show its"
            + " stability.")
public final class DemoCommand implements Callable<Integer> {
  private static final String EXPERIMENT = "/org/costate/cli/demo/lorenz.json";

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(this::demo);
  }

  private Outcome demo(Session session) {
    Experiment experiment =
        Experiments.of(
            StrictJson.parse(embedded(), "demo"),
            "demo",
            Path.of("").toAbsolutePath(),
            session.overrides(),
            session.seed());
    TrainedRun run = TrainingRun.begin(experiment, session).run();
    run.writeModel();
    CheckedRun checked = CheckedRun.of(run, session);
    TrainedRun.Result trained = run.writeResult(checked.heldOut(), Optional.empty());
    Optional<Path> report = checked.writeReport(session);
    session.text().println(checked.summary());
    session.text().println("run    " + run.folder().path());
    report.ifPresent(page -> session.text().println("report " + page.toAbsolutePath()));
    Result result =
        new Result(
            trained.run(),
            report.map(page -> page.toAbsolutePath().toString()),
            trained.objective(),
            trained.validation(),
            new Checks(checked.pass()));
    int code = checked.pass() ? 0 : 1;
    return new Outcome(result, run.stop().isPresent() ? code : Interruption.EXIT_CODE);
  }

  private static String embedded() {
    try (InputStream in = DemoCommand.class.getResourceAsStream(EXPERIMENT)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("demo: cannot read its experiment", e);
    }
  }

  /// What `--json` writes.
  record Result(
      String run,
      Optional<String> report,
      TrainedRun.Course objective,
      HeldOut.Validation validation,
      Checks checks) {}

  /// Verdicts.
  record Checks(boolean pass) {}
}
