package org.costate.interop.huggingface;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.architecture.Conventions.Loss;
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

/// `torch_encoder`: the state dictionary of a `torch.nn.TransformerEncoder`, pre- or post-norm,
/// with or without a final norm.
final class TorchEncoderImporter {
  private static final Map<String, Activation> RECTIFIED = Map.of("relu", Activation.RELU);
  private static final Map<String, Activation> GELU =
      Map.of(
          "exact (erf)", Activation.GELU_ERF,
          "exact", Activation.GELU_ERF,
          "erf", Activation.GELU_ERF,
          "none", Activation.GELU_ERF,
          "tanh", Activation.GELU_TANH);

  private TorchEncoderImporter() {}

  static Imported read(ConfigOptions config, WeightFiles files) {
    config.ignore(
        List.of(
            "model_type", "class", "dropout", "batch", "tokens", "dtype", "seed", "loss", "torch"));
    config.allow("mask");
    config.allow("batch_first", "true");
    int width = config.size("d_model");
    int heads = config.size("nhead");
    int headWidth = Checkpoint.headWidth(config, width, heads, "nhead");
    int hidden = config.size("dim_feedforward", 2048);
    int layers = Checkpoint.layers(config, "num_layers", files);
    boolean normFirst = config.flag("norm_first", false);
    double epsilon = config.number("layer_norm_eps", 1e-5);
    double finalEpsilon = config.number("final_norm_eps", epsilon);
    Activation activation = activation(config);
    config.finish();

    String prefix =
        Checkpoint.prefix(
            files,
            "layers.0.self_attn.in_proj_weight",
            List.of("", "encoder.", "transformer_encoder."));
    boolean bias = files.has(prefix + "layers.0.linear1.bias");
    boolean closing = files.has(prefix + "norm.weight");
    boolean closingBias = files.has(prefix + "norm.bias");
    Norm norm = new Norm(Norm.Kind.LAYER, epsilon, true, bias);
    Exit exit =
        closing
            ? new Exit(
                Optional.of(new Norm(Norm.Kind.LAYER, finalEpsilon, true, closingBias)),
                Optional.empty(),
                false,
                Optional.empty())
            : Exit.NONE;
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
            bias);
    Arrangement arrangement = normFirst ? Arrangement.PRE_NORM : Arrangement.POST_NORM;
    FeedForward feedForward = new FeedForward(width, hidden, activation, false, bias);
    NamedModel model =
        NamedModel.of(
            "torch_encoder",
            new Architecture(
                new Entry.State(width),
                new Block(arrangement, attention, feedForward, norm),
                Depth.layers(layers),
                exit),
            Conventions.of("output", closing ? 1 : 0, Loss.MSE, 0));
    PlaceBuilder places = new PlaceBuilder(model.model().layout());
    for (int k = 0; k < layers; k++) {
      layer(places, prefix + "layers." + k + ".", k, bias, files);
    }
    if (closing) {
      places.norm(prefix + "norm", Architecture.FINAL_NORM, 0, closingBias, files);
    }
    return Checkpoint.finish(model, places.build(), files, "");
  }

  private static Activation activation(ConfigOptions config) {
    if (config.text("activation").orElse("relu").equals("gelu")) {
      return config.word("gelu", GELU, "exact");
    }
    config.allow("gelu");
    return config.word("activation", RECTIFIED, "relu");
  }

  private static void layer(
      PlaceBuilder places, String prefix, int k, boolean bias, WeightFiles files) {
    String self = prefix + "self_attn.";
    places.linear(self + "in_proj_weight", places.view(Architecture.ATTENTION, k, "qkv.weight"));
    if (bias) {
      places.vector(self + "in_proj_bias", places.view(Architecture.ATTENTION, k, "qkv.bias"));
    }
    places.linear(self + "out_proj", Architecture.ATTENTION, k, "output.", bias);
    places.linear(prefix + "linear1", Architecture.FEED_FORWARD, k, "in.", bias);
    places.linear(prefix + "linear2", Architecture.FEED_FORWARD, k, "out.", bias);
    places.norm(prefix + "norm1", Architecture.ATTENTION_NORM, k, bias, files);
    places.norm(prefix + "norm2", Architecture.FEED_FORWARD_NORM, k, bias, files);
  }
}
