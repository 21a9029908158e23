package org.costate.cli.worlds;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.costate.model.InputException;
import org.costate.model.Suggestion;

/// Turns cells of a CSV file into features.
final class FeatureReader {
  /// One feature: a numeric column, or whether a column of text has a level.
  record Feature(String name, String column, Optional<String> level) {}

  private final Path path;
  private final List<String> words;
  private final List<Feature> features;
  private final int[] places;

  FeatureReader(Path path, List<String> numbers, List<String> words, List<Feature> features) {
    this.path = path;
    this.words = words;
    this.features = features;
    places =
        features.stream()
            .mapToInt(f -> (f.level().isEmpty() ? numbers : words).indexOf(f.column()))
            .toArray();
  }

  void read(double[] values, String[] texts, double[] x) {
    for (int j = 0; j < x.length; j++) {
      Optional<String> level = features.get(j).level();
      x[j] = level.isEmpty() ? values[places[j]] : level.get().equals(texts[places[j]]) ? 1 : 0;
    }
  }

  /// The first level has no column of its own: an unknown one would pass for it, unless refused.
  void requireKnown(long row, String[] texts, Map<String, SortedSet<String>> levels) {
    for (int i = 0; i < words.size(); i++) {
      SortedSet<String> known = levels.get(words.get(i));
      if (known != null && !known.contains(texts[i])) {
        throw new InputException(
            path + ": row " + row + ", column `" + words.get(i) + "`: found `" + texts[i] + "`",
            "a category of the training rows",
            Suggestion.remedy(texts[i], known));
      }
    }
  }
}
