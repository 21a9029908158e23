package org.costate.control.cost;

import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// The targets of a batch, checked against the output that shall meet them.
final class Targets {
  private Targets() {}

  static double[] of(Batch batch) {
    return batch.target().orElseThrow();
  }

  /// Number of elements of the target.
  ///
  /// @throws IllegalArgumentException if there is none, or it does not fit the output's positions
  static int check(String cost, Batch batch, Shape output) {
    if (batch.target().isEmpty()) {
      throw new IllegalArgumentException(cost + ": found no target in the batch, expected one");
    }
    int found = of(batch).length;
    if (found == 0 || found % output.positions() != 0) {
      throw new IllegalArgumentException(
          cost
              + ": found a target of "
              + found
              + " elements, expected a multiple of "
              + output.positions()
              + " ("
              + output.batch()
              + " sequences of "
              + output.tokens()
              + " tokens)");
    }
    return found;
  }
}
