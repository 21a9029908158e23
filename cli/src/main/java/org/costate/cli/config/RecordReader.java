package org.costate.cli.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.costate.model.InputException;
import org.costate.model.Suggestion;

/// Reads a tree of records from JSON, strictly: what the file leaves out comes from a record of
/// defaults, and an unknown key, a wrong type or an unknown word is refused with its path, what was
/// found, what was expected and the nearest known one.
///
/// Components may be `int`, `long`, `double`, `boolean`, `String`, an enum (written in lower case
/// with hyphens), a record, an `Optional` of these (`null` means empty) or a `List` of these, or an
/// `ObjectNode`, which is any object as it stands. Records in a list have no defaults, but what is
/// `Optional` in them may be left out.
public final class RecordReader {
  private RecordReader() {}

  /// The record that `tree` describes, with `defaults` for everything it does not mention.
  ///
  /// @param path where `tree` stands, for messages: the file's name
  /// @throws InputException if the tree does not fit the record
  public static <R extends Record> R read(JsonNode tree, R defaults, String path) {
    @SuppressWarnings("unchecked")
    Class<R> type = (Class<R>) defaults.getClass();
    return type.cast(record(tree, type, defaults, path));
  }

  private static Object record(JsonNode tree, Class<?> type, Object defaults, String path) {
    require(tree.isObject(), path, tree, "an object { … }");
    RecordComponent[] components = type.getRecordComponents();
    List<String> known = Arrays.stream(components).map(RecordComponent::getName).toList();
    tree.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw new InputException(
                    path + ": found the unknown key \"" + key + "\"",
                    "one of " + String.join(", ", known),
                    Suggestion.remedy(key, known));
              }
            });
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      Object fallback = component(components[i], defaults);
      if (fallback == null && components[i].getType() == Optional.class) {
        fallback = Optional.empty();
      }
      values[i] =
          tree.has(name)
              ? value(tree.get(name), components[i].getGenericType(), fallback, path + "." + name)
              : fallback;
    }
    return construct(type, components, values, path);
  }

  private static Object value(JsonNode node, Type type, Object fallback, String path) {
    if (type instanceof ParameterizedType generic) {
      Type inner = generic.getActualTypeArguments()[0];
      return generic.getRawType() == Optional.class
          ? optional(node, inner, (Optional<?>) fallback, path)
          : list(node, inner, path);
    }
    Class<?> plain = (Class<?>) type;
    if (plain == ObjectNode.class) {
      require(node.isObject(), path, node, "an object { … }");
      return node;
    }
    if (plain.isRecord()) {
      return record(node, plain, fallback, path);
    }
    if (plain.isEnum()) {
      return word(node, plain, path);
    }
    return scalar(node, plain, path);
  }

  private static Object scalar(JsonNode node, Class<?> type, String path) {
    if (type == int.class || type == Integer.class) {
      require(
          node.canConvertToExactIntegral() && node.canConvertToInt(), path, node, "a whole number");
      return node.intValue();
    }
    if (type == long.class || type == Long.class) {
      require(
          node.canConvertToExactIntegral() && node.canConvertToLong(),
          path,
          node,
          "a whole number");
      return node.longValue();
    }
    if (type == double.class || type == Double.class) {
      require(
          node.isNumber() && Double.isFinite(node.doubleValue()), path, node, "a finite number");
      return node.doubleValue();
    }
    if (type == boolean.class || type == Boolean.class) {
      require(node.isBoolean(), path, node, "true or false");
      return node.booleanValue();
    }
    if (type == String.class) {
      require(node.isTextual(), path, node, "a text in quotes");
      return node.textValue();
    }
    throw new IllegalStateException("record reader: " + type + " at " + path + " is not supported");
  }

  private static Object optional(JsonNode node, Type inner, Optional<?> fallback, String path) {
    if (node.isNull()) {
      return Optional.empty();
    }
    return Optional.of(value(node, inner, fallback.orElse(null), path));
  }

  private static List<Object> list(JsonNode node, Type inner, String path) {
    require(node.isArray(), path, node, "a list [ … ]");
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      items.add(value(node.get(i), inner, defaults(inner), path + "[" + i + "]"));
    }
    return List.copyOf(items);
  }

  /// The constant `DEFAULT` of a record, if it has one: what an item of a list may leave out.
  private static Object defaults(Type type) {
    if (!(type instanceof Class<?> plain) || !plain.isRecord()) {
      return null;
    }
    try {
      return plain.getField("DEFAULT").get(null);
    } catch (NoSuchFieldException e) {
      return null;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("record reader: cannot read the defaults of " + type, e);
    }
  }

  private static Object word(JsonNode node, Class<?> type, String path) {
    List<String> known =
        Arrays.stream(type.getEnumConstants()).map(RecordReader::spelling).toList();
    String found = node.isTextual() ? node.textValue() : node.toString();
    int index = known.indexOf(found);
    if (index < 0) {
      throw new InputException(
          path + ": found \"" + found + "\"",
          "one of " + String.join(", ", known),
          Suggestion.remedy(found, known));
    }
    return type.getEnumConstants()[index];
  }

  /// How an enum constant is written in a configuration: `PRE_NORM` as `pre-norm`.
  public static String spelling(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Object component(RecordComponent component, Object record) {
    try {
      component.getAccessor().setAccessible(true);
      return record == null ? null : component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("record reader: cannot read " + component, e);
    }
  }

  private static Object construct(
      Class<?> type, RecordComponent[] components, Object[] values, String path) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null) {
        throw new InputException(
            path + ": found no \"" + components[i].getName() + "\"", "a value for it", "");
      }
    }
    try {
      var constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw refused(path, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("record reader: cannot construct " + type, e);
    }
  }

  private static RuntimeException refused(String path, Throwable cause) {
    return switch (cause) {
      case InputException e -> new InputException(path + ": " + e.found(), e.expected(), e.maybe());
      case RuntimeException e -> e;
      default -> new IllegalStateException(cause);
    };
  }

  private static void require(boolean holds, String path, JsonNode found, String expected) {
    if (!holds) {
      throw new InputException(path + ": found " + shown(found), expected, "");
    }
  }

  private static String shown(JsonNode node) {
    String text = node.toString();
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
