package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.costate.cli.evaluate.SharedCases;
import org.costate.interop.safetensors.SafetensorsFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Text from a model that this project trained, and from imported ones.
class GenerateTest {
  private static final String EXPERIMENT =
      """
      {"name": "abc", "data": {"kind": "text", "text": "abc.txt", "context": 8},
       "model": {"width": 16, "heads": 2}, "time": {"steps": 1},
       "optimiser": {"iterations": 120, "batch": 8, "warmup": 10, "rate": 0.01}}
      """;

  @TempDir static Path folder;
  private static String model;

  @BeforeAll
  static void train() throws IOException {
    Files.writeString(folder.resolve("abc.txt"), "abcd ".repeat(80));
    Path experiment = Files.writeString(folder.resolve("abc.json"), EXPERIMENT);
    Path run = folder.resolve("run");
    Call call =
        Call.of("train", experiment.toString(), "--out", run.toString(), "--quiet", "--no-report");
    assertEquals(0, call.exitCode(), call.err());
    model = run.resolve("model").toString();
  }

  private static JsonNode generate(String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("generate"));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of("--json", "-"));
    Call call = Call.of(arguments.toArray(String[]::new));
    assertEquals(0, call.exitCode(), call.err());
    return new ObjectMapper().readTree(call.out());
  }

  @Test
  void goesOnWithWhatItLearned() throws IOException {
    JsonNode found = generate(model, "--prompt", "abc", "--tokens", "22", "--temperature", "0");
    assertEquals("d abcd abcd abcd abcd ", found.get("text").asText());
    assertTrue(found.get("perplexity").asDouble() < 1.5, found.toString());
    assertEquals(Math.exp(found.get("loss").asDouble()), found.get("perplexity").asDouble(), 1e-12);
    double surprised = generate(model, "--prompt", "dcb", "--tokens", "0").get("loss").asDouble();
    assertTrue(surprised > 2, "another order surprises: " + surprised);
  }

  @Test
  void theSeedDecides() throws IOException {
    String[] hot = {model, "--prompt", "a", "--tokens", "60", "--temperature", "3", "--seed"};
    List<String> texts = new ArrayList<>();
    for (String seed : List.of("1", "1", "2")) {
      String[] arguments = Arrays.copyOf(hot, hot.length + 1);
      arguments[hot.length] = seed;
      texts.add(generate(arguments).get("text").asText());
    }
    assertEquals(texts.get(0), texts.get(1));
    assertNotEquals(texts.get(0), texts.get(2));
  }

  @Test
  void itsExportGeneratesTheSameTokens() throws IOException {
    String exported = folder.resolve("exported").toString();
    Call export = Call.of("export", model, "--to", "gpt2", exported);
    assertEquals(0, export.exitCode(), export.err());
    String[] how = {"--ids", "1,2,3", "--tokens", "20", "--temperature", "1.5", "--top-k", "3"};
    JsonNode own = generate(with(model, how));
    JsonNode other = generate(with(exported, how));
    assertEquals(own.get("ids"), other.get("ids"));
    assertEquals(own.get("loss").asDouble(), other.get("loss").asDouble(), 1e-12);
    assertTrue(other.get("text").isNull());
    Call text = Call.of("generate", exported, "--prompt", "a");
    assertEquals(2, text.exitCode());
    assertTrue(text.err().contains("Maybe --ids"), text.err());
  }

  /// The logits of the reference decide what comes next, and its loss is the loss of the beginning.
  @ParameterizedTest
  @ValueSource(strings = {"hf_gpt2", "hf_llama", "hf_gptneox"})
  void importedModelsGoOnAsTheirReference(String name) throws IOException {
    Path reference = SharedCases.folder(name);
    try (SafetensorsFile io = SafetensorsFile.open(reference.resolve("io.safetensors"))) {
      int tokens = Math.toIntExact(io.find("input_ids").orElseThrow().shape().get(1));
      double[] ids = io.doubles("input_ids");
      double[] logits = io.doubles("logits");
      int vocabulary = logits.length / ids.length;
      double[] last = Arrays.copyOfRange(logits, (tokens - 1) * vocabulary, tokens * vocabulary);
      int expected = 0;
      double loss = 0;
      for (int k = 0; k < vocabulary; k++) {
        expected = last[k] > last[expected] ? k : expected;
      }
      for (int i = 0; i + 1 < tokens; i++) {
        double sum = 0;
        for (int k = 0; k < vocabulary; k++) {
          sum += Math.exp(logits[i * vocabulary + k]);
        }
        loss += Math.log(sum) - logits[i * vocabulary + (int) ids[i + 1]];
      }
      String given =
          Arrays.stream(ids)
              .limit(tokens)
              .mapToObj(id -> String.valueOf((int) id))
              .collect(Collectors.joining(","));
      String[] how = {"--ids", given, "--tokens", "1", "--temperature", "0"};
      JsonNode found = generate(with(reference.toString(), how));
      assertEquals(expected, found.at("/ids/0").asInt());
      assertEquals(loss / (tokens - 1), found.get("loss").asDouble(), 1e-10);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--prompt abx                  | found character `x` at position 2",
        "--prompt a --temperature -1   | temperature: found -1.0",
        "--prompt a --temperature NaN  | temperature: found NaN",
        "--prompt a --top-k 0          | top-k: found 0",
        "--prompt a --tokens -5        | --tokens: found -5",
        "--prompt a --ids 1            | both --prompt and --ids",
        "--tokens 4                    | no beginning",
        "--ids 1,77                    | token 77 at place 1",
        "--prompt a --context 0        | context: found 0",
        "--prompt a --context 9        | at most the 8 positions",
      })
  void refusesWhatItCannotDo(String arguments, String told) {
    Call call = Call.of(with("generate", with(model, arguments.split(" +"))));
    assertEquals(2, call.exitCode(), call.err());
    assertTrue(call.err().contains(told), call.err());
  }

  @Test
  void refusesOtherModels() {
    Call call = Call.of("generate", SharedCases.folder("hf_bert").toString(), "--ids", "1,2");
    assertEquals(2, call.exitCode(), call.err());
    assertTrue(call.err().contains("a causal language model"), call.err());
  }

  private static String[] with(String first, String... more) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
