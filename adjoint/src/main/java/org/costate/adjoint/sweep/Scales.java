package org.costate.adjoint.sweep;

/// What turns sums over one chunk into parts of a mean over the ensemble.
///
/// @param terminal one over the measure of all terms of the terminal cost
/// @param running one over the number of sequences
public record Scales(double terminal, double running) {
  /// Plain sums.
  public static final Scales ONE = new Scales(1, 1);
}
