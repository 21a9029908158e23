package org.costate.interop.huggingface;

import java.util.List;
import java.util.Optional;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.architecture.Conventions.Loss;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.json.ConfigOptions;
import org.costate.interop.weights.WeightFiles;
import org.costate.model.InputException;
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

/// `vit`: pre-norm layers over patches of an image and a class token, which the head reads.
final class VitImporter {
  private static final Optional<Pooling.Kind> NO_POOLING = Optional.empty();
  private static final Optional<Exit.Readout> NONE = Optional.empty();
  private static final Conventions CLASSIFIER =
      new Conventions(
          List.of(new Conventions.Output("logits", 3, "target", true)), Loss.CROSS_ENTROPY, 0);
  private static final Conventions ENCODER = Conventions.of("last_hidden_state", 1, Loss.MSE, 0);

  private VitImporter() {}

  static Imported read(ConfigOptions config, WeightFiles files) {
    CommonOptions.check(config);
    config.ignore(
        List.of(
            "attention_probs_dropout_prob",
            "encoder_stride",
            "hidden_dropout_prob",
            "pooler_act",
            "pooler_output_size",
            "tie_word_embeddings"));
    int width = config.size("hidden_size");
    int heads = config.size("num_attention_heads");
    int headWidth = Checkpoint.headWidth(config, width, heads, "num_attention_heads");
    int layers = Checkpoint.layers(config, "num_hidden_layers", files);
    int hidden = config.size("intermediate_size");
    boolean bias = config.flag("qkv_bias", true);
    Norm norm = Norm.layer(config.number("layer_norm_eps", 1e-12));
    Activation activation = Activations.read(config, "hidden_act", "gelu");
    Entry.Patches patches = patches(config, width);
    config.finish();

    String prefix = Checkpoint.prefix(files, "embeddings.cls_token", List.of("vit.", ""));
    boolean head = files.has("classifier.weight");
    Attention attention =
        new Attention(
            width,
            heads,
            heads,
            headWidth,
            1 / Math.sqrt(headWidth),
            new Mask.Full(),
            Optional.empty(),
            bias,
            true,
            true);
    FeedForward feedForward = new FeedForward(width, hidden, activation, false, true);
    NamedModel model =
        NamedModel.of(
            "vit",
            new Architecture(
                patches,
                new Block(Arrangement.PRE_NORM, attention, feedForward, norm),
                Depth.layers(layers),
                head
                    ? classifier(norm, files)
                    : new Exit(Optional.of(norm), NO_POOLING, false, NONE)),
            head ? CLASSIFIER : ENCODER);
    PlaceBuilder places = new PlaceBuilder(model.model().layout());
    embeddings(places, prefix + "embeddings.", patches);
    for (int k = 0; k < layers; k++) {
      layer(places, prefix + "encoder.layer." + k + ".", k, attention, files);
    }
    places.norm(prefix + "layernorm", Architecture.FINAL_NORM, 0, true, files);
    if (head) {
      places.linear("classifier", Architecture.READOUT, 0, "", true);
    }
    return Checkpoint.finish(model, places.build(), files, "(vit\\.)?pooler\\..*");
  }

  /// The head reads the class token; how many classes there are is seen in its weight.
  private static Exit classifier(Norm norm, WeightFiles files) {
    List<Integer> shape = files.require("classifier.weight").shape();
    int classes = shape.isEmpty() ? 0 : shape.getFirst();
    return new Exit(
        Optional.of(norm),
        Optional.of(Pooling.Kind.FIRST),
        false,
        Optional.of(new Exit.Readout(classes, true, false)));
  }

  private static Entry.Patches patches(ConfigOptions config, int width) {
    List<Integer> image = config.sides("image_size", 224);
    int patch = config.square("patch_size", 16);
    int channels = config.size("num_channels", 3);
    if (image.get(0) % patch != 0 || image.get(1) % patch != 0) {
      throw new InputException(
          config.file() + ": found image_size " + image + " and patch_size " + patch,
          "patches that fill the image",
          "");
    }
    return new Entry.Patches(image.get(0), image.get(1), channels, patch, width, true, true, true);
  }

  private static void embeddings(PlaceBuilder places, String prefix, Entry.Patches patches) {
    int width = patches.width();
    int patch = patches.patch();
    String projection = prefix + "patch_embeddings.projection";
    places.add(
        prefix + "cls_token",
        List.of(1, 1, width),
        places.view(Architecture.EMBEDDING, 0, "class.token"));
    places.add(
        prefix + "position_embeddings",
        List.of(1, patches.tokens(), width),
        places.view(Architecture.POSITIONS, 0, "weight"));
    places.add(
        projection + ".weight",
        List.of(width, patches.channels(), patch, patch),
        places.view(Architecture.EMBEDDING, 0, "weight").transpose());
    places.vector(projection + ".bias", places.view(Architecture.EMBEDDING, 0, "bias"));
  }

  private static void layer(
      PlaceBuilder places, String prefix, int k, Attention attention, WeightFiles files) {
    int width = attention.width();
    String self = prefix + "attention.attention.";
    places.norm(prefix + "layernorm_before", Architecture.ATTENTION_NORM, k, true, files);
    places.queryKeyValue(
        List.of(self + "query", self + "key", self + "value"),
        Architecture.ATTENTION,
        k,
        List.of(width, width, width),
        attention.bias());
    places.linear(prefix + "attention.output.dense", Architecture.ATTENTION, k, "output.", true);
    places.norm(prefix + "layernorm_after", Architecture.FEED_FORWARD_NORM, k, true, files);
    places.linear(prefix + "intermediate.dense", Architecture.FEED_FORWARD, k, "in.", true);
    places.linear(prefix + "output.dense", Architecture.FEED_FORWARD, k, "out.", true);
  }
}
