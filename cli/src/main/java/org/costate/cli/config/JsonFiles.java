package org.costate.cli.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.costate.interop.json.StrictJson;
import org.costate.model.InputException;
import org.costate.model.Suggestion;

/// Reads configuration files: strict JSON, bounded in size and depth, with overrides from the
/// command line.
public final class JsonFiles {
  private JsonFiles() {}

  /// The tree in `file`.
  ///
  /// @throws InputException if there is no such file or it is not one JSON object
  public static ObjectNode read(Path file) {
    if (!Files.exists(file)) {
      throw new InputException(file + ": found no such file", "a JSON file", neighbours(file));
    }
    return StrictJson.read(file);
  }

  /// Applies `a.b.c=value` overrides to `tree`; a value is JSON where it parses as a number,
  /// boolean, null, list or quoted text, and a text otherwise.
  ///
  /// @throws InputException if an override has no `=` or runs through something that is no object
  public static void override(ObjectNode tree, List<String> overrides) {
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals <= 0) {
        throw new InputException(
            "--set " + override + ": found no key and value", "a.b.c=value", "");
      }
      String[] path = override.substring(0, equals).split("\\.", -1);
      ObjectNode place = tree;
      for (int i = 0; i + 1 < path.length; i++) {
        JsonNode next = place.get(path[i]);
        if (next == null || next.isNull()) {
          next = place.putObject(path[i]);
        }
        if (!(next instanceof ObjectNode object)) {
          throw new InputException(
              "--set " + override + ": found a value at \"" + path[i] + "\"", "an object", "");
        }
        place = object;
      }
      place.set(path[path.length - 1], literal(override.substring(equals + 1), place));
    }
  }

  private static JsonNode literal(String text, ObjectNode place) {
    try {
      return StrictJson.parse("{\"value\": " + text + "}", "--set").get("value");
    } catch (InputException e) {
      return place.textNode(text);
    }
  }

  private static String neighbours(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return "";
    }
    try (var entries = Files.list(folder)) {
      List<String> names = entries.map(p -> p.getFileName().toString()).sorted().toList();
      return Suggestion.nearest(file.getFileName().toString(), names)
          .map(name -> "Maybe \"" + file.resolveSibling(name) + "\"?")
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
