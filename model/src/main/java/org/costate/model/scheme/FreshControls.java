package org.costate.model.scheme;

import java.util.BitSet;

/// Which operators of a [Program], running backwards, are the first to come to the adjoint of their
/// controls: where the place for it is fresh, they need not find zeros there.
final class FreshControls {
  private final boolean isKnown;

  /// Marks the calls of the program.
  FreshControls(Instruction[] lines, int controlSize) {
    BitSet taken = new BitSet(controlSize);
    boolean known = true;
    for (int i = lines.length - 1; i >= 0; i--) {
      if (lines[i].call.isPresent()) {
        known &= mark(lines[i].call.get(), taken);
      }
    }
    this.isKnown = known;
  }

  /// Marks a call; false if it shares a part of its controls with others, so that it comes first to
  /// some of them only.
  private static boolean mark(Instruction.Call call, BitSet taken) {
    int end = call.thetaFrom + call.thetaSize;
    int before = taken.get(call.thetaFrom, end).cardinality();
    call.opensControls = before == 0;
    taken.set(call.thetaFrom, end);
    return before == 0 || before == call.thetaSize;
  }

  /// Whether every stretch of controls is opened by one call.
  boolean isKnown() {
    return isKnown;
  }
}
