package org.costate.interop.huggingface;

import java.util.List;
import java.util.Optional;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.json.ConfigOptions;
import org.costate.interop.weights.WeightFiles;
import org.costate.interop.weights.WeightMap;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Block;
import org.costate.model.architecture.Depth;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.costate.model.time.ControlLayout;

/// `gpt2`: causal pre-norm layers over token and position embeddings, a final norm, and a head that
/// is tied to the token embedding unless the configuration says otherwise.
final class Gpt2Importer {
  private Gpt2Importer() {}

  static Imported read(ConfigOptions config, WeightFiles files) {
    CommonOptions.check(config);
    config.ignore(
        List.of(
            "attn_pdrop",
            "embd_pdrop",
            "n_ctx",
            "reorder_and_upcast_attn",
            "resid_pdrop",
            "summary_activation",
            "summary_first_dropout",
            "summary_proj_to_labels",
            "summary_type",
            "summary_use_proj"));
    config.allow("scale_attn_by_inverse_layer_idx", "false");
    int width = config.size("n_embd");
    int heads = config.size("n_head");
    int headWidth = Checkpoint.headWidth(config, width, heads, "n_head");
    int layers = Checkpoint.layers(config, "n_layer", files);
    boolean scaled = config.flag("scale_attn_weights", true);
    boolean tied = config.flag("tie_word_embeddings", true);
    Size size =
        new Size(
            width,
            heads,
            config.size("n_inner", Math.multiplyExact(4, width)),
            layers,
            config.size("vocab_size"),
            config.size("n_positions", 1024),
            Activations.read(config, "activation_function", "gelu_new"),
            config.number("layer_norm_epsilon", 1e-5),
            scaled ? 1 / Math.sqrt(headWidth) : 1,
            tied);
    config.finish();

    String prefix = Checkpoint.prefix(files, "wte.weight", List.of("transformer.", ""));
    NamedModel model = LanguageModel.named("gpt2", architecture(size));
    boolean headStored = files.has("lm_head.weight");
    WeightMap weights = weights(model.model().layout(), size, prefix, headStored || !tied);
    String buffers = "(transformer\\.)?h\\.\\d+\\.attn\\.(bias|masked_bias)";
    return Checkpoint.finish(model, weights, files, buffers);
  }

  /// What distinguishes one model of this type from another.
  ///
  /// @param scale factor of the attention scores
  /// @param tied whether the head is the token embedding
  record Size(
      int width,
      int heads,
      int hidden,
      int layers,
      int vocabulary,
      int positions,
      Activation activation,
      double epsilon,
      double scale,
      boolean tied) {}

  static Architecture architecture(Size size) {
    int width = size.width();
    Entry entry =
        new Entry.Tokens(size.vocabulary(), width, size.positions(), 0, 0, Optional.empty());
    Attention attention =
        new Attention(
            width,
            size.heads(),
            size.heads(),
            width / size.heads(),
            size.scale(),
            new Mask.Causal(),
            Optional.empty(),
            true,
            true,
            true);
    FeedForward feedForward = new FeedForward(width, size.hidden(), size.activation(), false, true);
    Norm norm = Norm.layer(size.epsilon());
    return new Architecture(
        entry,
        new Block(Arrangement.PRE_NORM, attention, feedForward, norm),
        Depth.layers(size.layers()),
        LanguageModel.exit(norm, size.vocabulary(), size.tied()));
  }

  /// @param head whether the file holds the head under a name of its own
  static WeightMap weights(ControlLayout layout, Size size, String prefix, boolean head) {
    PlaceBuilder places = new PlaceBuilder(layout);
    places.matrix(prefix + "wte.weight", places.view(Architecture.EMBEDDING, 0, "weight"));
    places.matrix(prefix + "wpe.weight", places.view(Architecture.POSITIONS, 0, "weight"));
    for (int k = 0; k < size.layers(); k++) {
      String layer = prefix + "h." + k + ".";
      norm(places, layer + "ln_1", Architecture.ATTENTION_NORM, k);
      dense(places, layer + "attn.c_attn", Architecture.ATTENTION, k, "qkv.");
      dense(places, layer + "attn.c_proj", Architecture.ATTENTION, k, "output.");
      norm(places, layer + "ln_2", Architecture.FEED_FORWARD_NORM, k);
      dense(places, layer + "mlp.c_fc", Architecture.FEED_FORWARD, k, "in.");
      dense(places, layer + "mlp.c_proj", Architecture.FEED_FORWARD, k, "out.");
    }
    norm(places, prefix + "ln_f", Architecture.FINAL_NORM, 0);
    if (head) {
      places.add("lm_head.weight", LanguageModel.head(places, size.tied()));
    }
    return places.build();
  }

  /// `Conv1D` of GPT-2 stores its weights as they act, `[in, out]`.
  private static void dense(PlaceBuilder places, String name, String block, int k, String part) {
    places.matrix(name + ".weight", places.view(block, k, part + "weight"));
    places.vector(name + ".bias", places.view(block, k, part + "bias"));
  }

  private static void norm(PlaceBuilder places, String name, String block, int k) {
    places.vector(name + ".weight", places.view(block, k, "gain"));
    places.vector(name + ".bias", places.view(block, k, "bias"));
  }
}
