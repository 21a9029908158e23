package org.costate.interop.data;

import static org.costate.model.file.FileTrouble.printable;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.costate.model.InputException;
import org.costate.model.Suggestion;
import org.costate.model.file.FileTrouble;

/// Reads CSV files of numbers row by row, so that a file of any length can be worked through; every
/// error names row and column. Rows are counted from 1, the header not included.
public final class CsvFile {
  private static final CsvMapper MAPPER =
      CsvMapper.builder()
          .enable(CsvParser.Feature.WRAP_AS_ARRAY)
          .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
          .enable(CsvParser.Feature.TRIM_SPACES)
          .build();

  private final Path path;
  private final CsvOptions options;

  private CsvFile(Path path, CsvOptions options) {
    this.path = path;
    this.options = options;
  }

  /// What is done with a row.
  @FunctionalInterface
  public interface RowConsumer {
    /// Takes one row; both arrays are used again for the next.
    ///
    /// @param row its number
    /// @param values cells of the numeric columns, in their order
    /// @param texts cells of the text columns, in their order
    void accept(long row, double[] values, String[] texts);
  }

  /// A file, not read yet.
  public static CsvFile of(Path path, CsvOptions options) {
    return new CsvFile(path, options);
  }

  /// Names of all columns.
  ///
  /// @throws InputException if the file cannot be read or holds no row
  public List<String> columns() {
    try (MappingIterator<String[]> rows = open()) {
      return columns(firstRow(rows));
    } catch (IOException e) {
      throw FileTrouble.reading(path, e);
    }
  }

  /// Hands every row to `consumer`, in order, holding one row at a time.
  ///
  /// @throws InputException if the file cannot be read, a row has too many or too few cells, or a
  ///     cell of a numeric column holds no finite number
  public void forEachRow(RowConsumer consumer) {
    long row = 0;
    try (MappingIterator<String[]> rows = open()) {
      String[] cells = firstRow(rows);
      List<String> columns = columns(cells);
      boolean[] text = new boolean[columns.size()];
      for (int j = 0; j < text.length; j++) {
        text[j] = isText(columns.get(j));
      }
      int texts = options.textColumns().size();
      double[] values = new double[text.length - texts];
      String[] words = new String[texts];
      boolean more = !options.header();
      while (more || rows.hasNextValue()) {
        cells = more ? cells : rows.nextValue();
        more = false;
        convert(++row, cells, columns, text, values, words);
        consumer.accept(row, values, words);
      }
    } catch (JacksonException e) {
      throw unreadable(row + 1, printable(e.getOriginalMessage()), e);
    } catch (CharacterCodingException e) {
      throw unreadable(row + 1, "bytes that are not UTF-8", e);
    } catch (IOException e) {
      throw FileTrouble.reading(path, e);
    }
  }

  /// All rows at once.
  ///
  /// @throws InputException as [#forEachRow], or if there are no rows or too many
  public Table read() {
    List<String> columns = columns();
    List<String> numeric = columns.stream().filter(c -> !isText(c)).toList();
    List<String> worded = columns.stream().filter(this::isText).toList();
    Table.Builder table = new Table.Builder(path.toString(), numeric, worded);
    forEachRow((row, values, texts) -> table.add(values, texts));
    return table.build();
  }

  private boolean isText(String column) {
    return options.textColumns().contains(column);
  }

  private MappingIterator<String[]> open() throws IOException {
    Reader in =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(path), StandardCharsets.UTF_8.newDecoder()));
    CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(options.separator());
    return MAPPER.readerFor(String[].class).with(schema).readValues(in);
  }

  private String[] firstRow(MappingIterator<String[]> rows) throws IOException {
    if (!rows.hasNextValue()) {
      throw new InputException(path + ": found an empty file", "rows of numbers", "");
    }
    String[] first = rows.nextValue();
    if (first[0].startsWith("\ufeff")) {
      first[0] = first[0].substring(1);
    }
    return first;
  }

  private List<String> columns(String[] first) {
    List<String> columns =
        options.header()
            ? List.of(first)
            : IntStream.range(0, first.length).mapToObj(String::valueOf).toList();
    Set<String> seen = new HashSet<>();
    for (String column : columns) {
      if (column.isEmpty() || !seen.add(column)) {
        throw new InputException(
            path + ": header: found `" + printable(column) + "` empty or twice",
            "one name per column",
            "");
      }
    }
    for (String wanted : options.textColumns()) {
      if (!seen.contains(wanted)) {
        throw new InputException(
            path + ": found no column `" + wanted + "`",
            "one of that name",
            Suggestion.remedy(wanted, columns));
      }
    }
    return columns;
  }

  private void convert(
      long row,
      String[] cells,
      List<String> columns,
      boolean[] text,
      double[] values,
      String[] texts) {
    if (cells.length != columns.size()) {
      throw new InputException(
          path + ": row " + row + ": found " + cells.length + " cells",
          columns.size() + " as in the first row",
          "");
    }
    int number = 0;
    int word = 0;
    for (int j = 0; j < cells.length; j++) {
      if (text[j]) {
        texts[word++] = cells[j];
      } else {
        values[number++] = number(row, columns.get(j), cells[j]);
      }
    }
  }

  private double number(long row, String column, String cell) {
    double value = parse(cell);
    if (!Double.isFinite(value)) {
      throw new InputException(
          path
              + ": row "
              + row
              + ", column `"
              + printable(column)
              + "`: found "
              + (cell == null || cell.isEmpty() ? "an empty cell" : "`" + printable(cell) + "`"),
          "a finite number",
          row == 1 && !options.header() ? "Maybe the first row names the columns." : "");
    }
    return value;
  }

  /// Decimal numbers only: the Java spellings `1f`, `0x1p3` are no data.
  private static double parse(String cell) {
    if (cell == null || cell.isEmpty() || cell.indexOf('x') >= 0 || cell.indexOf('X') >= 0) {
      return Double.NaN;
    }
    char last = cell.charAt(cell.length() - 1);
    if (last != '.' && !Character.isDigit(last)) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private InputException unreadable(long row, String found, Exception cause) {
    return new InputException(
        path + ": row " + row + ": found " + found, "comma-separated values", "", cause);
  }
}
