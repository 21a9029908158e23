package org.costate.control.whatif;

import java.util.Arrays;

/// The derivatives of all effects with respect to one continuous parameter at the design as it
/// stands, exact, by adjoint sweeps: layer by layer, as if the parameter of that layer alone were
/// changed, and together.
///
/// @param parameter the parameter
/// @param base its value in the design
/// @param exponent of the leading exponent, `[layer]`
/// @param gain of the gain
/// @param effectiveRank of the effective rank
/// @param loss of the loss; not numbers without one
public record Slopes(
    DesignParameter parameter,
    double base,
    double[] exponent,
    double[] gain,
    double[] effectiveRank,
    double[] loss) {

  /// With respect to the parameter of all layers together.
  public Effect total() {
    return new Effect(
        Arrays.stream(exponent).sum(),
        Arrays.stream(gain).sum(),
        Arrays.stream(effectiveRank).sum(),
        Arrays.stream(loss).sum());
  }

  /// The layer whose parameter alone changes the gain most.
  public int strongestLayer() {
    int most = 0;
    for (int n = 1; n < gain.length; n++) {
      most = Math.abs(gain[n]) > Math.abs(gain[most]) ? n : most;
    }
    return most;
  }
}
