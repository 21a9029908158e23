package org.costate.interop.json;

import static org.costate.model.file.FileTrouble.printable;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.costate.model.InputException;
import org.costate.model.file.FileTrouble;

/// Reads JSON objects from files: bounded in size and depth, no key twice, nothing behind the end.
public final class StrictJson {
  /// An index of a model with a hundred thousand tensors takes less.
  private static final long MOST_BYTES = 32L << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxNumberLength(40)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  /// The object in `file`.
  ///
  /// @throws InputException if the file cannot be read or does not hold one JSON object
  public static ObjectNode read(Path file) {
    try {
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw new InputException(
            file + ": found " + size + " bytes", "JSON of at most " + MOST_BYTES, "");
      }
      return parse(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
  }

  /// The object in `text`, which messages call `name`.
  ///
  /// @throws InputException if it is not one JSON object
  public static ObjectNode parse(String text, String name) {
    try {
      JsonNode tree = MAPPER.readTree(text);
      if (tree instanceof ObjectNode object) {
        return object;
      }
      throw new InputException(name + ": found no JSON object", "one { … }", "");
    } catch (JacksonException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      throw new InputException(
          name + ": found broken JSON" + where + " (" + printable(e.getOriginalMessage()) + ")",
          "one JSON object",
          "",
          e);
    }
  }

  /// A new, empty object.
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /// The text of a tree, indented, the same on every system, with a line feed at its end.
  public static String text(JsonNode tree) {
    try {
      DefaultPrettyPrinter printer =
          new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
      return MAPPER.writer(printer).writeValueAsString(tree) + "\n";
    } catch (JacksonException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }
}
