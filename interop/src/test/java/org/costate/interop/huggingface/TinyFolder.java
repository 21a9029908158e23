package org.costate.interop.huggingface;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.costate.interop.json.StrictJson;
import org.costate.interop.safetensors.SafetensorsWriter;
import org.costate.interop.safetensors.Tensor;

/// A small model folder of a foreign type: its configuration and the names and shapes of its
/// weights, written down from the documentation of the types and independent of the importers.
/// Weights are random, and depend on their names alone.
public final class TinyFolder {
  /// The configuration; may be changed before the folder is written.
  public final ObjectNode config = StrictJson.object();

  /// Shapes by tensor name; may be changed before the folder is written.
  public final SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();

  /// Sizes of a model.
  public record Sizes(int width, int heads, int hidden, int layers) {
    /// Two layers of width 8 with two heads.
    public static final Sizes SMALL = new Sizes(8, 2, 12, 2);
  }

  private TinyFolder(String type) {
    config.put("model_type", type);
  }

  /// A folder of one of the six types.
  public static TinyFolder of(String type, Sizes s) {
    return switch (type) {
      case "bert" -> bert(s);
      case "gpt2" -> gpt2(s);
      case "vit" -> vit(s);
      case "llama" -> llama(s);
      case "gpt_neox" -> gptNeox(s);
      case "torch_encoder" -> torchEncoder(s);
      default -> throw new IllegalArgumentException(type);
    };
  }

  private static TinyFolder gpt2(Sizes s) {
    TinyFolder f = new TinyFolder("gpt2");
    f.config.put("n_embd", s.width).put("n_head", s.heads).put("n_inner", s.hidden);
    f.config.put("n_layer", s.layers).put("n_positions", 9).put("vocab_size", 11);
    f.shape("transformer.wte.weight", 11, s.width);
    f.shape("transformer.wpe.weight", 9, s.width);
    for (int k = 0; k < s.layers; k++) {
      String h = "transformer.h." + k + ".";
      f.norm(h + "ln_1", s.width);
      f.norm(h + "ln_2", s.width);
      f.conv(h + "attn.c_attn", s.width, 3 * s.width);
      f.conv(h + "attn.c_proj", s.width, s.width);
      f.conv(h + "mlp.c_fc", s.width, s.hidden);
      f.conv(h + "mlp.c_proj", s.hidden, s.width);
    }
    f.norm("transformer.ln_f", s.width);
    return f;
  }

  private static TinyFolder bert(Sizes s) {
    TinyFolder f = new TinyFolder("bert");
    f.transformers(s);
    f.config.put("max_position_embeddings", 9).put("type_vocab_size", 2);
    f.shape("embeddings.word_embeddings.weight", 11, s.width);
    f.shape("embeddings.position_embeddings.weight", 9, s.width);
    f.shape("embeddings.token_type_embeddings.weight", 2, s.width);
    f.norm("embeddings.LayerNorm", s.width);
    for (int k = 0; k < s.layers; k++) {
      String h = "encoder.layer." + k + ".";
      for (String part : List.of("query", "key", "value")) {
        f.linear(h + "attention.self." + part, s.width, s.width);
      }
      f.linear(h + "attention.output.dense", s.width, s.width);
      f.norm(h + "attention.output.LayerNorm", s.width);
      f.linear(h + "intermediate.dense", s.width, s.hidden);
      f.linear(h + "output.dense", s.hidden, s.width);
      f.norm(h + "output.LayerNorm", s.width);
    }
    f.linear("pooler.dense", s.width, s.width);
    return f;
  }

  private static TinyFolder vit(Sizes s) {
    TinyFolder f = new TinyFolder("vit");
    f.transformers(s);
    f.config.put("image_size", 4).put("patch_size", 2).put("num_channels", 3);
    f.shape("vit.embeddings.cls_token", 1, 1, s.width);
    f.shape("vit.embeddings.position_embeddings", 1, 5, s.width);
    f.shape("vit.embeddings.patch_embeddings.projection.weight", s.width, 3, 2, 2);
    f.shape("vit.embeddings.patch_embeddings.projection.bias", s.width);
    for (int k = 0; k < s.layers; k++) {
      String h = "vit.encoder.layer." + k + ".";
      for (String part : List.of("query", "key", "value")) {
        f.linear(h + "attention.attention." + part, s.width, s.width);
      }
      f.linear(h + "attention.output.dense", s.width, s.width);
      f.linear(h + "intermediate.dense", s.width, s.hidden);
      f.linear(h + "output.dense", s.hidden, s.width);
      f.norm(h + "layernorm_before", s.width);
      f.norm(h + "layernorm_after", s.width);
    }
    f.norm("vit.layernorm", s.width);
    f.linear("classifier", s.width, 5);
    return f;
  }

