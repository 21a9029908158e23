package org.costate.interop.huggingface;

import java.util.Optional;
import org.costate.interop.json.ConfigOptions;
import org.costate.model.operator.Rotary;

/// The rotary options in both spellings: `rope_parameters` of transformers 5, and the flat keys
/// `rope_theta`, `rotary_emb_base`, `rotary_pct`, `rope_scaling` before. Where both are given they
/// must agree. Scaled rotary is refused.
final class RotaryOptions {
  private static final double DEFAULT_BASE = 10_000;

  private RotaryOptions() {}

  /// @param headWidth features of a head
  /// @param part share of them that is rotated unless the configuration says otherwise
  /// @param partKey flat key of that share; empty if this type of model has none
  static Rotary read(ConfigOptions config, int headWidth, double part, String partKey) {
    Optional<Double> base = number(config, "rope_theta");
    if (!partKey.isEmpty()) {
      base = agreed(config, "rotary_emb_base", base, number(config, "rotary_emb_base"));
    }
    Optional<Double> share = partKey.isEmpty() ? Optional.empty() : number(config, partKey);
    config.inner("rope_scaling").ifPresent(RotaryOptions::requireUnscaled);
    Optional<ConfigOptions> inner = config.inner("rope_parameters");
    if (inner.isPresent()) {
      ConfigOptions rope = inner.get();
      base = agreed(config, "rope_theta", base, number(rope, "rope_theta"));
      Optional<Double> innerShare = number(rope, "partial_rotary_factor");
      if (partKey.isEmpty() && innerShare.filter(s -> s != 1).isPresent()) {
        throw rope.refused("partial_rotary_factor", innerShare.get().toString(), "1");
      }
      share = agreed(config, partKey, share, innerShare);
      requireUnscaled(rope);
    }
    int dimensions = (int) (headWidth * share.orElse(part));
    if (dimensions < 2 || dimensions % 2 != 0 || dimensions > headWidth) {
      throw config.refused(
          partKey.isEmpty() ? "head_dim" : partKey,
          dimensions + " rotated features of " + headWidth,
          "an even number of them");
    }
    double theta = base.orElse(DEFAULT_BASE);
    if (!(theta > 0)) {
      throw config.refused("rope_theta", String.valueOf(theta), "a positive base");
    }
    return new Rotary(dimensions, theta, true);
  }

  private static void requireUnscaled(ConfigOptions rope) {
    rope.allow("rope_type", "\"default\"");
    rope.allow("type", "\"default\"");
    rope.finish();
  }

  private static Optional<Double> number(ConfigOptions config, String key) {
    boolean present = config.has(key);
    double value = config.number(key, 0);
    return present ? Optional.of(value) : Optional.empty();
  }

  private static Optional<Double> agreed(
      ConfigOptions config, String key, Optional<Double> one, Optional<Double> other) {
    if (one.isPresent() && other.isPresent() && !one.get().equals(other.get())) {
      throw config.refused(key, one.get() + " beside " + other.get(), "the same in both spellings");
    }
    return one.isPresent() ? one : other;
  }
}
