package org.costate.interop.huggingface;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.costate.interop.folder.ModelFolder;
import org.costate.interop.weights.LoadProgress;
import org.costate.model.InputException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mutated configurations end in an [InputException] or in a model of the size of the weights.
class ConfigFuzzTest {
  private static final List<String> TYPES =
      List.of("bert", "gpt2", "vit", "llama", "gpt_neox", "torch_encoder");
  private static final List<String> PIECES =
      List.of(
          "0",
          "1",
          "-1",
          "3",
          "1e400",
          "2147483647",
          "9223372036854775808",
          "0.5",
          "null",
          "true",
          "[",
          "]",
          "{",
          "}",
          "\"",
          ",",
          ":",
          "\"gelu\"",
          "\\u0000",
          "\"model_type\":\"bert\",",
          "\"hidden_size\":",
          "\"rope_scaling\":{\"type\":\"yarn\"},",
          "[[[[",
          "\u00e9");

  @TempDir private Path root;

  @Test
  void twoThousandMutationsEndInClearErrors() throws IOException {
    assertTrue(refusals(2_000, 3) > 1_000);
  }

  @Test
  @Tag("slow")
  void hundredThousandMutationsEndInClearErrors() throws IOException {
    assertTrue(refusals(100_000, 4) > 50_000);
  }

  private int refusals(int count, long seed) throws IOException {
    Map<String, Path> folders = new HashMap<>();
    Map<String, String> configs = new HashMap<>();
    for (String type : TYPES) {
      TinyFolder tiny = TinyFolder.of(type, TinyFolder.Sizes.SMALL);
      folders.put(type, tiny.write(root.resolve(type)));
      configs.put(type, tiny.config.toString());
    }
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    for (int i = 0; i < count; i++) {
      String type = TYPES.get(random.nextInt(TYPES.size()));
      String text = configs.get(type);
      for (int k = random.nextInt(1, 4); k > 0; k--) {
        text = mutated(random, text);
      }
      Files.write(folders.get(type).resolve("config.json"), text.getBytes(StandardCharsets.UTF_8));
      try {
        double[] c = ModelFolder.read(folders.get(type), LoadProgress.NONE).coefficients();
        assertTrue(c.length < 10_000, text);
      } catch (InputException e) {
        refused++;
        assertTrue(e.getMessage().length() < 3_000, e.getMessage());
      }
    }
    return refused;
  }

  private static String mutated(SplittableRandom random, String text) {
    int at = random.nextInt(text.length());
    int to = Math.min(text.length(), at + random.nextInt(1, 10));
    return switch (random.nextInt(4)) {
      case 0 -> text.substring(0, at) + (char) random.nextInt(32, 127) + text.substring(at + 1);
      case 1 -> text.substring(0, at) + text.substring(to);
      case 2 -> {
        int value = text.indexOf(':', at) + 1;
        int end = Math.max(text.indexOf(',', value), value);
        yield text.substring(0, value) + PIECES.get(random.nextInt(10)) + text.substring(end);
      }
      default ->
          text.substring(0, at) + PIECES.get(random.nextInt(PIECES.size())) + text.substring(at);
    };
  }
}
