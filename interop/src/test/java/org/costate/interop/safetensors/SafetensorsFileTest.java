package org.costate.interop.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.costate.model.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
  @TempDir private Path folder;

  @Test
  void everyTypeIsDecodedFromItsBytes() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    data.putDouble(0.1).putFloat(-1.5f).putShort((short) 0x3555).putShort((short) 0xC040);
    data.putLong(-7).putInt(1 << 20).put((byte) 200).put((byte) 1).flip();
    String json =
        """
        {"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},
         "f":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]},
         "h":{"dtype":"F16","shape":[],"data_offsets":[12,14]},
         "b":{"dtype":"BF16","shape":[1],"data_offsets":[14,16]},
         "l":{"dtype":"I64","shape":[1],"data_offsets":[16,24]},
         "i":{"dtype":"I32","shape":[1],"data_offsets":[24,28]},
         "u":{"dtype":"U8","shape":[1],"data_offsets":[28,29]},
         "t":{"dtype":"BOOL","shape":[1],"data_offsets":[29,30]}}\
        """;
    try (SafetensorsFile file = SafetensorsFile.open(file(json, data))) {
      assertArrayEquals(new double[] {0.1}, file.doubles("d"));
      assertArrayEquals(new double[] {-1.5}, file.doubles("f"));
      assertArrayEquals(new double[] {0.333251953125}, file.doubles("h"));
      assertArrayEquals(new double[] {-3}, file.doubles("b"));
      assertArrayEquals(new int[] {-7}, file.integers("l"));
      assertArrayEquals(new int[] {1 << 20}, file.integers("i"));
      assertArrayEquals(new int[] {200}, file.integers("u"));
      assertArrayEquals(new double[] {1}, file.doubles("t"));
      assertEquals(List.of(1, 1), file.require("f").shape());
      assertThrows(InputException.class, () -> file.integers("f"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}|broken|",
        "[1]|JSON object|",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}|12 for shape [3] of F32|",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'a':{'dtype':'F32','shape':[2],"
            + "'data_offsets':[0,8]}}|Duplicate|",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[2],"
            + "'data_offsets':[0,8]}}|inside the one before|",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|behind a hole|",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|8 bytes of data, expected 4|",
        "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}}|cut short|",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}|dimension -2|",
        "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}|no integer|",
        "{'a':{'dtype':'F32','shape':[2147483647,2147483647,2147483647],'data_offsets':[0,8]}}"
            + "|fewer than 2^63|",
        "{'a':{'dtype':'F32','shape':[9999999999],'data_offsets':[0,8]}}|dimension 9999999999|",
        "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,8]}}|range of|",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}|fall|",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8,9]}}|more than two|",
        "{'a':{'dtype':'F8_E4M3','shape':[8],'data_offsets':[0,8]}}|dtype `F8_E4M3`|",
        "{'a':{'dtype':'F32','shape':[2]}}|no data_offsets|",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'x':1}}|key `x`|",
        "{'a':{'dtype':'F32','shape':[[[[2]]]],'data_offsets':[0,8]}}|nesting|",
        "{'__metadata__':{'a':1},'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|no text|",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} x|Unrecognized|",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}{}|behind the JSON|",
      })
  void brokenHeadersAreRefusedWithTheReason(String json, String reason) throws IOException {
    Path path = file(json.replace('\'', '"'), ByteBuffer.allocate(8));
    InputException e = assertThrows(InputException.class, () -> SafetensorsFile.open(path));
    if (!reason.equals("broken")) {
      assertTrue(
          e.getMessage()
              .toLowerCase(java.util.Locale.ROOT)
              .contains(reason.toLowerCase(java.util.Locale.ROOT)),
          e.getMessage());
    }
    assertTrue(e.getMessage().startsWith(path.toString()), e.getMessage());
  }

  @Test
  void lengthsBeyondTheFileAreRefusedBeforeAnythingIsRead() throws IOException {
    for (long length : new long[] {9, 1L << 40, Long.MAX_VALUE, -1}) {
      Path path = folder.resolve("length" + length);
      ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
      Files.write(path, bytes.putLong(length).array());
      InputException e = assertThrows(InputException.class, () -> SafetensorsFile.open(path));
      assertTrue(e.getMessage().contains("at most 8"), e.getMessage());
    }
  }

  @Test
  void missingFilesFoldersAndTensorsAreNamed() throws IOException {
    Path missing = folder.resolve("none.safetensors");
    InputException absent = assertThrows(InputException.class, () -> SafetensorsFile.open(missing));
    assertTrue(absent.getMessage().contains("no such file"), absent.getMessage());
    assertThrows(InputException.class, () -> SafetensorsFile.open(folder));
    Path path = folder.resolve("one.safetensors");
    SafetensorsWriter.write(
        path, List.of(Tensor.ofDoubles("weight", List.of(1), new double[1])), Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      InputException e = assertThrows(InputException.class, () -> file.doubles("wieght"));
      assertTrue(e.getMessage().contains("Maybe `weight`?"), e.getMessage());
      assertThrows(InputException.class, () -> file.require("weight", List.of(2)));
    }
  }

  @Test
  void writingIsDeterministicAlignedAndRoundTrips() throws IOException {
    double[] values = new double[20_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.sin(i) * Math.scalb(1.0, i % 80 - 40);
    }
    Tensor real = Tensor.ofDoubles("real", List.of(100, 200), values);
    Tensor single = new Tensor("a", ElementType.F32, List.of(20_000), real.values());
    Tensor half = new Tensor("half", ElementType.BF16, List.of(), (from, n, out) -> out[0] = 1.5);
    Tensor ids = Tensor.ofIntegers("ids", List.of(3), new int[] {5, -6, 7});
    Path path = folder.resolve("all.safetensors");
    Map<String, String> metadata = Map.of("format", "pt", "name", "Grüße\n");
    SafetensorsWriter.write(path, List.of(real, single, half, ids), metadata);
    byte[] bytes = Files.readAllBytes(path);
    SafetensorsWriter.write(path, List.of(ids, half, single, real), metadata);
    assertArrayEquals(bytes, Files.readAllBytes(path), "the order of the tensors does not matter");
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertArrayEquals(values, file.doubles("real"));
      assertArrayEquals(new int[] {5, -6, 7}, file.integers("ids"));
      assertEquals(metadata, file.metadata());
      double[] read = file.doubles("a");
      for (int i = 0; i < values.length; i++) {
        assertEquals((float) values[i], read[i]);
      }
      double[] part = new double[5];
      file.read(file.require("real"), 19_996, 4, part, 1);
      assertEquals(values[19_999], part[4]);
      file.tensors().values().forEach(t -> assertEquals(0, t.begin() % t.type().bytes()));
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(1, left.count(), "nothing is left beside the file");
    }
  }

  @Test
  void aValueThatDoesNotFitLeavesTheOldFileAlone() throws IOException {
    Path path = folder.resolve("kept.safetensors");
    Files.writeString(path, "old");
    Tensor large =
        new Tensor("x", ElementType.F32, List.of(1), (from, count, target) -> target[0] = 1e300);
    InputException e =
        assertThrows(
            InputException.class, () -> SafetensorsWriter.write(path, List.of(large), Map.of()));
    assertTrue(e.getMessage().contains("`x`"), e.getMessage());
    assertEquals("old", Files.readString(path));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(1, left.count());
    }
  }

  @Test
  void halfPrecisionRoundsToNearestEven() throws IOException {
    double[] values = {1 + 1.0 / 256, 1 + 3.0 / 256, 1 + 1.1 / 256, -0.0, Double.NaN};
    double[] expected = {1, 1 + 4.0 / 256, 1 + 2.0 / 256, -0.0, Double.NaN};
    Path path = folder.resolve("half.safetensors");
    Tensor tensor =
        new Tensor(
            "b",
            ElementType.BF16,
            List.of(5),
            (from, count, target) -> System.arraycopy(values, (int) from, target, 0, count));
    SafetensorsWriter.write(path, List.of(tensor), Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertArrayEquals(expected, file.doubles("b"));
    }
    assertFalse(Files.isDirectory(path));
  }

  private Path file(String json, ByteBuffer data) throws IOException {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + header.length + data.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(header.length).put(header).put(data);
    return Files.write(folder.resolve("broken.safetensors"), all.array());
  }
}
