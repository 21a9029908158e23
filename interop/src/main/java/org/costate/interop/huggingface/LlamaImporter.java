package org.costate.interop.huggingface;

import java.util.List;
import java.util.Optional;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.json.ConfigOptions;
import org.costate.interop.weights.StridedView;
import org.costate.interop.weights.WeightFiles;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Block;
import org.costate.model.architecture.Depth;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;

/// `llama`: causal pre-norm layers with RMS projection, rotary position, grouped key and value
/// heads and a gated feed-forward network.
final class LlamaImporter {
  private LlamaImporter() {}

  private record Size(
      int width, int heads, int keyHeads, int headWidth, int hidden, int layers, boolean tied) {}

  static Imported read(ConfigOptions config, WeightFiles files) {
    CommonOptions.check(config);
    config.ignore(List.of("attention_dropout", "max_position_embeddings", "pretraining_tp"));
    Size size = size(config, files);
    boolean attentionBias = config.flag("attention_bias", false);
    boolean hiddenBias = config.flag("mlp_bias", false);
    Norm norm = Norm.rms(config.number("rms_norm_eps", 1e-6));
    int vocabulary = config.size("vocab_size");
    Activation activation = Activations.read(config, "hidden_act", "silu");
    Attention attention =
        new Attention(
            size.width(),
            size.heads(),
            size.keyHeads(),
            size.headWidth(),
            1 / Math.sqrt(size.headWidth()),
            new Mask.Causal(),
            Optional.of(RotaryOptions.read(config, size.headWidth(), 1, "")),
            attentionBias,
            true,
            attentionBias);
    config.finish();

    String prefix = Checkpoint.prefix(files, "embed_tokens.weight", List.of("model.", ""));
    FeedForward feedForward =
        new FeedForward(size.width(), size.hidden(), activation, true, hiddenBias);
    NamedModel model =
        LanguageModel.named(
            "llama",
            new Architecture(
                LanguageModel.tokens(vocabulary, size.width()),
                new Block(Arrangement.PRE_NORM, attention, feedForward, norm),
                Depth.layers(size.layers()),
                LanguageModel.exit(norm, vocabulary, size.tied())));
    PlaceBuilder places = new PlaceBuilder(model.model().layout());
    places.matrix(prefix + "embed_tokens.weight", places.view(Architecture.EMBEDDING, 0, "weight"));
    for (int k = 0; k < size.layers(); k++) {
      layer(places, prefix + "layers." + k + ".", k, size, attentionBias, hiddenBias);
    }
    places.vector(prefix + "norm.weight", places.view(Architecture.FINAL_NORM, 0, "gain"));
    if (!size.tied() || files.has("lm_head.weight")) {
      places.add("lm_head.weight", LanguageModel.head(places, size.tied()));
    }
    return Checkpoint.finish(model, places.build(), files, ".*rotary_emb\\.inv_freq");
  }

  private static Size size(ConfigOptions config, WeightFiles files) {
    int width = config.size("hidden_size");
    int heads = config.size("num_attention_heads");
    int keyHeads = config.size("num_key_value_heads", heads);
    int headWidth =
        config.has("head_dim")
            ? config.size("head_dim")
            : Checkpoint.headWidth(config, width, heads, "num_attention_heads");
    Checkpoint.headWidth(config, heads, keyHeads, "num_key_value_heads");
    return new Size(
        width,
        heads,
        keyHeads,
        headWidth,
        config.size("intermediate_size"),
        Checkpoint.layers(config, "num_hidden_layers", files),
        config.flag("tie_word_embeddings", false));
  }

  private static void layer(
      PlaceBuilder places,
      String prefix,
      int k,
      Size size,
      boolean attentionBias,
      boolean hiddenBias) {
    places.vector(
        prefix + "input_layernorm.weight", places.view(Architecture.ATTENTION_NORM, k, "gain"));
    String self = prefix + "self_attn.";
    int keys = size.keyHeads() * size.headWidth();
    places.queryKeyValue(
        List.of(self + "q_proj", self + "k_proj", self + "v_proj"),
        Architecture.ATTENTION,
        k,
        List.of(size.heads() * size.headWidth(), keys, keys),
        attentionBias);
    places.linear(self + "o_proj", Architecture.ATTENTION, k, "output.", attentionBias);
    places.vector(
        prefix + "post_attention_layernorm.weight",
        places.view(Architecture.FEED_FORWARD_NORM, k, "gain"));
    String mlp = prefix + "mlp.";
    half(places, mlp + "gate_proj", k, 0, size.hidden(), hiddenBias);
    half(places, mlp + "up_proj", k, size.hidden(), size.hidden(), hiddenBias);
    places.linear(mlp + "down_proj", Architecture.FEED_FORWARD, k, "out.", hiddenBias);
  }

  /// Gate or upward map: one half of the columns of the input map.
  private static void half(
      PlaceBuilder places, String name, int k, int from, int count, boolean bias) {
    StridedView weight = places.view(Architecture.FEED_FORWARD, k, "in.weight");
    places.linear(name + ".weight", weight.narrow(1, from, count));
    if (bias) {
      StridedView vector = places.view(Architecture.FEED_FORWARD, k, "in.bias");
      places.vector(name + ".bias", vector.narrow(1, from, count));
    }
  }
}
