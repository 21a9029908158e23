package org.costate.cli.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.costate.cli.assembly.Experiments;
import org.costate.cli.config.JsonFiles;
import org.costate.cli.config.RecordReader;
import org.costate.cli.experiment.Experiment;
import org.costate.cli.run.Session;
import org.costate.cli.train.TrainingRun;
import org.costate.model.InputException;
import org.costate.model.Suggestion;

/// A study with every run resolved to the experiment that it trains.
///
/// @param config what the file says
/// @param file the file
/// @param runs all runs, configuration by configuration
public record StudyPlan(StudyConfig config, Path file, List<PlannedRun> runs) {
  private static final Set<String> PATHS = Set.of("data.text", "data.csv");

  /// One run.
  ///
  /// @param configuration its configuration
  /// @param experiment what is trained, seed included
  /// @param fingerprint of the experiment and the contents of its data
  /// @param selected whether it was asked for
  public record PlannedRun(
      StudyConfig.Configuration configuration,
      Experiment experiment,
      String fingerprint,
      boolean selected) {
    /// Where it lies in the folder of the study.
    Path folder(Path study) {
      return study.resolve(configuration.name()).resolve("seed-" + experiment.seed());
    }

    /// Name for people.
    String label() {
      return configuration.name() + " seed " + experiment.seed();
    }
  }

  /// Whether a file describes a study rather than one experiment.
  ///
  /// @throws InputException if it cannot be read
  public static boolean describes(Path file) {
    return JsonFiles.read(file).has("configurations");
  }

  /// Reads a study and resolves its runs; overrides and seed of the session stand on top.
  ///
  /// @param only configurations that are asked for; all if empty
  /// @throws InputException if the file or one of its experiments cannot be used
  public static StudyPlan read(Path file, List<String> only, Session session) {
    ObjectNode tree = JsonFiles.read(file);
    StudyConfig config = RecordReader.read(tree, StudyConfig.DEFAULT, file.toString());
    requireContents(config, tree, file);
    List<String> names =
        config.configurations().stream().map(StudyConfig.Configuration::name).toList();
    for (String name : only) {
      if (!names.contains(name)) {
        throw new InputException(
            "--only: found \"" + name + "\"",
            "one of " + String.join(", ", names),
            Suggestion.remedy(name, names));
      }
    }
    Path folder = file.toAbsolutePath().normalize().getParent();
    List<PlannedRun> runs = new ArrayList<>();
    for (StudyConfig.Configuration configuration : config.configurations()) {
      List<String> overrides = new ArrayList<>(settings(config.set(), folder));
      configuration.set().ifPresent(set -> overrides.addAll(settings(set, folder)));
      overrides.addAll(session.overrides());
      boolean selected = only.isEmpty() || only.contains(configuration.name());
      List<Long> seeds =
          session.seed().isPresent()
              ? List.of(session.seed().getAsLong())
              : config.seeds(configuration);
      for (long seed : seeds) {
        runs.add(planned(configuration, folder, config, overrides, seed, selected));
      }
    }
    return new StudyPlan(config, file, List.copyOf(runs));
  }

  private static PlannedRun planned(
      StudyConfig.Configuration configuration,
      Path folder,
      StudyConfig config,
      List<String> overrides,
      long seed,
      boolean selected) {
    try {
      Experiment experiment =
          Experiments.read(folder.resolve(config.experiment()), overrides, OptionalLong.of(seed));
      return new PlannedRun(
          configuration, experiment, TrainingRun.fingerprint(experiment), selected);
    } catch (InputException e) {
      throw new InputException(
          "configuration " + configuration.name() + ": " + e.found(), e.expected(), e.maybe(), e);
    }
  }

  /// `a.b.c=value` for every key of `set`; paths of data are meant relative to the study's file.
  private static List<String> settings(ObjectNode set, Path folder) {
    List<String> settings = new ArrayList<>();
    for (var entry : set.properties()) {
      JsonNode value = entry.getValue();
      boolean path = PATHS.contains(entry.getKey()) && value.isTextual();
      String text =
          path ? folder.resolve(value.textValue()).normalize().toString() : value.toString();
      settings.add(entry.getKey() + "=" + text);
    }
    return settings;
  }

  private static void requireContents(StudyConfig config, ObjectNode tree, Path file) {
    if (config.experiment().isEmpty()) {
      throw new InputException(
          file + ": found no \"experiment\"",
          "the file of the experiment that is varied",
          tree.has("optimiser") || tree.has("model")
              ? "Maybe this is an experiment: train " + file + "?"
              : "");
    }
    if (config.configurations().isEmpty()) {
      throw new InputException(file + ": found no configurations", "at least one", "");
    }
  }
}
