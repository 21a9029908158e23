package org.costate.model.operator;

import java.util.Optional;

/// An operator `y = G ∘ z + B` with `z` the standardised token: `z = r (u − mean u)`, `r = 1/√(var
/// u + ε)`, or without `centre` `z = r u`, `r = 1/√(mean u² + ε)`; `G = σ2 gain`, `B = σ1 gain +
/// bias`. Its four actions are [NormActions].
sealed interface RowNorm extends Operator permits LayerNorm, RmsNorm {
  int width();

  double epsilon();

  /// Whether the mean is taken away.
  boolean centre();

  /// Whether there is a gain per feature among the controls.
  boolean gain();

  /// Whether there is a bias per feature among the controls.
  boolean bias();

  /// Whether `σ1`, `σ2` are the first two controls.
  boolean constraint();

  /// Quadrature in the means; absent: all equal.
  Optional<FeatureWeights> featureWeights();

  /// Where in the controls the gain begins.
  default int gainAt() {
    return constraint() ? 2 : 0;
  }

  /// Where in the controls the bias begins.
  default int biasAt() {
    return gainAt() + (gain() ? width() : 0);
  }
}
