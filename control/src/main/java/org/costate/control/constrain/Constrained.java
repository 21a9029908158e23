package org.costate.control.constrain;

/// A set that a stretch of the unknowns must lie in.
///
/// @param name of the stretch, for messages and reports
/// @param set the set
/// @param offset index in `c` of its first number
public record Constrained(String name, ConstraintSet set, int offset) {
  int end() {
    return offset + set.size();
  }

  double violation(double[] c) {
    return set.violation(c, offset);
  }
}
