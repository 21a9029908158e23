package org.costate.interop.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The table in the documentation is the one that the code draws. With the system property
/// `costate.write` set it is written instead.
class SchemeTableTest {
  private static final String BEGIN = "<!-- schemes: begin -->\n";
  private static final String END = "<!-- schemes: end -->";

  @Test
  void theDocumentedTableIsTheDrawnOne() throws IOException {
    Path page = Path.of("../docs/architectures.md");
    String text = Files.readString(page);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    assertTrue(from >= BEGIN.length() && to >= from, "the markers are there");
    if (System.getProperty("costate.write") != null) {
      text = text.substring(0, from) + SchemeTable.markdown() + text.substring(to);
      Files.writeString(page, text);
      to = text.indexOf(END);
    }
    assertEquals(SchemeTable.markdown(), text.substring(from, to));
  }
}
