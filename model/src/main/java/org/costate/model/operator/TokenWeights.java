package org.costate.model.operator;

import java.util.Optional;
import org.costate.model.state.Point;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The token quadrature weights of a batch as attention reads them.
final class TokenWeights {
  private TokenWeights() {}

  /// One weight for each position of the state, absent if the batch has none or an empty array of
  /// them.
  ///
  /// @throws IllegalArgumentException if there are more or fewer, or one is negative or not finite
  static Slice of(Point p, Workspace w) {
    Optional<double[]> given = p.batch().tokenWeights();
    if (given.isEmpty() || given.get().length == 0) {
      return Slice.NONE;
    }
    double[] weights = given.get();
    if (weights.length != p.shape().positions()) {
      throw new IllegalArgumentException(
          "attention: found "
              + weights.length
              + " token weights, expected one for each of "
              + p.shape().positions()
              + " positions");
    }
    for (int i = 0; i < weights.length; i++) {
      if (!(weights[i] >= 0 && weights[i] < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "attention: found token weight "
                + weights[i]
                + " at position "
                + i
                + ", expected a finite one, not negative");
      }
    }
    return w.view(weights, 0, weights.length);
  }
}
