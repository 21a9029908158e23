package org.costate.interop.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.costate.model.InputException;
import org.costate.model.file.FileTrouble;

/// Reads text files in UTF-8, strictly.
public final class Utf8Text {
  /// Texts beyond this are not held in memory at once.
  private static final long MOST_BYTES = 1L << 30;

  private Utf8Text() {}

  /// The whole text of `file`, without a byte order mark.
  ///
  /// @throws InputException if the file cannot be read, is empty, or holds bytes that are not UTF-8
  ///     (with the offset of the first)
  public static String read(Path file) {
    try {
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw new InputException(
            file + ": found " + size + " bytes of text", "at most " + MOST_BYTES, "");
      }
      String text = decode(ByteBuffer.wrap(Files.readAllBytes(file)), file.toString());
      if (text.isEmpty()) {
        throw new InputException(file + ": found an empty text", "at least one character", "");
      }
      return text;
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
  }

  private static String decode(ByteBuffer bytes, String name) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer chars = CharBuffer.allocate(bytes.remaining() + 1);
    CoderResult result = decoder.decode(bytes, chars, true);
    if (result.isError()) {
      byte[] wrong = new byte[result.length()];
      int at = bytes.position();
      bytes.get(wrong);
      throw new InputException(
          name + ": found bytes " + HexFormat.ofDelimiter(" ").formatHex(wrong) + " at byte " + at,
          "UTF-8 text",
          "Maybe convert it: iconv -f LATIN1 -t UTF-8.");
    }
    chars.flip();
    boolean marked = chars.hasRemaining() && chars.get(0) == '\ufeff';
    return marked ? chars.subSequence(1, chars.length()).toString() : chars.toString();
  }
}
