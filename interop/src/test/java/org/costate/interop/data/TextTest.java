package org.costate.interop.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.costate.model.InputException;
import org.costate.model.file.FileHash;
import org.costate.model.state.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTest {
  @TempDir private Path folder;

  @Test
  void charactersAreCodePointsInRisingOrder() {
    String text = "héllo 𝄞 world\n";
    Vocabulary vocabulary = Vocabulary.of(text);
    assertEquals(10, vocabulary.size());
    assertEquals(text, vocabulary.decode(vocabulary.encode(text)));
    assertEquals(0, vocabulary.encode("\n")[0]);
    assertEquals(vocabulary.size() - 1, vocabulary.encode("𝄞")[0]);
    Vocabulary restored = Vocabulary.restored(vocabulary.characters());
    assertArrayEquals(vocabulary.encode(text), restored.encode(text));
    InputException e = assertThrows(InputException.class, () -> vocabulary.encode("hox"));
    assertTrue(e.getMessage().contains("`x` at position 2"), e.getMessage());
    assertThrows(InputException.class, () -> Vocabulary.restored("ba"));
  }

  @Test
  void malformedBytesAreReportedWithTheirOffset() throws IOException {
    byte[] bytes = "Zürich liegt am See".getBytes(StandardCharsets.UTF_8);
    bytes[9] = (byte) 0xff;
    Path file = Files.write(folder.resolve("broken.txt"), bytes);
    InputException e = assertThrows(InputException.class, () -> Utf8Text.read(file));
    assertTrue(e.getMessage().contains("found bytes ff at byte 9"), e.getMessage());
    byte[] cut = java.util.Arrays.copyOf("ab€".getBytes(StandardCharsets.UTF_8), 4);
    Path half = Files.write(folder.resolve("cut.txt"), cut);
    InputException end = assertThrows(InputException.class, () -> Utf8Text.read(half));
    assertTrue(end.getMessage().contains("at byte 2"), end.getMessage());
  }

  @Test
  void emptyAndMissingTextsAreRefused() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.txt"), "");
    assertThrows(InputException.class, () -> Utf8Text.read(empty));
    Path marked = Files.writeString(folder.resolve("bom.txt"), "\ufeffok");
    assertEquals("ok", Utf8Text.read(marked));
    InputException e =
        assertThrows(InputException.class, () -> Utf8Text.read(folder.resolve("none.txt")));
    assertTrue(e.getMessage().contains("no such file"), e.getMessage());
  }

  @Test
  void everyNextCharacterIsPredictedOnce() {
    TokenSequence text = new TokenSequence(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8});
    int[] starts = Windows.consecutive(9, TokenSequence.span(4), 4);
    assertArrayEquals(new int[] {0, 4}, starts);
    Batch batch = text.batch(starts, 4);
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7}, batch.ids().orElseThrow());
    assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, batch.labels().orElseThrow());
    assertArrayEquals(new int[] {0}, Windows.consecutive(8, 5, 4));
    assertThrows(InputException.class, () -> Windows.consecutive(4, 5, 4));
  }

  @Test
  void randomWindowsDependOnSeedAndDrawAlone() {
    int[] first = Windows.random(100, 10, 50, 7, 3);
    assertArrayEquals(first, Windows.random(100, 10, 50, 7, 3));
    assertTrue(!java.util.Arrays.equals(first, Windows.random(100, 10, 50, 7, 4)));
    assertTrue(!java.util.Arrays.equals(first, Windows.random(100, 10, 50, 8, 3)));
    boolean[] seen = new boolean[91];
    for (int draw = 0; draw < 100; draw++) {
      for (int start : Windows.random(100, 10, 50, 7, draw)) {
        seen[start] = true;
      }
    }
    for (int start = 0; start < seen.length; start++) {
      assertTrue(seen[start], "window at " + start + " is drawn sooner or later");
    }
  }

  @Test
  void splitsAreDisjointCompleteAndSeeded() {
    assertEquals(111_540, Split.heldOut(1_115_394, 0.1), "as int(n * 0.9) characters to train");
    Split end = Split.end(10, 3);
    assertArrayEquals(new int[] {7, 8, 9}, end.validation());
    Split random = Split.random(10, 3, 5);
    boolean[] seen = new boolean[10];
    for (int row : random.training()) {
      seen[row] = true;
    }
    for (int row : random.validation()) {
      assertTrue(!seen[row]);
      seen[row] = true;
    }
    for (boolean row : seen) {
      assertTrue(row);
    }
    assertArrayEquals(random.validation(), Split.random(10, 3, 5).validation());
    assertThrows(InputException.class, () -> Split.end(3, 3));
    assertThrows(InputException.class, () -> Split.heldOut(3, 1.5));
  }

  @Test
  void hashIsThatOfTheStandard() throws IOException {
    Path file = Files.writeString(folder.resolve("abc"), "abc");
    FileHash hash = FileHash.of(file);
    // FIPS 180-4, example of one block.
    assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", hash.sha256());
    assertEquals(3, hash.bytes());
    assertEquals("abc", hash.name());
  }
}
