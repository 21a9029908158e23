package org.costate.interop.safetensors;

import static org.costate.model.file.FileTrouble.printable;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.costate.model.InputException;

/// The header of a safetensors file, checked: every tensor's length is its shape times its element
/// size, and the tensors tile the data without overlap or hole.
///
/// @param tensors by name, in the order of their data
/// @param metadata the texts under `__metadata__`
record Header(SequencedMap<String, TensorInfo> tensors, Map<String, String> metadata) {
  /// The most that a header may take, as in the reference implementation.
  static final long MOST_BYTES = 100_000_000;

  /// A dimension count that no model has.
  private static final int MOST_DIMENSIONS = 32;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(3)
                  .maxNumberLength(20)
                  .maxNameLength(10_000)
                  .maxStringLength(10_000_000)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  /// Reads the JSON of a header.
  ///
  /// @param json its text, UTF-8
  /// @param dataBytes how many bytes of numbers follow it in the file
  /// @param file name for errors
  /// @throws InputException if the header breaks a rule of the format, with the rule
  static Header parse(InputStream json, long dataBytes, String file) {
    Reader text = new InputStreamReader(json, StandardCharsets.UTF_8.newDecoder());
    try (JsonParser parser = JSON.createParser(text)) {
      List<TensorInfo> tensors = new ArrayList<>();
      Map<String, String> metadata = new TreeMap<>();
      require(parser.nextToken() == JsonToken.START_OBJECT, file, "no JSON object", "`{`");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        require(
            parser.nextToken() == JsonToken.START_OBJECT,
            file,
            "no object at `" + printable(name) + "`",
            "one object per tensor");
        if (name.equals("__metadata__")) {
          readMetadata(parser, file, metadata);
        } else {
          tensors.add(new EntryReader(parser, file, name).read());
        }
      }
      require(parser.nextToken() == null, file, "text behind the JSON object", "spaces only");
      return new Header(tiling(tensors, dataBytes, file), metadata);
    } catch (JacksonException e) {
      throw broken(file, printable(e.getOriginalMessage()), "JSON as the format says", e);
    } catch (CharacterCodingException e) {
      throw broken(file, "bytes that are not UTF-8", "UTF-8 text", e);
    } catch (IOException e) {
      throw broken(file, printable(String.valueOf(e.getMessage())), "JSON", e);
    }
  }

  private static void readMetadata(JsonParser parser, String file, Map<String, String> metadata)
      throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      require(
          parser.nextToken() == JsonToken.VALUE_STRING,
          file,
          "no text at `__metadata__." + printable(key) + "`",
          "texts only");
      metadata.put(key, parser.getText());
    }
  }

  /// Sorts by place and checks that the tensors cover the data exactly.
  private static SequencedMap<String, TensorInfo> tiling(
      List<TensorInfo> tensors, long dataBytes, String file) {
    tensors.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
    SequencedMap<String, TensorInfo> byName = new LinkedHashMap<>();
    long at = 0;
    for (TensorInfo tensor : tensors) {
      if (tensor.begin() != at) {
        throw broken(
            file,
            "tensor `"
                + printable(tensor.name())
                + "` beginning at byte "
                + tensor.begin()
                + (tensor.begin() < at ? ", inside the one before it," : ", behind a hole,"),
            "byte " + at,
            null);
      }
      at = tensor.end();
      byName.put(tensor.name(), tensor);
    }
    if (at != dataBytes) {
      throw broken(
          file,
          dataBytes + " bytes of data",
          at + " as the header says",
          null,
          at > dataBytes ? "Maybe the file was cut short while it was copied." : "");
    }
    return byName;
  }

  private static void require(boolean holds, String file, String found, String expected) {
    if (!holds) {
      throw broken(file, found, expected, null);
    }
  }

  static InputException broken(String file, String found, String expected, Throwable cause) {
    return broken(file, found, expected, cause, "");
  }

  private static InputException broken(
      String file, String found, String expected, Throwable cause, String maybe) {
    return new InputException(
        file + ": safetensors header: found " + found, expected, maybe, cause);
  }

  /// Reads the object of one tensor.
  private record EntryReader(JsonParser parser, String file, String name) {

    TensorInfo read() throws IOException {
      ElementType type = null;
      List<Integer> shape = null;
      long[] offsets = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        parser.nextToken();
        switch (key) {
          case "dtype" -> type = type();
          case "shape" -> shape = shape();
          case "data_offsets" -> offsets = offsets();
          default ->
              throw fail("key `" + printable(key) + "`", "only dtype, shape and data_offsets");
        }
      }
      if (type == null || shape == null || offsets == null) {
        String missing = type == null ? "dtype" : shape == null ? "shape" : "data_offsets";
        throw fail("no " + missing, "dtype, shape and data_offsets");
      }
      TensorInfo tensor = new TensorInfo(name, type, shape, offsets[0], offsets[1]);
      checkLength(tensor);
      return tensor;
    }

    private ElementType type() throws IOException {
      String text = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
      for (ElementType type : ElementType.values()) {
        if (type.name().equals(text)) {
          return type;
        }
      }
      throw fail("dtype `" + printable(text) + "`", "one of " + List.of(ElementType.values()));
    }

    private List<Integer> shape() throws IOException {
      require(parser.currentToken() == JsonToken.START_ARRAY, "no list as shape", "a list");
      List<Integer> shape = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        long size = size("dimension");
        require(
            size <= Integer.MAX_VALUE && shape.size() < MOST_DIMENSIONS,
            "dimension " + size + " at place " + shape.size(),
            "at most " + MOST_DIMENSIONS + " dimensions below 2^31");
        shape.add((int) size);
      }
      return shape;
    }

    private long[] offsets() throws IOException {
      require(parser.currentToken() == JsonToken.START_ARRAY, "no list as data_offsets", "a list");
      parser.nextToken();
      long begin = size("offset");
      parser.nextToken();
      long end = size("offset");
      require(parser.nextToken() == JsonToken.END_ARRAY, "more than two data_offsets", "two");
      require(begin <= end, "data_offsets that fall", "the first at most the second");
      return new long[] {begin, end};
    }

    private long size(String what) throws IOException {
      require(parser.currentToken() == JsonToken.VALUE_NUMBER_INT, "no integer as " + what, "one");
      long value = parser.getLongValue();
      require(value >= 0, what + " " + value, "none below 0");
      return value;
    }

    private void checkLength(TensorInfo tensor) {
      long expected = tensor.type().bytes();
      try {
        for (int size : tensor.shape()) {
          expected = Math.multiplyExact(expected, (long) size);
        }
      } catch (ArithmeticException e) {
        throw fail("shape " + TensorInfo.shapeText(tensor.shape()), "fewer than 2^63 bytes");
      }
      require(
          tensor.end() - tensor.begin() == expected,
          tensor.end() - tensor.begin() + " bytes",
          expected + " for shape " + TensorInfo.shapeText(tensor.shape()) + " of " + tensor.type());
    }

    private void require(boolean holds, String found, String expected) {
      if (!holds) {
        throw fail(found, expected);
      }
    }

    private InputException fail(String found, String expected) {
      return broken(file, "tensor `" + printable(name) + "` with " + found, expected, null);
    }
  }
}
