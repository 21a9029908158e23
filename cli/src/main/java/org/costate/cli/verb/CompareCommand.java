package org.costate.cli.verb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.costate.cli.config.FlatTree;
import org.costate.cli.config.JsonFiles;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.RunFolder;
import org.costate.cli.run.Session;
import org.costate.cli.train.TrainedRun;
import org.costate.cli.train.TrainingRun;
import org.costate.model.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `compare`: what differs between runs, first in their configurations, then in their results.
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = "Compare runs: the difference of configurations first, then that of results.")
public final class CompareCommand implements Callable<Integer> {
  @Parameters(arity = "2..*", paramLabel = "RUN", description = "Run folders.")
  private List<Path> folders;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(this::compare);
  }

  private Outcome compare(Session session) {
    List<Map<String, String>> configurations = new ArrayList<>();
    List<Map<String, String>> results = new ArrayList<>();
    for (Path path : folders) {
      RunFolder folder = RunFolder.open(path);
      configurations.add(FlatTree.of(JsonFiles.read(folder.file(TrainingRun.EXPERIMENT))));
      results.add(results(folder));
    }
    List<FlatTree.Row> configuration = FlatTree.differing(configurations);
    List<FlatTree.Row> outcome = FlatTree.rows(results);
    print("configuration: keys that differ", configuration, session);
    print("results", outcome, session);
    List<String> runs = folders.stream().map(Path::toString).toList();
    return Outcome.done(new Result(runs, configuration, outcome));
  }

  private static Map<String, String> results(RunFolder folder) {
    if (!folder.file(TrainedRun.RESULT).toFile().exists()) {
      throw new InputException(
          folder.path() + ": found no " + TrainedRun.RESULT,
          "a run that has ended",
          "Maybe train --resume " + folder.path() + "?");
    }
    return FlatTree.of(JsonFiles.read(folder.file(TrainedRun.RESULT)));
  }

  private void print(String title, List<FlatTree.Row> rows, Session session) {
    session.text().println(title + (rows.isEmpty() ? ": none" : ""));
    for (FlatTree.Row row : rows) {
      session.text().printf("  %-34s", row.key());
      row.values().forEach(value -> session.text().printf(" %-28s", value));
      session.text().println();
    }
  }

  /// What `--json` writes.
  record Result(List<String> runs, List<FlatTree.Row> configuration, List<FlatTree.Row> results) {}
}
