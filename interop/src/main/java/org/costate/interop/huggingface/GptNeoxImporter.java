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

/// `gpt_neox`: causal layers with parallel residual (or pre-norm, where the configuration says so)
/// and rotary position on a part of every head.
final class GptNeoxImporter {
  private GptNeoxImporter() {}

  static Imported read(ConfigOptions config, WeightFiles files) {
    CommonOptions.check(config);
    config.ignore(
        List.of(
            "attention_dropout",
            "classifier_dropout",
            "hidden_dropout",
            "max_position_embeddings"));
    int width = config.size("hidden_size");
    int heads = config.size("num_attention_heads");
    int headWidth = Checkpoint.headWidth(config, width, heads, "num_attention_heads");
    int layers = Checkpoint.layers(config, "num_hidden_layers", files);
    int hidden = config.size("intermediate_size");
    int vocabulary = config.size("vocab_size");
    boolean bias = config.flag("attention_bias", true);
    boolean tied = config.flag("tie_word_embeddings", false);
    boolean parallel = config.flag("use_parallel_residual", true);
    Norm norm = Norm.layer(config.number("layer_norm_eps", 1e-5));
    Activation activation = Activations.read(config, "hidden_act", "gelu");
    Attention attention =
        new Attention(
            width,
            heads,
            heads,
            headWidth,
            1 / Math.sqrt(headWidth),
            new Mask.Causal(),
            Optional.of(RotaryOptions.read(config, headWidth, 0.25, "rotary_pct")),
            bias,
            true,
            bias);
    config.finish();

    String prefix = Checkpoint.prefix(files, "embed_in.weight", List.of("gpt_neox.", ""));
    Arrangement arrangement = parallel ? Arrangement.PARALLEL : Arrangement.PRE_NORM;
    FeedForward feedForward = new FeedForward(width, hidden, activation, false, true);
    NamedModel model =
        LanguageModel.named(
            "gpt_neox",
            new Architecture(
                LanguageModel.tokens(vocabulary, width),
                new Block(arrangement, attention, feedForward, norm),
                Depth.layers(layers),
                LanguageModel.exit(norm, vocabulary, tied)));
    PlaceBuilder places = new PlaceBuilder(model.model().layout());
    places.matrix(prefix + "embed_in.weight", places.view(Architecture.EMBEDDING, 0, "weight"));
    for (int k = 0; k < layers; k++) {
      layer(places, prefix + "layers." + k + ".", k, attention, files);
    }
    places.norm(prefix + "final_layer_norm", Architecture.FINAL_NORM, 0, true, files);
    if (!tied || files.has("embed_out.weight")) {
      places.add("embed_out.weight", LanguageModel.head(places, tied));
    }
    return Checkpoint.finish(
        model, places.build(), files, ".*attention\\.(bias|masked_bias|rotary_emb\\.inv_freq)");
  }

  private static void layer(
      PlaceBuilder places, String prefix, int k, Attention attention, WeightFiles files) {
    places.norm(prefix + "input_layernorm", Architecture.ATTENTION_NORM, k, true, files);
    places.norm(
        prefix + "post_attention_layernorm", Architecture.FEED_FORWARD_NORM, k, true, files);
    String fused = prefix + "attention.query_key_value";
    int rows = 3 * attention.width();
    StridedView weight = perHead(places.view(Architecture.ATTENTION, k, "qkv.weight"), attention);
    places.add(fused + ".weight", List.of(rows, attention.width()), weight.permute(1, 2, 3, 0));
    if (attention.bias()) {
      StridedView vector = perHead(places.view(Architecture.ATTENTION, k, "qkv.bias"), attention);
      places.add(fused + ".bias", List.of(rows), vector);
    }
    places.linear(
        prefix + "attention.dense", Architecture.ATTENTION, k, "output.", attention.outputBias());
    places.linear(prefix + "mlp.dense_h_to_4h", Architecture.FEED_FORWARD, k, "in.", true);
    places.linear(prefix + "mlp.dense_4h_to_h", Architecture.FEED_FORWARD, k, "out.", true);
  }

  /// The fused map runs over heads first and over query, key, value within a head; Costate the
  /// other way round. The dimensions are: rows, heads, three, features.
  private static StridedView perHead(StridedView columns, Attention attention) {
    return columns.split(1, 3, attention.heads(), attention.headWidth()).permute(0, 2, 1, 3);
  }
}