  private static TinyFolder llama(Sizes s) {
    TinyFolder f = new TinyFolder("llama");
    f.transformers(s);
    int keys = s.heads % 2 == 0 ? s.heads / 2 : s.heads;
    int each = s.width / s.heads;
    f.config.put("num_key_value_heads", keys).put("hidden_act", "silu");
    f.shape("model.embed_tokens.weight", 11, s.width);
    for (int k = 0; k < s.layers; k++) {
      String h = "model.layers." + k + ".";
      f.shape(h + "self_attn.q_proj.weight", s.width, s.width);
      f.shape(h + "self_attn.k_proj.weight", keys * each, s.width);
      f.shape(h + "self_attn.v_proj.weight", keys * each, s.width);
      f.shape(h + "self_attn.o_proj.weight", s.width, s.width);
      f.shape(h + "mlp.gate_proj.weight", s.hidden, s.width);
      f.shape(h + "mlp.up_proj.weight", s.hidden, s.width);
      f.shape(h + "mlp.down_proj.weight", s.width, s.hidden);
      f.shape(h + "input_layernorm.weight", s.width);
      f.shape(h + "post_attention_layernorm.weight", s.width);
    }
    f.shape("model.norm.weight", s.width);
    f.shape("lm_head.weight", 11, s.width);
    return f;
  }

  private static TinyFolder gptNeox(Sizes s) {
    TinyFolder f = new TinyFolder("gpt_neox");
    f.transformers(s);
    f.config.put("rotary_pct", 0.5).put("rotary_emb_base", 10_000);
    f.shape("gpt_neox.embed_in.weight", 11, s.width);
    for (int k = 0; k < s.layers; k++) {
      String h = "gpt_neox.layers." + k + ".";
      f.linear(h + "attention.query_key_value", s.width, 3 * s.width);
      f.linear(h + "attention.dense", s.width, s.width);
      f.linear(h + "mlp.dense_h_to_4h", s.width, s.hidden);
      f.linear(h + "mlp.dense_4h_to_h", s.hidden, s.width);
      f.norm(h + "input_layernorm", s.width);
      f.norm(h + "post_attention_layernorm", s.width);
    }
    f.norm("gpt_neox.final_layer_norm", s.width);
    f.shape("embed_out.weight", 11, s.width);
    return f;
  }

  private static TinyFolder torchEncoder(Sizes s) {
    TinyFolder f = new TinyFolder("torch_encoder");
    f.config.put("d_model", s.width).put("nhead", s.heads).put("dim_feedforward", s.hidden);
    f.config.put("num_layers", s.layers).put("activation", "gelu").put("norm_first", false);
    for (int k = 0; k < s.layers; k++) {
      String h = "layers." + k + ".";
      f.shape(h + "self_attn.in_proj_weight", 3 * s.width, s.width);
      f.shape(h + "self_attn.in_proj_bias", 3 * s.width);
      f.linear(h + "self_attn.out_proj", s.width, s.width);
      f.linear(h + "linear1", s.width, s.hidden);
      f.linear(h + "linear2", s.hidden, s.width);
      f.norm(h + "norm1", s.width);
      f.norm(h + "norm2", s.width);
    }
    return f;
  }

  private void transformers(Sizes s) {
    config.put("hidden_size", s.width).put("num_attention_heads", s.heads);
    config.put("num_hidden_layers", s.layers).put("intermediate_size", s.hidden);
    if (!config.get("model_type").textValue().equals("vit")) {
      config.put("vocab_size", 11);
    }
  }

  /// Notes a tensor.
  public void shape(String name, Integer... sizes) {
    shapes.put(name, List.of(sizes));
  }

  private void linear(String name, int in, int out) {
    shape(name + ".weight", out, in);
    shape(name + ".bias", out);
  }

  private void conv(String name, int in, int out) {
    shape(name + ".weight", in, out);
    shape(name + ".bias", out);
  }

  private void norm(String name, int width) {
    shape(name + ".weight", width);
    shape(name + ".bias", width);
  }

  /// The weights: normal with deviation 0.4, norm gains around 1.
  public static Tensor random(String name, List<Integer> shape) {
    int count = shape.stream().mapToInt(i -> i).reduce(1, (a, b) -> a * b);
    SplittableRandom random = new SplittableRandom(name.hashCode());
    double[] values = new double[count];
    boolean gain = shape.size() == 1 && name.endsWith("weight");
    for (int i = 0; i < count; i++) {
      values[i] = (gain ? 1 : 0) + 0.4 * random.nextGaussian();
    }
    return Tensor.ofDoubles(name, shape, values);
  }

  /// Writes configuration and weights; returns the folder.
  public Path write(Path folder) throws IOException {
    return write(folder, name -> name);
  }

  /// Writes configuration and weights, each weight under another name than the one that its numbers
  /// come from.
  public Path write(Path folder, java.util.function.UnaryOperator<String> rename)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), StrictJson.text(config));
    List<Tensor> tensors = new ArrayList<>();
    shapes.forEach(
        (name, shape) -> {
          Tensor t = random(name, shape);
          tensors.add(new Tensor(rename.apply(name), t.type(), t.shape(), t.values()));
        });
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    return folder;
  }
}
