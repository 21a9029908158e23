package org.costate.interop.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.costate.model.InputException;
import org.costate.model.Suggestion;

/// A table in memory: columns of numbers and columns of text.
public final class Table {
  private final String file;
  private final List<String> columns;
  private final double[] values;
  private final List<String> textColumns;
  private final List<String[]> texts;
  private final int rows;

  private Table(Builder from) {
    this.file = from.file;
    this.columns = from.columns;
    this.values = Arrays.copyOf(from.values, from.rows * from.columns.size());
    this.textColumns = from.textColumns;
    this.texts = List.copyOf(from.texts);
    this.rows = from.rows;
  }

  /// Number of rows.
  public int rows() {
    return rows;
  }

  /// Names of the numeric columns.
  public List<String> columns() {
    return columns;
  }

  /// All numbers, `[rows, columns]`, row-major; a copy.
  public double[] values() {
    return values.clone();
  }

  /// The numbers of the named columns, `[rows, names]`, row-major.
  ///
  /// @throws InputException if there is no such column
  public double[] values(List<String> names) {
    int[] places = names.stream().mapToInt(this::place).toArray();
    double[] chosen = new double[Math.multiplyExact(rows, places.length)];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < places.length; j++) {
        chosen[i * places.length + j] = values[i * columns.size() + places[j]];
      }
    }
    return chosen;
  }

  /// The texts of the named column.
  ///
  /// @throws InputException if there is no such column
  public List<String> texts(String name) {
    int place = textColumns.indexOf(name);
    if (place < 0) {
      throw missing(name, textColumns);
    }
    return texts.stream().map(row -> row[place]).toList();
  }

  /// The classes in the named column: its distinct cells in rising order (of numbers, or of text
  /// where it was read as text), and for every row the place of its class among them.
  ///
  /// @throws InputException if there is no such column or a number in it is no integer
  public Classes classes(String name) {
    List<String> cells;
    List<String> names;
    if (textColumns.contains(name)) {
      cells = texts(name);
      names = cells.stream().distinct().sorted().toList();
    } else {
      int[] numbers = integers(name);
      cells = Arrays.stream(numbers).mapToObj(String::valueOf).toList();
      names = Arrays.stream(numbers).distinct().sorted().mapToObj(String::valueOf).toList();
    }
    return new Classes(names, cells.stream().mapToInt(names::indexOf).toArray());
  }

  /// Classes of rows.
  ///
  /// @param names what each class is called
  /// @param labels class of every row
  public record Classes(List<String> names, int[] labels) {}

  private int[] integers(String name) {
    double[] column = values(List.of(name));
    int[] integers = new int[rows];
    for (int i = 0; i < rows; i++) {
      integers[i] = (int) column[i];
      if (integers[i] != column[i]) {
        throw new InputException(
            file + ": row " + (i + 1) + ", column `" + name + "`: found " + column[i],
            "an integer, the number of a class",
            "");
      }
    }
    return integers;
  }

  private int place(String name) {
    int place = columns.indexOf(name);
    if (place < 0) {
      throw missing(name, columns);
    }
    return place;
  }

  private InputException missing(String name, List<String> known) {
    return new InputException(
        file + ": found no column `" + name + "`",
        "one of that name",
        Suggestion.remedy(name, known));
  }

  /// Collects rows.
  static final class Builder {
    private final String file;
    private final List<String> columns;
    private final List<String> textColumns;
    private final List<String[]> texts = new ArrayList<>();
    private double[] values = new double[1024];
    private int rows;

    Builder(String file, List<String> columns, List<String> textColumns) {
      this.file = file;
      this.columns = columns;
      this.textColumns = textColumns;
    }

    void add(double[] row, String[] words) {
      long needed = (rows + 1L) * row.length;
      if (needed > Integer.MAX_VALUE - 8) {
        throw new InputException(
            file + ": found more than " + rows + " rows",
            "at most 2^31 numbers in memory",
            "Maybe read it row by row.");
      }
      if (needed > values.length) {
        long larger = Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * values.length));
        values = Arrays.copyOf(values, (int) larger);
      }
      System.arraycopy(row, 0, values, rows * row.length, row.length);
      if (!textColumns.isEmpty()) {
        texts.add(words.clone());
      }
      rows++;
    }

    Table build() {
      if (rows == 0) {
        throw new InputException(file + ": found no rows", "at least one below the header", "");
      }
      return new Table(this);
    }
  }
}
