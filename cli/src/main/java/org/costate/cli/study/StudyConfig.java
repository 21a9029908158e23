package org.costate.cli.study;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.costate.interop.json.StrictJson;
import org.costate.model.InputException;
import org.costate.model.Suggestion;

/// A study as its file describes it: one experiment in named configurations.
///
/// @param name of its run folder
/// @param experiment file of the experiment that all configurations start from, relative to the
/// study's file
/// @param about what it is for, a sentence
/// @param published the result in the literature that it stands beside
/// @param set keys `a.b.c` and values that all configurations share, on top of the experiment
/// @param seeds seeds of every configuration that names none of its own
/// @param milestones iterations after which the objective is compared, for solvers on one fixed
/// objective; none if empty
/// @param trends what is expected of the results, judged by the runs
/// @param configurations what is compared
public record StudyConfig(
    String name,
    String experiment,
    String about,
    Optional<Published> published,
    ObjectNode set,
    List<Long> seeds,
    List<Long> milestones,
    List<Trend> trends,
    List<Configuration> configurations) {

  /// One configuration.
  ///
  /// @param name of its folder
  /// @param set keys and values on top of those of the study
  /// @param seeds its seeds
  /// @param published what the literature reports for it
  public record Configuration(
      String name,
      Optional<ObjectNode> set,
      Optional<List<Long>> seeds,
      Optional<Double> published) {}

  /// A published counterpart.
  ///
  /// @param source where it is published
  /// @param quantity what its numbers are
  /// @param statement what it found, with its setting
  public record Published(String source, String quantity, String statement) {}

  /// What a study file may leave out; there is no default for what it compares.
  static final StudyConfig DEFAULT =
      new StudyConfig(
          "study",
          "",
          "",
          Optional.empty(),
          StrictJson.object(),
          List.of(1L),
          List.of(),
          List.of(),
          List.of());

  private static final String PLAIN = "[A-Za-z0-9][A-Za-z0-9._+-]*";

  /// @throws InputException if names are no file names or occur twice, or nothing is compared
  public StudyConfig {
    requireFileName("name", name);
    requireSeeds("seeds", seeds);
    if (milestones.stream().anyMatch(k -> k < 0)
        || !milestones.equals(milestones.stream().distinct().sorted().toList())) {
      throw new InputException(
          "milestones: found " + milestones, "rising numbers of at least 0", "");
    }
    Set<String> names = new LinkedHashSet<>();
    for (Configuration configuration : configurations) {
      requireFileName("configurations.name", configuration.name());
      configuration.seeds().ifPresent(own -> requireSeeds(configuration.name() + ".seeds", own));
      if (!names.add(configuration.name())) {
        throw new InputException(
            "found two configurations of the name \"" + configuration.name() + "\"",
            "a name for each",
            "");
      }
    }
    for (Trend trend : trends) {
      requireKnown(trend.configuration(), names);
      trend.than().ifPresent(other -> requireKnown(other, names));
    }
  }

  /// The seeds of one of its configurations.
  List<Long> seeds(Configuration configuration) {
    return configuration.seeds().orElse(seeds);
  }

  private static void requireKnown(String name, Set<String> names) {
    if (!names.contains(name)) {
      throw new InputException(
          "trends: found the configuration \"" + name + "\"",
          "one of " + String.join(", ", names),
          Suggestion.remedy(name, names));
    }
  }

  private static void requireFileName(String key, String name) {
    if (!name.matches(PLAIN)) {
      throw new InputException(
          key + ": found \"" + name + "\"", "letters, digits and . _ + - (it names a folder)", "");
    }
  }

  private static void requireSeeds(String key, List<Long> seeds) {
    if (seeds.isEmpty() || new HashSet<>(seeds).size() < seeds.size()) {
      throw new InputException(key + ": found " + seeds, "at least one seed, none twice", "");
    }
  }
}
