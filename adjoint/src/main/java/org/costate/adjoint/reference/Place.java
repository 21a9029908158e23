package org.costate.adjoint.reference;

import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// Where an operator is evaluated, apart from its state and controls.
///
/// @param t depth-time
/// @param h step size
/// @param shape sequences and tokens of the state
/// @param batch data beside the state
public record Place(double t, double h, Shape shape, Batch batch) {
  /// The same place for a state of another shape.
  public Place with(Shape newShape) {
    return new Place(t, h, newShape, batch);
  }

  /// The place of an operator inside a step that starts here.
  Place within(double at, double span) {
    return new Place(t + at * h, span * h, shape, batch);
  }

  int tokens() {
    return shape.tokens();
  }

  int positions() {
    return shape.positions();
  }

  /// Quadrature weight of the token at `position`; 1 if the batch has none.
  double weight(int position) {
    boolean none = batch.tokenWeights().isEmpty() || batch.tokenWeights().get().length == 0;
    return none ? 1 : batch.tokenWeights().get()[position];
  }
}
