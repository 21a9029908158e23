package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.costate.interop.huggingface.TinyFolder;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.interop.safetensors.SafetensorsWriter;
import org.costate.interop.safetensors.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The verbs `evaluate` and `export` on small GPT-2 folders: JSON, exit codes, and what is left
/// behind.
class ModelVerbsTest {
  @TempDir private Path root;
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeFiles() throws IOException {
    TinyFolder.of("gpt2", TinyFolder.Sizes.SMALL).write(root.resolve("model"));
    TinyFolder.of("llama", TinyFolder.Sizes.SMALL).write(root.resolve("llama"));
    SafetensorsWriter.write(
        root.resolve("io.safetensors"),
        List.of(Tensor.ofIntegers("input_ids", List.of(1, 4), new int[] {1, 2, 3, 4})),
        Map.of());
  }

  private int run(String line) {
    String[] args = (line.replace("DIR", root.toString()) + " --quiet").split(" ");
    CommandLine command = Main.commandLine();
    command.setErr(new PrintWriter(err));
    return command.execute(args);
  }

  private JsonNode json() throws IOException {
    return new JsonMapper().readTree(root.resolve("out.json").toFile());
  }

  @Test
  void aModelAgreesWithItsOwnTensorsAndWithItsExport() throws IOException {
    String evaluate = " --input DIR/io.safetensors --gradients";
    assertEquals(
        0, run("evaluate DIR/model" + evaluate + " --tensors DIR/r.safetensors"), err.toString());
    try (SafetensorsFile results = SafetensorsFile.open(root.resolve("r.safetensors"))) {
      assertEquals(List.of(1, 4, 11), results.require("logits").shape());
      assertEquals(List.of(1), results.require("loss").shape());
      assertEquals(
          List.of(8, 24), results.require("grad.transformer.h.1.attn.c_attn.weight").shape());
    }
    assertEquals(
        0, run("export DIR/model --to gpt2 DIR/exported --json DIR/out.json"), err.toString());
    assertEquals(2, json().get("files").size());
    assertEquals(0, json().at("/round_trip/max_abs").asDouble());
    assertEquals(
        0,
        run(
            "evaluate DIR/exported"
                + evaluate
                + " --reference DIR/r.safetensors --tolerance 0 --json DIR/out.json"),
        err.toString());
    assertTrue(json().at("/parity/pass").asBoolean());
    assertTrue(json().at("/parity/first_failing").isNull());
    assertEquals("hidden_states.0", json().at("/parity/rows/0/tensor").asText());
    assertEquals(0, json().at("/parity/rows/0/max_rel").asDouble());
  }

  @Test
  void anotherModelFailsAndSaysWhere() throws IOException {
    assertEquals(
        0,
        run("evaluate DIR/llama --input DIR/io.safetensors --tensors DIR/r.safetensors"),
        err.toString());
    assertEquals(
        1,
        run(
            "evaluate DIR/model --input DIR/io.safetensors --reference DIR/r.safetensors"
                + " --json DIR/out.json"));
    assertEquals("hidden_states.0", json().at("/parity/first_failing").asText());
  }

  @Test
  void badInputEndsInTwoWithNothingWritten() throws IOException {
    for (String line :
        List.of(
            "export DIR/llama --to gpt2 DIR/new",
            "export DIR/model --to gpt3 DIR/new",
            "export DIR/model --to gpt2 --precision half DIR/new",
            "export DIR/absent --to gpt2 DIR/new",
            "evaluate DIR/model --input DIR/none.safetensors --tensors DIR/new",
            "evaluate DIR/model --input DIR/io.safetensors --reference DIR/io.safetensors",
            "evaluate DIR/model --input DIR/io.safetensors --variant masked",
            "evaluate DIR/model --input DIR/io.safetensors --loss mse --gradients")) {
      assertEquals(2, run(line), line);
      assertFalse(Files.exists(root.resolve("new")), line);
    }
    Files.createDirectory(root.resolve("full"));
    Files.writeString(root.resolve("full/file"), "kept");
    assertEquals(2, run("export DIR/model --to gpt2 DIR/full"));
    assertEquals("kept", Files.readString(root.resolve("full/file")));
    assertFalse(err.toString().contains("\tat "), "no stack traces");
    assertTrue(err.toString().contains("Maybe \"gpt2\"?"), err.toString());
    try (var left = Files.list(root)) {
      String[] names = left.map(p -> p.getFileName().toString()).sorted().toArray(String[]::new);
      assertEquals("[full, io.safetensors, llama, model]", Arrays.toString(names));
    }
  }
}
