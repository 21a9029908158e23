package org.costate.cli.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// JSON trees as flat tables `a.b.c` → value, and what differs between them.
public final class FlatTree {
  /// What a table shows where a tree has no such key.
  public static final String ABSENT = "–";

  private FlatTree() {}

  /// One key with its value in every tree.
  public record Row(String key, List<String> values) {
    /// Whether all values are the same.
    public boolean same() {
      return values.stream().distinct().count() <= 1;
    }
  }

  /// All leaves of `tree`; texts without quotes, lists as they stand.
  public static Map<String, String> of(ObjectNode tree) {
    Map<String, String> values = new LinkedHashMap<>();
    flatten("", tree, values);
    return values;
  }

  /// The keys of all tables, in alphabetical order, with their values.
  public static List<Row> rows(List<Map<String, String>> columns) {
    TreeSet<String> keys = new TreeSet<>();
    columns.forEach(column -> keys.addAll(column.keySet()));
    return keys.stream()
        .map(key -> new Row(key, columns.stream().map(c -> c.getOrDefault(key, ABSENT)).toList()))
        .toList();
  }

  /// Those of [#rows] that differ.
  public static List<Row> differing(List<Map<String, String>> columns) {
    return rows(columns).stream().filter(row -> !row.same()).toList();
  }

  private static void flatten(String path, JsonNode node, Map<String, String> values) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              e ->
                  flatten(
                      path.isEmpty() ? e.getKey() : path + "." + e.getKey(), e.getValue(), values));
    } else {
      values.put(path, node.isTextual() ? node.textValue() : node.toString());
    }
  }
}
