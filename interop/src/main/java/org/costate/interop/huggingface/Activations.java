package org.costate.interop.huggingface;

import java.util.Map;
import org.costate.interop.json.ConfigOptions;
import org.costate.model.kernel.Activation;

/// What transformers calls its activations. Approximations with rounded constants (`gelu_fast`,
/// `quick_gelu`) are other functions, and not here.
final class Activations {
  static final Map<String, Activation> BY_NAME =
      Map.of(
          "gelu", Activation.GELU_ERF,
          "gelu_python", Activation.GELU_ERF,
          "gelu_new", Activation.GELU_TANH,
          "gelu_pytorch_tanh", Activation.GELU_TANH,
          "relu", Activation.RELU,
          "silu", Activation.SILU,
          "swish", Activation.SILU,
          "tanh", Activation.TANH,
          "linear", Activation.IDENTITY);

  private Activations() {}

  static Activation read(ConfigOptions config, String key, String otherwise) {
    return config.word(key, BY_NAME, otherwise);
  }

  /// What transformers calls an activation.
  static String name(Activation activation) {
    return switch (activation) {
      case IDENTITY -> "linear";
      case RELU -> "relu";
      case GELU_ERF -> "gelu";
      case GELU_TANH -> "gelu_new";
      case SILU -> "silu";
      case TANH -> "tanh";
    };
  }
}
