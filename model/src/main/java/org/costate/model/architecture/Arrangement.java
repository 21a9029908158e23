package org.costate.model.architecture;

import org.costate.model.equation.ContinuousEquation;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Schemes;

/// Schemes by the name of the architecture that they are.
public enum Arrangement {
  /// Lie splitting of the fields of the projected state, explicit Euler: GPT-2, ViT, Llama.
  PRE_NORM,
  /// Lie splitting with a projection after each field, explicit Euler: Vaswani 2017, BERT.
  POST_NORM,
  /// Unsplit Euler of the fields of the projected state: GPT-NeoX.
  PARALLEL,
  /// Strang splitting, half feed-forward steps outside: Macaron.
  MACARON,
  /// Mean of two sub-solutions, each with twice its field: multi-branch block.
  ADDITIVE,
  /// Explicit midpoint rule on the sum of the fields.
  MIDPOINT,
  /// Classical Runge–Kutta on the sum of the fields.
  RUNGE_KUTTA;

  /// The scheme that discretises `equation` in this way.
  public Scheme scheme(ContinuousEquation equation) {
    return switch (this) {
      case PRE_NORM -> Schemes.preNormLie(equation);
      case POST_NORM -> Schemes.lieProjected(equation);
      case PARALLEL -> Schemes.parallelResidual(equation);
      case MACARON -> Schemes.macaron(equation);
      case ADDITIVE -> Schemes.additive(equation);
      case MIDPOINT -> Schemes.midpoint(equation);
      case RUNGE_KUTTA -> Schemes.rk4(equation);
    };
  }
}
