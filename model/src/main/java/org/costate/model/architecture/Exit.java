package org.costate.model.architecture;

import java.util.Optional;
import org.costate.model.operator.Pooling;

/// How the output is made from the last state.
///
/// @param norm final projection
/// @param pooling what is kept of the tokens; all of them if absent
/// @param pooler whether an affine map and tanh follow, as in BERT
/// @param readout final linear map
public record Exit(
    Optional<Norm> norm,
    Optional<Pooling.Kind> pooling,
    boolean pooler,
    Optional<Readout> readout) {
  /// The final linear map.
  ///
  /// @param outputs numbers per token
  /// @param bias whether a bias is added
  /// @param tied whether it shares the table of the token embedding
  public record Readout(int outputs, boolean bias, boolean tied) {}

  /// The last state as it is.
  public static final Exit NONE =
      new Exit(Optional.empty(), Optional.empty(), false, Optional.empty());
}
