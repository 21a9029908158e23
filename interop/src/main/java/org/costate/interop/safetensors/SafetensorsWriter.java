package org.costate.interop.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.costate.model.InputException;
import org.costate.model.file.AtomicFile;

/// Writes safetensors files. The same tensors give the same bytes whatever their order: wide
/// elements first, so that every tensor is aligned to its element size, then by name.
public final class SafetensorsWriter {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private static final int PIECE = 1 << 13;

  private SafetensorsWriter() {}

  /// Writes `tensors` into `file`, which appears whole or not at all.
  ///
  /// @param metadata free texts for the header
  /// @throws InputException if the file cannot be written or an element type cannot hold a value
  /// @throws IllegalArgumentException if two tensors share a name
  public static void write(Path file, List<Tensor> tensors, Map<String, String> metadata) {
    List<Tensor> sorted = sorted(tensors);
    try (AtomicFile out = AtomicFile.replacing(file)) {
      out.append(header(sorted, metadata));
      for (Tensor tensor : sorted) {
        append(tensor, out, file);
      }
      out.commit();
    }
  }

  private static List<Tensor> sorted(List<Tensor> tensors) {
    Set<String> names = new HashSet<>();
    for (Tensor tensor : tensors) {
      if (!names.add(tensor.name()) || tensor.name().equals("__metadata__")) {
        throw new IllegalArgumentException(
            "safetensors: found name " + tensor.name() + " twice or reserved, expected it once");
      }
    }
    List<Tensor> sorted = new ArrayList<>(tensors);
    sorted.sort(
        Comparator.comparingInt((Tensor t) -> -t.type().bytes()).thenComparing(Tensor::name));
    return sorted;
  }

  /// The length and the JSON, padded with spaces so that the data begin at a multiple of 8.
  private static ByteBuffer header(List<Tensor> tensors, Map<String, String> metadata) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(json)) {
      out.writeStartObject();
      if (!metadata.isEmpty()) {
        out.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
          out.writeStringField(entry.getKey(), entry.getValue());
        }
        out.writeEndObject();
      }
      long at = 0;
      for (Tensor tensor : tensors) {
        long end = Math.addExact(at, Math.multiplyExact(tensor.count(), tensor.type().bytes()));
        out.writeObjectFieldStart(tensor.name());
        out.writeStringField("dtype", tensor.type().name());
        out.writeFieldName("shape");
        out.writeArray(
            tensor.shape().stream().mapToInt(i -> i).toArray(), 0, tensor.shape().size());
        out.writeFieldName("data_offsets");
        out.writeArray(new long[] {at, end}, 0, 2);
        out.writeEndObject();
        at = end;
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    while (json.size() % 8 != 0) {
      json.write(' ');
    }
    ByteBuffer all = ByteBuffer.allocate(8 + json.size()).order(ByteOrder.LITTLE_ENDIAN);
    return all.putLong(json.size()).put(json.toByteArray()).flip();
  }

  private static void append(Tensor tensor, AtomicFile out, Path file) {
    double[] values = new double[PIECE];
    ByteBuffer bytes = ByteBuffer.allocate(PIECE * tensor.type().bytes());
    MemorySegment segment = MemorySegment.ofBuffer(bytes);
    for (long from = 0; from < tensor.count(); from += PIECE) {
      int count = (int) Math.min(PIECE, tensor.count() - from);
      tensor.values().copy(from, count, values);
      for (int i = 0; i < count; i++) {
        if (!tensor.type().encode(values[i], segment, (long) i * tensor.type().bytes())) {
          throw new InputException(
              file + ": tensor `" + tensor.name() + "`: found " + values[i] + " at " + (from + i),
              "a number that " + tensor.type() + " can hold",
              "Maybe write it as F64.");
        }
      }
      out.append(bytes.clear().limit(count * tensor.type().bytes()));
    }
  }
}
