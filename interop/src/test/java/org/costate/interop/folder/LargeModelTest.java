package org.costate.interop.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.costate.interop.huggingface.TinyFolder;
import org.costate.interop.json.StrictJson;
import org.costate.interop.safetensors.ElementType;
import org.costate.interop.safetensors.SafetensorsWriter;
import org.costate.interop.safetensors.Tensor;
import org.costate.interop.weights.LoadProgress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A model file of 500 MB in single precision loads into a heap of its size in double precision and
/// 150 MB.
@Tag("slow")
class LargeModelTest {
  private static final long MEGABYTE = 1 << 20;

  @TempDir private Path root;

  @Test
  void loadingNeedsLittleMoreThanTheNumbers() throws IOException, InterruptedException {
    // Twelve layers of width 768: the sizes of the smallest GPT-2 but for its tables.
    TinyFolder tiny = TinyFolder.of("gpt2", new TinyFolder.Sizes(768, 12, 3072, 12));
    tiny.config.put("vocab_size", 51_000).put("n_positions", 1024);
    tiny.shape("transformer.wte.weight", 51_000, 768);
    tiny.shape("transformer.wpe.weight", 1024, 768);
    long weights = write(tiny);
    long file = Files.size(root.resolve("model.safetensors"));
    assertTrue(file > 500_000_000, "found a file of " + file + " bytes");
    long heap = Math.ceilDiv(8 * weights, MEGABYTE) + 150;
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx" + heap + "m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LargeModelTest.class.getName(),
                root.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertTrue(output.contains("read " + weights), output);
  }

  /// Loads the folder in `args` and says how many numbers it has.
  public static void main(String[] args) {
    LoadedModel model = ModelFolder.read(Path.of(args[0]), LoadProgress.NONE);
    System.out.println("read " + model.coefficients().length);
  }

  private long write(TinyFolder tiny) throws IOException {
    Files.writeString(root.resolve("config.json"), StrictJson.text(tiny.config));
    List<Tensor> tensors = new ArrayList<>();
    tiny.shapes.forEach((name, shape) -> tensors.add(ramp(name, shape)));
    SafetensorsWriter.write(root.resolve("model.safetensors"), tensors, Map.of());
    return tensors.stream().mapToLong(Tensor::count).sum();
  }

  private static Tensor ramp(String name, List<Integer> shape) {
    return new Tensor(
        name,
        ElementType.F32,
        shape,
        (from, count, target) -> {
          for (int i = 0; i < count; i++) {
            target[i] = (from + i) % 1000 * 1e-3;
          }
        });
  }
}
