package org.costate.interop.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.costate.model.InputException;
import org.costate.model.state.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvFileTest {
  @TempDir private Path folder;

  @Test
  void numbersDatesAndClassesAreRead() throws IOException {
    Path file =
        write("date,x,\"y, z\",kind\n2016-07-01 00:00:00,1.5,-2e3,b\r\n2016-07-02,.5, 4 ,a\n\n");
    Table table = CsvFile.of(file, CsvOptions.NUMERIC.withText("date", "kind")).read();
    assertEquals(List.of("x", "y, z"), table.columns());
    assertEquals(2, table.rows());
    assertArrayEquals(new double[] {1.5, -2000, .5, 4}, table.values());
    assertArrayEquals(new double[] {-2000, 4}, table.values(List.of("y, z")));
    assertEquals(List.of("2016-07-01 00:00:00", "2016-07-02"), table.texts("date"));
    assertEquals(List.of("a", "b"), table.classes("kind").names());
    assertArrayEquals(new int[] {1, 0}, table.classes("kind").labels());
    InputException e = assertThrows(InputException.class, () -> table.values(List.of("xx")));
    assertTrue(e.getMessage().contains("\"x\""), e.getMessage());
  }

  @Test
  void withoutHeaderColumnsAreNumbered() throws IOException {
    Table table =
        CsvFile.of(write("1;2\n3;4\n"), new CsvOptions(false, ';', java.util.Set.of())).read();
    assertEquals(List.of("0", "1"), table.columns());
    assertArrayEquals(new double[] {1, 2, 3, 4}, table.values());
    assertArrayEquals(new int[] {0, 1}, table.classes("1").labels());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a,b\\n1,2\\n3,four\\n|row 2, column `b`: found `four`",
        "a,b\\n1,2\\n3,\\n|row 2, column `b`: found an empty cell",
        "a,b\\n1,NaN\\n|row 1, column `b`: found `NaN`",
        "a,b\\n1,Infinity\\n|row 1, column `b`: found `Infinity`",
        "a,b\\n1,1e999\\n|row 1, column `b`: found `1e999`",
        "a,b\\n1,0x1p3\\n|row 1, column `b`",
        "a,b\\n1,1f\\n|row 1, column `b`",
        "a,b\\n1,2\\n3\\n|row 2: found 1 cells, expected 2",
        "a,b\\n1,2,3\\n|row 1: found 3 cells, expected 2",
        "a,a\\n1,2\\n|empty or twice",
        "a,b\\n|no rows",
        "''|empty file",
        "a,b\\n1,\"2\\n|row 1",
      })
  void errorsNameRowAndColumn(String text, String expected) throws IOException {
    Path file = write(text.replace("\\n", "\n"));
    InputException e =
        assertThrows(InputException.class, () -> CsvFile.of(file, CsvOptions.NUMERIC).read());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
  }

  @Test
  void bytesThatAreNotTextAreRefused() throws IOException {
    Path file = folder.resolve("latin.csv");
    Files.write(file, new byte[] {'a', '\n', '1', '\n', (byte) 0xe4, '\n'});
    InputException e =
        assertThrows(InputException.class, () -> CsvFile.of(file, CsvOptions.NUMERIC).read());
    assertTrue(e.getMessage().contains("not UTF-8"), e.getMessage());
  }

  @Test
  void rowsAreStreamed() throws IOException {
    Path file = folder.resolve("long.csv");
    int rows = 200_000;
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("i,square\n");
      for (long i = 1; i <= rows; i++) {
        out.write(i + "," + i * i + "\n");
      }
    }
    double[] sums = new double[2];
    CsvFile.of(file, CsvOptions.NUMERIC)
        .forEachRow(
            (row, values, texts) -> {
              assertEquals((double) row, values[0]);
              sums[0] += values[0];
              sums[1] += values[1];
            });
    assertEquals(rows * (rows + 1.0) / 2, sums[0]);
    assertEquals(rows * (rows + 1.0) * (2.0 * rows + 1) / 6, sums[1], 1);
  }

  @Test
  void standardisedColumnsHaveMeanZeroAndDeviationOne() {
    double[] values = {1e9 + 1, 5, 1e9 + 2, 5, 1e9 + 3, 5};
    Standardisation scale = Standardisation.of(values, 2);
    double[] scaled = scale.apply(values);
    assertEquals(-Math.sqrt(1.5), scaled[0], 1e-12);
    assertEquals(0, scaled[2], 1e-12);
    assertEquals(0, scaled[1], 0);
    assertArrayEquals(values, scale.undo(scaled), 1e-6);
  }

  @Test
  void forecastsLieTheHorizonAhead() {
    Series series = new Series(2, new double[] {0, 10, 1, 11, 2, 12, 3, 13, 4, 14});
    int[] starts = Windows.consecutive(series.length(), Series.span(2, 2), 1);
    Batch batch = series.forecasts(starts, 2, 2, new int[] {1});
    assertArrayEquals(new double[] {0, 10, 1, 11, 1, 11, 2, 12}, batch.input().orElseThrow());
    assertArrayEquals(new double[] {12, 13, 13, 14}, batch.target().orElseThrow());
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("data.csv"), text);
  }
}
