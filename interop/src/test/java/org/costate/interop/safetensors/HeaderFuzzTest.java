package org.costate.interop.safetensors;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.costate.model.InputException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Mutated files end in an [InputException] or, where the mutation kept the format, in tensors that
/// can all be read.
class HeaderFuzzTest {
  private static final String JSON =
      """
      {"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F32","shape":[4,3],"data_offsets":[0,48]},\
      "b":{"dtype":"I64","shape":[2],"data_offsets":[48,64]},\
      "c":{"dtype":"BF16","shape":[],"data_offsets":[64,66]},\
      "d":{"dtype":"BOOL","shape":[3],"data_offsets":[66,69]}}\
      """;
  private static final List<String> PIECES =
      List.of(
          "[",
          "]",
          "{",
          "}",
          ",",
          ":",
          "\"",
          "\\u0000",
          "-1",
          "1e9",
          "0.5",
          "null",
          "true",
          "9223372036854775807",
          "18446744073709551616",
          "2147483648",
          "4294967296",
          "F64",
          "F8",
          "\"shape\":",
          "\"data_offsets\":[0,48],",
          "[[[[[[[[",
          "a.weight",
          "\u00e9",
          "\ud800",
          "  ");

  @Test
  void twoThousandMutationsEndInClearErrors() {
    assertTrue(refusals(2_000, 1) > 1_000, "most mutations break the format");
  }

  @Test
  @Tag("slow")
  void hundredThousandMutationsEndInClearErrors() {
    assertTrue(refusals(100_000, 2) > 50_000, "most mutations break the format");
  }

  private static int refusals(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] data = new byte[69];
    random.nextBytes(data);
    int refused = 0;
    for (int i = 0; i < count; i++) {
      byte[] file = mutated(random, data);
      Arena arena = Arena.ofConfined();
      try (SafetensorsFile open = SafetensorsFile.of(arena, MemorySegment.ofArray(file), "fuzz")) {
        for (String name : open.tensors().keySet()) {
          assertTrue(open.doubles(name).length <= file.length, "more elements than bytes");
        }
      } catch (InputException e) {
        refused++;
        assertTrue(e.getMessage().length() < 2_000, "a message that can be read");
        assertTrue(e.getMessage().startsWith("fuzz"), e.getMessage());
      }
    }
    return refused;
  }

  private static byte[] mutated(SplittableRandom random, byte[] data) {
    byte[] json = JSON.getBytes(StandardCharsets.UTF_8);
    for (int k = random.nextInt(1, 4); k > 0; k--) {
      json = mutatedOnce(random, json);
    }
    long length = random.nextInt(20) == 0 ? random.nextLong() : json.length;
    int kept = random.nextInt(20) == 0 ? random.nextInt(data.length) : data.length;
    ByteBuffer file = ByteBuffer.allocate(8 + json.length + kept).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(length).put(json).put(data, 0, kept);
    byte[] whole = file.array();
    return random.nextInt(50) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole;
  }

  private static byte[] mutatedOnce(SplittableRandom random, byte[] json) {
    int at = random.nextInt(json.length);
    int to = Math.min(json.length, at + random.nextInt(1, 12));
    return switch (random.nextInt(4)) {
      case 0 -> spliced(json, at, at + 1, new byte[] {(byte) random.nextInt(256)});
      case 1 -> spliced(json, at, to, new byte[0]);
      case 2 -> {
        String piece = PIECES.get(random.nextInt(PIECES.size()));
        byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
        yield spliced(json, at, random.nextBoolean() ? at : to, bytes);
      }
      default -> spliced(json, at, at, Arrays.copyOfRange(json, at, to));
    };
  }

  private static byte[] spliced(byte[] json, int from, int to, byte[] middle) {
    byte[] joined = new byte[from + middle.length + json.length - to];
    System.arraycopy(json, 0, joined, 0, from);
    System.arraycopy(middle, 0, joined, from, middle.length);
    System.arraycopy(json, to, joined, from + middle.length, json.length - to);
    return joined;
  }
}
