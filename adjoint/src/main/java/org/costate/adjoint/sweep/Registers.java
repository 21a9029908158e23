package org.costate.adjoint.sweep;

import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Two arrays used in turn, for values of which the next is made from the present one.
final class Registers {
  private final double[] even;
  private final double[] odd;
  private boolean atOdd;

  Registers(int capacity) {
    even = new double[capacity];
    odd = new double[capacity];
  }

  Slice present(int size, Workspace w) {
    return w.view(atOdd ? odd : even, 0, size);
  }

  Slice next(int size, Workspace w) {
    return w.view(atOdd ? even : odd, 0, size);
  }

  /// The next value becomes the present one.
  void turn() {
    atOdd = !atOdd;
  }
}
