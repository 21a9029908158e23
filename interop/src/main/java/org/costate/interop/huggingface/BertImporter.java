package org.costate.interop.huggingface;

import java.util.List;
import java.util.Optional;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.architecture.Conventions.Loss;
import org.costate.interop.architecture.Conventions.Output;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.json.ConfigOptions;
import org.costate.interop.weights.WeightFiles;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Block;
import org.costate.model.architecture.Depth;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Pooling;

/// `bert`: post-norm layers over token, position and type embeddings; a tanh pooler reads the first
/// token.
final class BertImporter {
  private static final Exit POOLED =
      new Exit(Optional.empty(), Optional.of(Pooling.Kind.FIRST), true, Optional.empty());
  private static final Output HIDDEN = new Output("last_hidden_state", 0, "target", false);
  private static final Output POOLER = new Output("pooler_output", 3, "target_pooled", true);

  private BertImporter() {}

  static Imported read(ConfigOptions config, WeightFiles files) {
    CommonOptions.check(config);
    config.ignore(
        List.of(
            "attention_probs_dropout_prob",
            "classifier_dropout",
            "hidden_dropout_prob",
            "tie_word_embeddings"));
    config.allow("position_embedding_type", "\"absolute\"");
    int width = config.size("hidden_size");
    int heads = config.size("num_attention_heads", 12);
    Checkpoint.headWidth(config, width, heads, "num_attention_heads");
    int layers = Checkpoint.layers(config, "num_hidden_layers", files);
    Activation activation = Activations.read(config, "hidden_act", "gelu");
    int hidden = config.size("intermediate_size");
    Norm norm = Norm.layer(config.number("layer_norm_eps", 1e-12));
    Entry entry =
        new Entry.Tokens(
            config.size("vocab_size"),
            width,
            config.size("max_position_embeddings", 512),
            0,
            config.size("type_vocab_size", 2),
            Optional.of(norm));
    config.finish();

    String prefix =
        Checkpoint.prefix(files, "embeddings.word_embeddings.weight", List.of("bert.", ""));
    boolean pooled = files.has(prefix + "pooler.dense.weight");
    Block block =
        new Block(
            Arrangement.POST_NORM,
            Attention.standard(width, heads, new Mask.Full()),
            new FeedForward(width, hidden, activation, false, true),
            norm);
    Exit exit = pooled ? POOLED : Exit.NONE;
    NamedModel model =
        NamedModel.of(
            "bert",
            new Architecture(entry, block, Depth.layers(layers), exit),
            new Conventions(pooled ? List.of(HIDDEN, POOLER) : List.of(HIDDEN), Loss.MSE, 0));
    PlaceBuilder places = new PlaceBuilder(model.model().layout());
    embeddings(places, prefix + "embeddings.", files);
    for (int k = 0; k < layers; k++) {
      layer(places, prefix + "encoder.layer." + k + ".", k, width, files);
    }
    if (pooled) {
      places.linear(prefix + "pooler.dense", Architecture.POOLER, 0, "", true);
    }
    return Checkpoint.finish(
        model,
        places.build(),
        files,
        "(bert\\.)?embeddings\\.position_ids|(cls|classifier|qa_outputs)\\..*");
  }

  private static void embeddings(PlaceBuilder places, String prefix, WeightFiles files) {
    places.matrix(
        prefix + "word_embeddings.weight", places.view(Architecture.EMBEDDING, 0, "weight"));
    places.matrix(
        prefix + "position_embeddings.weight", places.view(Architecture.POSITIONS, 0, "weight"));
    places.matrix(
        prefix + "token_type_embeddings.weight", places.view(Architecture.TYPES, 0, "weight"));
    places.norm(prefix + "LayerNorm", Architecture.EMBEDDING_NORM, 0, true, files);
  }

  private static void layer(
      PlaceBuilder places, String prefix, int k, int width, WeightFiles files) {
    String self = prefix + "attention.self.";
    places.queryKeyValue(
        List.of(self + "query", self + "key", self + "value"),
        Architecture.ATTENTION,
        k,
        List.of(width, width, width),
        true);
    places.linear(prefix + "attention.output.dense", Architecture.ATTENTION, k, "output.", true);
    places.norm(prefix + "attention.output.LayerNorm", Architecture.ATTENTION_NORM, k, true, files);
    places.linear(prefix + "intermediate.dense", Architecture.FEED_FORWARD, k, "in.", true);
    places.linear(prefix + "output.dense", Architecture.FEED_FORWARD, k, "out.", true);
    places.norm(prefix + "output.LayerNorm", Architecture.FEED_FORWARD_NORM, k, true, files);
  }
}
