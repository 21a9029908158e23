package org.costate.interop.data;

import java.util.Set;

/// How a CSV file is to be read.
///
/// @param header whether the first row names the columns; otherwise they are `0`, `1`, …
/// @param separator between cells
/// @param textColumns columns whose cells are kept as text: dates, names of classes
public record CsvOptions(boolean header, char separator, Set<String> textColumns) {
  /// A header, commas, numbers everywhere.
  public static final CsvOptions NUMERIC = new CsvOptions(true, ',', Set.of());

  public CsvOptions {
    textColumns = Set.copyOf(textColumns);
  }

  /// The same, with these columns kept as text.
  public CsvOptions withText(String... columns) {
    return new CsvOptions(header, separator, Set.of(columns));
  }
}
