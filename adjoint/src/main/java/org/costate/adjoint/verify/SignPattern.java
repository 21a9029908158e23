package org.costate.adjoint.verify;

import java.util.BitSet;

/// Signs in the order in which they are noted.
final class SignPattern {
  private BitSet positive = new BitSet();
  private int count;

  void note(boolean isPositive) {
    positive.set(count++, isPositive);
  }

  /// What was noted since the last call.
  BitSet take() {
    BitSet taken = positive;
    positive = new BitSet(count);
    count = 0;
    return taken;
  }
}
