package org.costate.adjoint.cost;

/// A cost `R(c)` of the coefficients of the controls alone: their energy, their variation in time.
///
/// Immutable; no method allocates.
public interface ControlCost {
  /// `R(c)`.
  double value(double[] c);

  /// `g := g + ∇R(c)`.
  void addGradient(double[] c, double[] g);

  /// `hv := hv + ∇²R(c) v`.
  void addSecond(double[] c, double[] v, double[] hv);
}
