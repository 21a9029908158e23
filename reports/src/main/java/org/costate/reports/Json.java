package org.costate.reports;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// Writes records as JSON: a number that is not finite, or does not apply, is `null`; an empty
/// `Optional` is `null`; enums are in lower case with hyphens.
public final class Json {
  private static final JsonMapper MAPPER = mapper();
  private static final JsonMapper RESULTS =
      MAPPER.rebuild().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private Json() {}

  /// `value` as indented JSON.
  public static String pretty(Object value) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("json: cannot write " + value.getClass(), e);
    }
  }

  /// `value` as indented JSON with keys in lower case, words joined by underscores: what verbs
  /// print.
  public static String results(Object value) {
    try {
      return RESULTS.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("json: cannot write " + value.getClass(), e);
    }
  }

  /// `value` as JSON on one line.
  public static String compact(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("json: cannot write " + value.getClass(), e);
    }
  }

  private static JsonMapper mapper() {
    SimpleModule numbers = new SimpleModule();
    numbers.addSerializer(Double.class, new FiniteOrNull());
    numbers.addSerializer(double.class, new FiniteOrNull());
    numbers.addSerializer(double[].class, new FiniteOrNullArray());
    numbers.addSerializer(Optional.class, new ValueOrNull());
    numbers.addSerializer(OptionalDouble.class, new NumberOrNull());
    numbers.addSerializer(Enum.class, new HyphenatedWord());
    JsonMapper.Builder builder =
        JsonMapper.builder()
            .addModule(numbers)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .addMixIn(Block.class, Typed.class);
    Arrays.stream(Block.class.getPermittedSubclasses())
        .forEach(
            kind ->
                builder.registerSubtypes(
                    new NamedType(kind, kind.getSimpleName().toLowerCase(Locale.ROOT))));
    return builder.build();
  }

  /// Adds the kind of a block to its JSON without an annotation on the domain type.
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  private interface Typed {}

  private static final class FiniteOrNull extends JsonSerializer<Double> {
    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider providers)
        throws IOException {
      write(value, out);
    }
  }

  private static final class FiniteOrNullArray extends JsonSerializer<double[]> {
    @Override
    public void serialize(double[] values, JsonGenerator out, SerializerProvider providers)
        throws IOException {
      out.writeStartArray(values, values.length);
      for (double value : values) {
        write(value, out);
      }
      out.writeEndArray();
    }
  }

  private static final class NumberOrNull extends JsonSerializer<OptionalDouble> {
    @Override
    public void serialize(OptionalDouble value, JsonGenerator out, SerializerProvider providers)
        throws IOException {
      write(value.orElse(Double.NaN), out);
    }
  }

  @SuppressWarnings("rawtypes")
  private static final class ValueOrNull extends JsonSerializer<Optional> {
    @Override
    public void serialize(Optional value, JsonGenerator out, SerializerProvider providers)
        throws IOException {
      if (value.isEmpty()) {
        out.writeNull();
      } else {
        providers.defaultSerializeValue(value.get(), out);
      }
    }
  }

  @SuppressWarnings("rawtypes")
  private static final class HyphenatedWord extends JsonSerializer<Enum> {
    @Override
    public void serialize(Enum value, JsonGenerator out, SerializerProvider providers)
        throws IOException {
      out.writeString(value.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
  }

  private static void write(double value, JsonGenerator out) throws IOException {
    if (Double.isFinite(value)) {
      out.writeNumber(value);
    } else {
      out.writeNull();
    }
  }
}
