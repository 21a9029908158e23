package org.costate.adjoint.verify;

/// Taylor remainders of `φ(h) = J(c + h v)` at one step of the ladder.
///
/// @param h step
/// @param r0 `|φ(h) − φ(0)|`, of slope 1
/// @param r1 `|φ(h) − φ(0) − h <∇J, v>|`, of slope 2
/// @param r2 `|φ(h) − φ(0) − h <∇J, v> − h²/2 <∇²J v, v>|`, of slope 3
/// @param activeSetChanges pre-activations whose sign at `c + h v` is not that at `c`
public record TaylorRow(double h, double r0, double r1, double r2, int activeSetChanges) {
  /// Remainder 0, 1 or 2.
  double remainder(int k) {
    return switch (k) {
      case 0 -> r0;
      case 1 -> r1;
      default -> r2;
    };
  }
}
