package org.costate.interop.json;

import static org.costate.model.file.FileTrouble.printable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.costate.model.InputException;
import org.costate.model.Suggestion;

/// The options of a JSON object, read strictly: every key is either read, or known not to change
/// a result, or refused by [#finish]. A key whose value is null counts as absent. Every method
/// throws an [InputException] that names the key if its value is not what the method says.
public final class ConfigOptions {
  private final ObjectNode tree;
  private final String file;
  private final Set<String> seen = new TreeSet<>();

  /// @param tree the object
  /// @param file where it comes from, for messages
  public ConfigOptions(ObjectNode tree, String file) {
    this.tree = tree;
    this.file = file;
  }

  /// The file, for messages.
  public String file() {
    return file;
  }

  /// Whether there is such a key, and its value is not null.
  public boolean has(String key) {
    return tree.hasNonNull(key);
  }

  private Optional<JsonNode> find(String key) {
    seen.add(key);
    return Optional.ofNullable(tree.get(key)).filter(node -> !node.isNull());
  }

  /// A positive integer that must be there.
  public int size(String key) {
    return find(key)
        .map(node -> size(key, node))
        .orElseThrow(() -> new InputException(file + ": found no " + key, "a size", ""));
  }

  /// A positive integer.
  public int size(String key, int otherwise) {
    return find(key).map(node -> size(key, node)).orElse(otherwise);
  }

  private int size(String key, JsonNode node) {
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 1) {
      throw wrong(key, node, "an integer from 1 on");
    }
    return node.intValue();
  }

  /// A finite number that is not negative.
  public double number(String key, double otherwise) {
    return find(key)
        .map(
            node -> {
              double value = node.isNumber() ? node.doubleValue() : Double.NaN;
              if (!(value >= 0 && Double.isFinite(value))) {
                throw wrong(key, node, "a number from 0 on");
              }
              return value;
            })
        .orElse(otherwise);
  }

  /// True or false.
  public boolean flag(String key, boolean otherwise) {
    return find(key)
        .map(
            node -> {
              if (!node.isBoolean()) {
                throw wrong(key, node, "true or false");
              }
              return node.booleanValue();
            })
        .orElse(otherwise);
  }

  /// A text.
  public Optional<String> text(String key) {
    return find(key)
        .map(
            node -> {
              if (!node.isTextual()) {
                throw wrong(key, node, "a text");
              }
              return node.textValue();
            });
  }

  /// An object inside this one; its keys are read and refused like those of this one.
  public Optional<ConfigOptions> inner(String key) {
    return find(key)
        .map(
            node -> {
              if (node instanceof ObjectNode object) {
                return new ConfigOptions(object, file + ": " + key);
              }
              throw wrong(key, node, "an object");
            });
  }

  /// A size that may be written once for both directions or as a pair of equals.
  public int square(String key, int otherwise) {
    return find(key)
        .map(
            node -> {
              boolean pair = node.isArray() && node.size() == 2 && node.get(0).equals(node.get(1));
              return size(key, pair ? node.get(0) : node);
            })
        .orElse(otherwise);
  }

  /// A height and a width; one number means both.
  public List<Integer> sides(String key, int otherwise) {
    return find(key)
        .map(
            node ->
                node.isArray() && node.size() == 2
                    ? List.of(size(key, node.get(0)), size(key, node.get(1)))
                    : List.of(size(key, node), size(key, node)))
        .orElse(List.of(otherwise, otherwise));
  }

  /// One of the words that `known` gives a meaning.
  public <T> T word(String key, Map<String, T> known, String otherwise) {
    String word = text(key).orElse(otherwise);
    T meaning = known.get(word);
    if (meaning == null) {
      throw refused(key, "\"" + printable(word) + "\"", "one of " + new TreeSet<>(known.keySet()));
    }
    return meaning;
  }

  /// One of the words that `known` gives a meaning, where there is one.
  public <T> Optional<T> optionalWord(String key, Map<String, T> known) {
    return text(key).map(word -> word(key, known, word));
  }

  /// Refuses every value of `key` but absence and those given, as JSON.
  public void allow(String key, String... values) {
    find(key)
        .ifPresent(
            node -> {
              if (!List.of(values).contains(node.toString())) {
                throw refused(
                    key,
                    printable(node.toString()),
                    values.length == 0 ? "no such option" : String.join(" or ", values));
              }
            });
  }

  /// Takes note of keys that do not change what a model computes.
  public void ignore(Collection<String> keys) {
    seen.addAll(keys);
  }

  /// Refuses every key that was neither read nor ignored.
  public void finish() {
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      String key = entry.getKey();
      if (!seen.contains(key) && !entry.getValue().isNull() && !key.startsWith("_")) {
        throw new InputException(
            file + ": found the option " + printable(key),
            "only options whose effect is known",
            Suggestion.nearest(key, seen)
                .map(known -> "Maybe " + known + "?")
                .orElse("Maybe remove it if it does not change what the model computes."));
      }
    }
  }

  /// A text that must be there.
  public String requiredText(String key) {
    return text(key)
        .orElseThrow(() -> new InputException(file + ": found no " + key, "a text", ""));
  }

  /// An integer from 0 on.
  public int count(String key, int otherwise) {
    return find(key)
        .map(
            node -> {
              if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 0) {
                throw wrong(key, node, "an integer from 0 on");
              }
              return node.intValue();
            })
        .orElse(otherwise);
  }

  /// An object that must be there.
  public ConfigOptions requiredInner(String key) {
    return inner(key)
        .orElseThrow(() -> new InputException(file + ": found no " + key, "an object", ""));
  }

  /// A list of objects that must be there.
  public List<ConfigOptions> list(String key) {
    List<ConfigOptions> items = new ArrayList<>();
    JsonNode node =
        find(key).orElseThrow(() -> new InputException(file + ": found no " + key, "a list", ""));
    for (JsonNode item : node) {
      if (!node.isArray() || !(item instanceof ObjectNode object)) {
        throw wrong(key, node, "a list of objects");
      }
      items.add(new ConfigOptions(object, file + ": " + key));
    }
    return items;
  }

  /// All texts of an object of texts.
  public Map<String, String> texts(String key) {
    Map<String, String> texts = new TreeMap<>();
    find(key)
        .ifPresent(
            node -> {
              for (Map.Entry<String, JsonNode> entry : node.properties()) {
                if (!entry.getValue().isTextual()) {
                  throw wrong(key + "." + entry.getKey(), entry.getValue(), "a text");
                }
                texts.put(entry.getKey(), entry.getValue().textValue());
              }
            });
    return texts;
  }

  /// The error for an option that would change the result and is not supported.
  public InputException refused(String key, String found, String expected) {
    return new InputException(
        file + ": found " + key + " = " + found,
        expected,
        "Maybe the model cannot be represented yet; it is not imported with another meaning.");
  }

  private InputException wrong(String key, JsonNode node, String expected) {
    return new InputException(
        file + ": found " + key + " = " + printable(node.toString()), expected, "");
  }
}
