package org.costate.cli.experiment;

import org.costate.control.train.Initialisation;
import org.costate.model.InputException;

/// The controls that training starts from.
///
/// @param kind the rule
/// @param scale factor of all standard deviations
public record InitialisationConfig(Kind kind, double scale) {
  /// Rules; all divide the weights that return to the residual stream by `√(2 N K)`.
  public enum Kind {
    /// Deviation `1/√inputs` of matrices, 0.1 of tables.
    FAN_IN,
    /// Deviation 0.02 throughout.
    GPT2,
    /// Deviation `√(2/(inputs + outputs))` of matrices, 0.1 of tables (Glorot and Bengio 2010).
    XAVIER
  }

  private static final double TABLES = 0.1;
  private static final double GPT2_DEVIATION = 0.02;

  /// What an experiment file may leave out.
  public static final InitialisationConfig DEFAULT = new InitialisationConfig(Kind.FAN_IN, 1);

  /// The rule that it means.
  ///
  /// @throws InputException if the scale is not positive
  public Initialisation rule() {
    if (!(scale > 0)) {
      throw new InputException("initialisation.scale: found " + scale, "a positive number", "");
    }
    return switch (kind) {
      case FAN_IN ->
          new Initialisation(new Initialisation.Weights.FanIn(scale), TABLES * scale, true);
      case XAVIER ->
          new Initialisation(new Initialisation.Weights.Xavier(scale), TABLES * scale, true);
      case GPT2 ->
          new Initialisation(
              new Initialisation.Weights.Normal(GPT2_DEVIATION * scale),
              GPT2_DEVIATION * scale,
              true);
    };
  }
}
