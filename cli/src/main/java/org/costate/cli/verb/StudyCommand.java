package org.costate.cli.verb;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Session;
import org.costate.cli.study.Study;
import org.costate.cli.study.StudyPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `study`: an experiment in several configurations, with several seeds, side by side.
@Command(
    name = "study",
    mixinStandardHelpOptions = true,
    description =
        "Train the configurations of a study, each with its seeds, and compare them. Called again,"
            + " it goes on where it was stopped.")
public final class StudyCommand implements Callable<Integer> {
  @Parameters(paramLabel = "STUDY.json", description = "The study.")
  private Path file;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      description = "Run this configuration alone; repeatable.")
  private List<String> only = List.of();

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(this::study);
  }

  private Outcome study(Session session) {
    return Study.in(StudyPlan.read(file, only, session), session).run();
  }
}
