package org.costate.adjoint.sweep;

import org.costate.adjoint.cost.Costs;
import org.costate.model.Model;
import org.costate.model.state.Batch;

/// What turns sums over one chunk into parts of a mean over the ensemble.
///
/// @param terminal one over the measure of all terms of the terminal cost
/// @param running one over the number of sequences
public record Scales(double terminal, double running) {
  /// The scales of the mean over one batch.
  ///
  /// @throws IllegalArgumentException if the batch lacks what the costs need
  public static Scales mean(Model model, Costs costs, Batch batch) {
    return Ensemble.of(batch, model, costs, batch.shape().batch()).scales();
  }

  /// Plain sums.
  public static final Scales ONE = new Scales(1, 1);
}
