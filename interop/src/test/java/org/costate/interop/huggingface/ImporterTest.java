package org.costate.interop.huggingface;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.costate.interop.folder.LoadedModel;
import org.costate.interop.folder.ModelFolder;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.interop.safetensors.SafetensorsWriter;
import org.costate.interop.safetensors.Tensor;
import org.costate.interop.weights.LoadProgress;
import org.costate.interop.weights.WeightPlace;
import org.costate.model.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImporterTest {
  @TempDir private Path root;

  private static TinyFolder small(String type) {
    return TinyFolder.of(type, TinyFolder.Sizes.SMALL);
  }

  private static LoadedModel read(Path folder) {
    return ModelFolder.read(folder, LoadProgress.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "gpt2", "vit", "llama", "gpt_neox", "torch_encoder"})
  void everyTensorIsReadIntoItsPlaceAndComesOutAgain(String type) throws IOException {
    for (TinyFolder.Sizes sizes :
        List.of(
            TinyFolder.Sizes.SMALL,
            new TinyFolder.Sizes(8, 1, 5, 3),
            new TinyFolder.Sizes(12, 3, 7, 5))) {
      TinyFolder tiny = TinyFolder.of(type, sizes);
      Path folder = tiny.write(root.resolve(type + sizes.heads()));
      LoadedModel model = read(folder);
      assertEquals(tiny.shapes.keySet(), new HashSet<>(model.weights().names()));
      assertTrue(model.weights().covers(model.model().layout().size()));
      assertEquals(sizes.layers(), model.model().grid().steps());
      try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
        for (WeightPlace place : model.weights().places()) {
          assertArrayEquals(file.doubles(place.name()), place.values(model.coefficients()));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"gpt2, transformer.", "vit, vit.", "llama, model.", "gpt_neox, gpt_neox."})
  void namesWithoutThePrefixAreTheSameModel(String type, String prefix) throws IOException {
    LoadedModel with = read(small(type).write(root.resolve("with")));
    LoadedModel without =
        read(small(type).write(root.resolve("without"), n -> n.replaceFirst("^" + prefix, "")));
    assertArrayEquals(with.coefficients(), without.coefficients());
    assertEquals(with.named().architecture(), without.named().architecture());
  }

  @Test
  void bertHasAPrefixOrNotAndOldNamesOfItsNorms() throws IOException {
    LoadedModel plain = read(small("bert").write(root.resolve("plain")));
    LoadedModel old =
        read(
            small("bert")
                .write(
                    root.resolve("old"),
                    n ->
                        "bert."
                            + n.replace("LayerNorm.weight", "LayerNorm.gamma")
                                .replace("LayerNorm.bias", "LayerNorm.beta")));
    assertArrayEquals(plain.coefficients(), old.coefficients());
    assertTrue(old.weights().names().contains("bert.embeddings.LayerNorm.gamma"));
  }

  @Test
  void shardsAreTheSameModel() throws IOException {
    TinyFolder tiny = small("llama");
    LoadedModel whole = read(tiny.write(root.resolve("whole")));
    Path folder = shards(tiny);
    LoadedModel sharded = read(folder);
    assertArrayEquals(whole.coefficients(), sharded.coefficients());
    assertEquals(3, sharded.files().size());
    Path index = folder.resolve("model.safetensors.index.json");
    String text = Files.readString(index);
    Files.writeString(index, text.replace("model-1.safetensors", "../model-1.safetensors"));
    refused(folder, "name of a safetensors file in the same folder");
    Files.writeString(index, text.replaceFirst(",\"lm_head.weight\":\"[^\"]*\"", ""));
    refused(folder, "only tensors that model.safetensors.index.json names");
    Files.writeString(index, text.replaceFirst("lm_head.weight", "lm_head.wait"));
    refused(folder, "`lm_head.wait`");
    Files.writeString(index, text.replace("model-1", "model-7"));
    refused(folder, "no such file");
    Files.writeString(index, "{\"weight_map\":{}}");
    refused(folder, "no weight_map");
  }

  private Path shards(TinyFolder tiny) throws IOException {
    Path folder = Files.createDirectories(root.resolve("sharded"));
    Files.writeString(folder.resolve("config.json"), tiny.config.toString());
    List<List<Tensor>> parts = List.of(new ArrayList<>(), new ArrayList<>());
    ObjectNode map = new ObjectMapper().createObjectNode();
    tiny.shapes.forEach(
        (name, shape) -> {
          int part = Math.floorMod(name.hashCode(), 2);
          parts.get(part).add(TinyFolder.random(name, shape));
          map.put(name, "model-" + part + ".safetensors");
        });
    for (int i = 0; i < 2; i++) {
      Path shard = folder.resolve("model-" + i + ".safetensors");
      SafetensorsWriter.write(shard, parts.get(i), Map.of());
    }
    ObjectNode index = new ObjectMapper().createObjectNode();
    index.set("weight_map", map);
    Files.writeString(folder.resolve("model.safetensors.index.json"), index.toString());
    return folder;
  }

  @ParameterizedTest
  @CsvSource({
    "gpt2, lm_head.weight, transformer.wte.weight",
    "llama, lm_head.weight, model.embed_tokens.weight",
    "gpt_neox, embed_out.weight, gpt_neox.embed_in.weight"
  })
  void tiedHeadsMayBeStoredOrNot(String type, String head, String embedding) throws IOException {
    TinyFolder bare = small(type);
    bare.config.put("tie_word_embeddings", true);
    bare.shapes.remove(head);
    LoadedModel without = read(bare.write(root.resolve("bare")));
    TinyFolder stored = small(type);
    stored.config.put("tie_word_embeddings", true);
    stored.shape(head, 11, 8);
    Path folder = stored.write(root.resolve("stored"));
    refused(folder, "tie_word_embeddings is wrong");
    rewrite(folder, stored, head, embedding);
    LoadedModel with = read(folder);
    assertArrayEquals(without.coefficients(), with.coefficients());
    assertTrue(with.weights().names().contains(head), "its gradient has a name too");
    TinyFolder untied = small(type);
    untied.config.put("tie_word_embeddings", false);
    untied.shapes.remove(head);
    refused(untied.write(root.resolve("untied")), "no tensor `" + head + "`");
  }

  /// Writes the weights again, with those of `from` under the name `name`.
  private static void rewrite(Path folder, TinyFolder tiny, String name, String from) {
    List<Tensor> tensors = new ArrayList<>();
    tiny.shapes.forEach(
        (n, shape) -> {
          Tensor t = TinyFolder.random(n.equals(name) ? from : n, shape);
          tensors.add(new Tensor(n, t.type(), t.shape(), t.values()));
        });
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
  }

  @Test
  void bothSpellingsOfTheRotaryOptionsMeanTheSame() throws IOException {
    TinyFolder before = small("gpt_neox");
    before.config.put("rotary_emb_base", 5000).putNull("rope_scaling");
    LoadedModel old = read(before.write(root.resolve("old")));
    TinyFolder now = small("gpt_neox");
    now.config.remove(List.of("rotary_pct", "rotary_emb_base"));
    now.config
        .putObject("rope_parameters")
        .put("rope_type", "default")
        .put("rope_theta", 5000.0)
        .put("partial_rotary_factor", 0.5);
    LoadedModel recent = read(now.write(root.resolve("new")));
    assertEquals(old.named().architecture(), recent.named().architecture());
    assertEquals(2, old.named().architecture().block().attention().rotary().get().dimensions());
    now.config.put("rotary_pct", 0.25);
    refused(now.write(root.resolve("both")), "the same in both spellings");
  }

  @Test
  void buffersAreIgnoredAndNamed() throws IOException {
    TinyFolder tiny = small("gpt2");
    tiny.shape("transformer.h.0.attn.bias", 1, 1, 9, 9);
    tiny.shape("transformer.h.1.attn.masked_bias");
    LoadedModel model = read(tiny.write(root.resolve("buffers")));
    assertEquals(2, model.ignored().size());
  }

  @Test
  void anEncoderMayEndWithANormAndLackBiases() throws IOException {
    TinyFolder tiny = small("torch_encoder");
    tiny.shapes.keySet().removeIf(name -> name.endsWith("bias"));
    tiny.shape("norm.weight", 8);
    tiny.config.put("norm_first", true).put("activation", "relu");
    LoadedModel model = read(tiny.write(root.resolve("plain")));
    assertEquals(1, model.model().exit().size());
    assertTrue(model.weights().covers(model.model().layout().size()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpt2|activation_function|\"quick_gelu\"|activation_function = \"quick_gelu\"",
        "gpt2|scale_attn_by_inverse_layer_idx|true|scale_attn_by_inverse_layer_idx",
        "gpt2|add_cross_attention|true|add_cross_attention",
        "gpt2|n_head|3|n_head = 3",
        "gpt2|n_layer|3|`transformer.h.2.ln_1.weight`",
        "gpt2|n_layer|1|`transformer.h.1.",
        "gpt2|n_layer|2000000000|at most the",
        "gpt2|n_embd|2147483647|n_head = 2 for width 2147483647",
        "gpt2|n_embd|1073741824|too large",
        "gpt2|n_positions|-1|an integer from 1 on",
        "gpt2|n_positions|1.5|an integer from 1 on",
        "gpt2|n_positions|\"9\"|an integer from 1 on",
        "gpt2|n_positions|8|found shape [9, 8], expected [8, 8]",
        "gpt2|vocab_size|null|no vocab_size",
        "gpt2|layer_norm_epsilon|-1|a number from 0 on",
        "gpt2|tie_word_embeddings|\"yes\"|true or false",
        "gpt2|logit_scale|2|the option logit_scale",
        "gpt2|quantization_config|{}|quantization_config",
        "bert|position_embedding_type|\"relative_key\"|position_embedding_type",
        "bert|is_decoder|true|is_decoder",
        "bert|hidden_act|\"gelu_fast\"|hidden_act",
        "bert|pruned_heads|{\"0\":[1]}|pruned_heads",
        "vit|patch_size|3|patches that fill the image",
        "vit|patch_size|[2,1]|patch_size",
        "vit|image_size|8|`vit.embeddings.position_embeddings`",
        "llama|rope_scaling|{\"type\":\"linear\",\"factor\":2}|rope_scaling: found",
        "llama|rope_scaling|{\"rope_type\":\"llama3\"}|rope_type",
        "llama|rope_parameters|{\"rope_type\":\"yarn\",\"rope_theta\":1e4}|yarn",
        "llama|rope_parameters|{\"rope_type\":\"default\",\"factor\":8}|the option factor",
        "llama|rope_parameters|{\"partial_rotary_factor\":0.5}|partial_rotary_factor",
        "llama|rope_theta|0|rope_theta",
        "llama|num_key_value_heads|3|num_key_value_heads",
        "llama|sliding_window|4096|the option sliding_window",
        "llama|head_dim|3|even number",
        "llama|attention_bias|true|`model.layers.0.self_attn.q_proj.bias`",
        "gpt_neox|rotary_pct|0.3|rotary_pct",
        "gpt_neox|hidden_act|\"gelu_10\"|hidden_act",
        "torch_encoder|activation|\"celu\"|activation",
        "torch_encoder|mask|\"causal\"|mask",
        "torch_encoder|batch_first|false|batch_first",
        "torch_encoder|gelu|\"sigmoid\"|gelu",
      })
  void whatWouldChangeTheResultIsRefusedByName(
      String type, String key, String value, String expected) throws IOException {
    TinyFolder tiny = small(type);
    tiny.config.set(key, new ObjectMapper().readTree(value));
    refused(tiny.write(root.resolve("changed")), expected);
  }

  @Test
  void harmlessOptionsAreTaken() throws IOException {
    TinyFolder tiny = small("llama");
    tiny.config.put("torch_dtype", "float16").put("_name_or_path", "x").put("use_cache", true);
    tiny.config.putNull("sliding_window").put("max_position_embeddings", 64);
    assertEquals("llama", read(tiny.write(root.resolve("fine"))).named().type());
  }

  @Test
  void brokenWeightsAreNamed() throws IOException {
    TinyFolder wrong = small("bert");
    wrong.shape("pooler.dense.weight", 4, 16);
    refused(wrong.write(root.resolve("shape")), "`pooler.dense.weight`: found shape [4, 16]");
    TinyFolder extra = small("bert");
    extra.shape("encoder.layer.0.adapter.weight", 2);
    refused(extra.write(root.resolve("extra")), "`encoder.layer.0.adapter.weight`");
    TinyFolder missing = small("bert");
    missing.shapes.remove("encoder.layer.1.output.dense.bias");
    refused(missing.write(root.resolve("missing")), "`encoder.layer.1.output.dense.bias`");
    TinyFolder other = small("bert");
    other.config.put("model_type", "brt");
    refused(other.write(root.resolve("type")), "Maybe \"bert\"?");
    Path folder = small("bert").write(root.resolve("nan"));
    List<Tensor> tensors = new ArrayList<>();
    small("bert").shapes.forEach((n, s) -> tensors.add(poisoned(TinyFolder.random(n, s))));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    refused(folder, "`pooler.dense.bias`: found NaN at place 3");
  }

  private static Tensor poisoned(Tensor t) {
    return t.name().equals("pooler.dense.bias")
        ? new Tensor(
            t.name(),
            t.type(),
            t.shape(),
            (from, count, target) -> {
              t.values().copy(from, count, target);
              target[3] = Double.NaN;
            })
        : t;
  }

  @Test
  void foldersWithoutAModelAreExplained() throws IOException {
    refused(root.resolve("absent"), "no such folder");
    Path empty = Files.createDirectories(root.resolve("empty"));
    refused(empty, "no such file");
    Files.writeString(empty.resolve("config.json"), "{\"model_type\":\"bert\"}");
    refused(empty, "no weights");
    Files.writeString(empty.resolve("config.json"), "{}");
    refused(empty, "no model_type");
    Files.writeString(empty.resolve("config.json"), "{\"model_type\":\"bert\",}");
    refused(empty, "broken JSON at line 1");
  }

  private static void refused(Path folder, String expected) {
    InputException e = assertThrows(InputException.class, () -> read(folder));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }
}
