package org.costate.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
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
  private static final String ABSENT = "–";

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
      configurations.add(flat(JsonFiles.read(folder.file(TrainingRun.EXPERIMENT))));
      results.add(results(folder));
    }
    List<Row> configuration = rows(configurations, true);
    List<Row> outcome = rows(results, false);
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
    return flat(JsonFiles.read(folder.file(TrainedRun.RESULT)));
  }

  private static Map<String, String> flat(ObjectNode tree) {
    Map<String, String> values = new LinkedHashMap<>();
    flatten("", tree, values);
    return values;
  }

  private static void flatten(String path, JsonNode node, Map<String, String> values) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              e ->
                  flatten(
                      path.isEmpty() ? e.getKey() : path + "." + e.getKey(), e.getValue(), values));
    } else {
      values.put(path, node.isTextual() ? node.textValue() : node.toString());
    }
  }

  private static List<Row> rows(List<Map<String, String>> columns, boolean differingOnly) {
    TreeSet<String> keys = new TreeSet<>();
    columns.forEach(column -> keys.addAll(column.keySet()));
    return keys.stream()
        .map(key -> new Row(key, columns.stream().map(c -> c.getOrDefault(key, ABSENT)).toList()))
        .filter(row -> !differingOnly || row.values().stream().distinct().count() > 1)
        .toList();
  }

  private void print(String title, List<Row> rows, Session session) {
    session.text().println(title + (rows.isEmpty() ? ": none" : ""));
    for (Row row : rows) {
      session.text().printf("  %-34s", row.key());
      row.values().forEach(value -> session.text().printf(" %-28s", value));
      session.text().println();
    }
  }

  /// One key with its value in every run.
  record Row(String key, List<String> values) {}

  /// What `--json` writes.
  record Result(List<String> runs, List<Row> configuration, List<Row> results) {}
}
