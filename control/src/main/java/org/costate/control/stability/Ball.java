package org.costate.control.stability;

import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Operator;
import org.costate.model.operator.RmsNorm;
import org.costate.model.state.Slice;

/// A set of states in which Lipschitz bounds hold: all tokens within a ball around zero and, as
/// far as a norm reads them, of a deviation (or root mean square) not too small.
///
/// @param tokens `n`
/// @param radius `R`: `‖x_i‖₂ ≤ R` for every token
/// @param leastScale least deviation of the features of a token, with respect to the norm that
///     reads it; 0 if none does
public record Ball(int tokens, double radius, double leastScale) {

  /// The smallest such set around a state that `reader` reads.
  static Ball around(Slice state, int tokens, Operator reader) {
    int width = state.length() / tokens;
    double radius = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < tokens; i++) {
      double square = 0;
      double sum = 0;
      for (int k = 0; k < width; k++) {
        double x = state.at(i * width + k);
        square += x * x;
        sum += x;
      }
      radius = Math.max(radius, Math.sqrt(square));
      double mean = reader instanceof LayerNorm ? sum / width : 0;
      double variance = Math.max(0, square / width - mean * mean);
      least = Math.min(least, Math.sqrt(variance));
    }
    boolean isNorm = reader instanceof LayerNorm || reader instanceof RmsNorm;
    return new Ball(tokens, radius, isNorm ? least : 0);
  }

  /// The same, radius and scale looser by a factor: where a state lies just on the edge.
  Ball loosened(double factor) {
    return new Ball(tokens, radius * factor, leastScale / factor);
  }
}
