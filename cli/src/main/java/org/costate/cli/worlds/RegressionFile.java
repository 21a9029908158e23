package org.costate.cli.worlds;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.costate.control.leastsquares.KeptRows;
import org.costate.control.leastsquares.RegressionData;
import org.costate.interop.data.CsvFile;
import org.costate.interop.data.CsvOptions;
import org.costate.model.InputException;
import org.costate.model.Suggestion;

/// A CSV file as the rows of a regression: streamed; kept in memory only if small.
public final class RegressionFile {
  private static final int MOST_LEVELS = 1000;

  /// Numbers kept in memory: 256 MB.
  private static final long MOST_KEPT = 1L << 25;

  private final Path path;
  private final CsvFile file;
  private final List<String> numbers;
  private final List<String> words;
  private final List<FeatureReader.Feature> features;
  private final Map<String, SortedSet<String>> levels;
  private final int target;
  private final int weights;

  /// How columns of a file are to be used.
  ///
  /// @param target the column that is explained
  /// @param weights the column with weights of rows
  /// @param ignored columns that are left out
  /// @param categories columns of text that become a column for every level but the first
  public record Columns(
      String target, Optional<String> weights, Set<String> ignored, Set<String> categories) {
    public Columns {
      ignored = Set.copyOf(ignored);
      categories = Set.copyOf(categories);
    }
  }

  private RegressionFile(
      Path path,
      CsvFile file,
      List<String> all,
      List<FeatureReader.Feature> features,
      Map<String, SortedSet<String>> levels,
      Columns columns) {
    this.path = path;
    this.file = file;
    this.levels = levels;
    this.features = List.copyOf(features);
    Set<String> text = text(columns);
    numbers = all.stream().filter(c -> !text.contains(c)).toList();
    words = all.stream().filter(text::contains).toList();
    target = numbers.indexOf(columns.target());
    weights = columns.weights().map(numbers::indexOf).orElse(-1);
  }

  /// Looks at the header of `path`, and at all rows where there are columns of text.
  ///
  /// @throws InputException if the file cannot be read or a column is missing
  public static RegressionFile open(Path path, Columns columns, boolean intercept) {
    CsvFile file = CsvFile.of(path, new CsvOptions(true, ',', text(columns)));
    List<String> all = file.columns();
    requireColumn(path, "--target", columns.target(), all);
    columns.weights().ifPresent(name -> requireColumn(path, "--weights", name, all));
    Set<String> used = new HashSet<>(text(columns));
    if (used.contains(columns.target())
        || columns.weights().map(used::contains).orElse(false)
        || columns.weights().map(columns.target()::equals).orElse(false)) {
      throw new InputException(
          path + ": found target or weights among the other columns named", "one use each", "");
    }
    Map<String, SortedSet<String>> levels = levels(file, all, columns);
    List<FeatureReader.Feature> features = new ArrayList<>();
    for (String column : all) {
      if (columns.categories().contains(column)) {
        levels.get(column).stream()
            .skip(intercept ? 1 : 0)
            .forEach(
                level ->
                    features.add(
                        new FeatureReader.Feature(
                            column + "=" + level, column, Optional.of(level))));
      } else if (!used.contains(column)
          && !column.equals(columns.target())
          && !column.equals(columns.weights().orElse(null))) {
        features.add(new FeatureReader.Feature(column, column, Optional.empty()));
      }
    }
    if (features.isEmpty()) {
      throw new InputException(
          path + ": found no column beside the target", "at least one feature", "");
    }
    return new RegressionFile(path, file, all, features, levels, columns);
  }

  private static Set<String> text(Columns columns) {
    Set<String> text = new HashSet<>(columns.ignored());
    text.addAll(columns.categories());
    return text;
  }

  private static void requireColumn(Path path, String option, String name, List<String> all) {
    if (!all.contains(name)) {
      throw new InputException(
          path + ": found no column \"" + name + "\" for " + option,
          "one of that name",
          Suggestion.remedy(name, all));
    }
  }

  private static Map<String, SortedSet<String>> levels(
      CsvFile file, List<String> all, Columns columns) {
    Map<String, SortedSet<String>> levels = new LinkedHashMap<>();
    columns.categories().forEach(name -> levels.put(name, new TreeSet<>()));
    if (levels.isEmpty()) {
      return levels;
    }
    List<String> words = all.stream().filter(text(columns)::contains).toList();
    file.forEachRow(
        (row, values, texts) -> {
          for (int i = 0; i < words.size(); i++) {
            SortedSet<String> seen = levels.get(words.get(i));
            if (seen != null && seen.add(texts[i]) && seen.size() > MOST_LEVELS) {
              throw new InputException(
                  "--one-hot " + words.get(i) + ": found more than " + MOST_LEVELS + " levels",
                  "a column of categories",
                  "Maybe --ignore " + words.get(i) + "?");
            }
          }
        });
    return levels;
  }

  /// Names of the features.
  public List<String> names() {
    return features.stream().map(FeatureReader.Feature::name).toList();
  }

  /// The rows, kept in memory if they are few; errors in cells appear when they are read.
  public RegressionData data() {
    return new KeptRows(streamed(), MOST_KEPT);
  }

  private RegressionData streamed() {
    FeatureReader reader = new FeatureReader(path, numbers, words, features);
    return new RegressionData() {
      @Override
      public int features() {
        return features.size();
      }

      @Override
      public void forEach(Row consumer) {
        double[] x = new double[features.size()];
        hinted(
            () ->
                file.forEachRow(
                    (row, values, texts) -> {
                      reader.read(values, texts, x);
                      double weight = weights < 0 ? 1 : values[weights];
                      if (weight < 0) {
                        throw new InputException(
                            path + ": row " + row + ": found the weight " + weight,
                            "at least 0",
                            "");
                      }
                      consumer.accept(x, values[target], weight);
                    }));
      }
    };
  }

  /// The features of the rows of another file, which needs no target.
  ///
  /// @return `[rows, features]`, row-major
  /// @throws InputException if a feature is missing or a category is new
  public double[] read(Path other) {
    List<String> all = CsvFile.of(other, CsvOptions.NUMERIC).columns();
    Set<String> text = new HashSet<>(all);
    for (FeatureReader.Feature feature : features) {
      requireColumn(other, "--predict", feature.column(), all);
      if (feature.level().isEmpty()) {
        text.remove(feature.column());
      }
    }
    FeatureReader reader =
        new FeatureReader(
            other,
            all.stream().filter(c -> !text.contains(c)).toList(),
            all.stream().filter(text::contains).toList(),
            features);
    List<double[]> rows = new ArrayList<>();
    CsvFile.of(other, new CsvOptions(true, ',', text))
        .forEachRow(
            (row, values, texts) -> {
              double[] x = new double[features.size()];
              reader.read(values, texts, x);
              reader.requireKnown(row, texts, levels);
              rows.add(x);
            });
    if (rows.isEmpty()) {
      throw new InputException(other + ": found no rows", "at least one below the header", "");
    }
    double[] flat = new double[Math.multiplyExact(rows.size(), features.size())];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, flat, i * features.size(), features.size());
    }
    return flat;
  }

  /// A cell that is no number may be a category.
  private static void hinted(Runnable reading) {
    try {
      reading.run();
    } catch (InputException e) {
      if (e.expected().equals("a finite number") && e.maybe().isEmpty()) {
        throw new InputException(
            e.found(),
            e.expected(),
            "Maybe leave the row out, or --one-hot or --ignore the column?",
            e);
      }
      throw e;
    }
  }
}
