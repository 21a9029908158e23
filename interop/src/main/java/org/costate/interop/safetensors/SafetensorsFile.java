package org.costate.interop.safetensors;

import static org.costate.model.file.FileTrouble.printable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.costate.model.InputException;
import org.costate.model.Suggestion;
import org.costate.model.file.FileTrouble;

/// A safetensors file, mapped into memory: opening reads and checks the header alone; numbers are
/// converted piece by piece when asked for, so that no copy in the file's own type is ever made.
///
/// Not for use by several threads at once. After [#close] nothing can be read any more.
public final class SafetensorsFile implements AutoCloseable {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Arena arena;
  private final MemorySegment data;
  private final Header header;
  private final String file;

  private SafetensorsFile(Arena arena, MemorySegment data, Header header, String file) {
    this.arena = arena;
    this.data = data;
    this.header = header;
    this.file = file;
  }

  /// Maps `path` and checks its header.
  ///
  /// @throws InputException if the file cannot be read or breaks a rule of the format, with the
  /// rule
  public static SafetensorsFile open(Path path) {
    Arena arena = Arena.ofConfined();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (Files.isDirectory(path)) {
        throw new InputException(path + ": found a folder", "a safetensors file", "");
      }
      MemorySegment whole = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return of(arena, whole, path.toString());
    } catch (IOException e) {
      arena.close();
      throw FileTrouble.reading(path, e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /// Reads a file that is already in memory; `arena` is closed with it.
  static SafetensorsFile of(Arena arena, MemorySegment whole, String file) {
    if (whole.byteSize() < 8) {
      throw new InputException(
          file + ": found " + whole.byteSize() + " bytes",
          "a safetensors file, at least 8",
          "Maybe the download failed.");
    }
    long length = whole.get(LENGTH, 0);
    if (length < 0 || length > Header.MOST_BYTES || length > whole.byteSize() - 8) {
      throw Header.broken(
          file,
          "a length of " + Long.toUnsignedString(length) + " bytes",
          "at most " + Math.min(Header.MOST_BYTES, whole.byteSize() - 8),
          null);
    }
    MemorySegment data = whole.asSlice(8 + length);
    Header header =
        Header.parse(new SegmentStream(whole.asSlice(8, length)), data.byteSize(), file);
    return new SafetensorsFile(arena, data, header, file);
  }

  /// The path as it was given, for errors.
  public String file() {
    return file;
  }

  /// What is in the file, by name, in the order of the data.
  public SequencedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSequencedMap(header.tensors());
  }

  /// The free texts of the header.
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /// The tensor of this name, where there is one.
  public Optional<TensorInfo> find(String name) {
    return Optional.ofNullable(header.tensors().get(name));
  }

  /// The tensor of this name.
  ///
  /// @throws InputException if there is none
  public TensorInfo require(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new InputException(
                    file + ": found no tensor `" + printable(name) + "`",
                    "one of that name",
                    nearest(name)));
  }

  private String nearest(String name) {
    return Suggestion.nearest(name, header.tensors().keySet())
        .map(known -> "Maybe `" + printable(known) + "`?")
        .orElse("");
  }

  /// The tensor of this name, of this shape.
  ///
  /// @throws InputException if there is none or its shape differs
  public TensorInfo require(String name, List<Integer> shape) {
    TensorInfo tensor = require(name);
    if (!tensor.shape().equals(shape)) {
      throw new InputException(
          at(name) + "found shape " + TensorInfo.shapeText(tensor.shape()),
          TensorInfo.shapeText(shape),
          "");
    }
    return tensor;
  }

  /// Elements `from … from + count − 1` of `tensor` as doubles, into `target` from `offset` on.
  public void read(TensorInfo tensor, long from, int count, double[] target, int offset) {
    Objects.checkFromIndexSize(from, count, tensor.count());
    Objects.checkFromIndexSize(offset, count, target.length);
    long at = tensor.begin() + from * tensor.type().bytes();
    tensor.type().decode(data, at, count, target, offset);
  }

  /// All elements of a tensor as doubles.
  ///
  /// @throws InputException if there is no such tensor or it is too long for an array
  public double[] doubles(String name) {
    TensorInfo tensor = require(name);
    double[] all = new double[arrayLength(tensor)];
    read(tensor, 0, all.length, all, 0);
    return all;
  }

  /// All elements of a tensor of an integer type.
  ///
  /// @throws InputException if there is no such tensor, its elements are real numbers, or one
  ///     leaves the range of an int
  public int[] integers(String name) {
    TensorInfo tensor = require(name);
    if (tensor.type().isReal()) {
      throw new InputException(
          at(name) + "found elements of type " + tensor.type(), "integers", "");
    }
    int[] all = new int[arrayLength(tensor)];
    for (int i = 0; i < all.length; i++) {
      long value = tensor.type().integer(data, tensor.begin() + (long) i * tensor.type().bytes());
      if (value != (int) value) {
        throw new InputException(
            at(name) + "found " + value + " at place " + i, "an integer of 32 bits", "");
      }
      all[i] = (int) value;
    }
    return all;
  }

  private int arrayLength(TensorInfo tensor) {
    if (tensor.count() > Integer.MAX_VALUE - 8) {
      throw new InputException(
          at(tensor.name()) + "found " + tensor.count() + " elements", "fewer than 2^31 - 8", "");
    }
    return (int) tensor.count();
  }

  private String at(String name) {
    return file + ": tensor `" + printable(name) + "`: ";
  }

  @Override
  public void close() {
    arena.close();
  }
}
