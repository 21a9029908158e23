package org.costate.control.convex;

/// A convex set `{x : x feasible}` by a self-concordant barrier `φ` of its interior: what the
/// interior-point method needs of a constraint.
public interface Barrier {
  /// What messages call the constraint.
  String name();

  /// Number `n` of unknowns.
  int size();

  /// Parameter `ν` of the barrier: at the centre of parameter `t` the duality gap is `Σ ν/t`.
  double order();

  /// By how much `x` violates the constraint; negative inside, by its slack.
  double violation(double[] x);

  /// `φ(x)`; NaN or infinite where `x` is not inside.
  double value(double[] x);

  /// `g := g + ∇φ(x)` for `x` inside.
  void addGradient(double[] x, double[] g);

  /// `H := H + ∇²φ(x)` for `x` inside; both halves.
  void addHessian(double[] x, double[][] h);

  /// The same constraint loosened by one more unknown `s`, the last: `violation(x) ≤ s`.
  ///
  /// @throws UnsupportedOperationException where that is not known
  default Barrier loosened() {
    throw new UnsupportedOperationException(
        name() + ": no phase I, give a strictly feasible start");
  }
}
