package org.costate.model.architecture;

import java.util.Optional;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Operator;
import org.costate.model.operator.RmsNorm;

/// A projection with a learned affine map behind it.
///
/// @param kind the set projected onto
/// @param epsilon floor under the variance
/// @param gain whether a gain per feature follows
/// @param bias whether a bias per feature follows
public record Norm(Kind kind, double epsilon, boolean gain, boolean bias) {
  /// Sets.
  public enum Kind {
    /// Fixed mean and deviation: `S1(0, 1)`.
    LAYER,
    /// Fixed root mean square.
    RMS
  }

  /// Layer normalisation with gain and bias.
  public static Norm layer(double epsilon) {
    return new Norm(Kind.LAYER, epsilon, true, true);
  }

  /// RMS normalisation with a gain.
  public static Norm rms(double epsilon) {
    return new Norm(Kind.RMS, epsilon, true, false);
  }

  /// The operator for states of `width` features.
  public Operator operator(int width) {
    return switch (kind) {
      case LAYER -> new LayerNorm(width, epsilon, gain, bias, false, Optional.empty());
      case RMS -> new RmsNorm(width, epsilon, gain);
    };
  }
}
