package org.costate.control.optimise;

/// What a step knows of the conditions of optimality beside the gradient; NaN where it does not
/// know, or the number does not apply.
///
/// @param pmpGap `Σ_n h [H_n(θ_n') − H_n(θ_n)] ≥ 0`: what the maximisation of the Hamiltonians
/// gained
/// @param stateFeasibility how far the states are from the dynamics and constraints that they must
/// obey
/// @param costateFeasibility the same of the costates
/// @param requiredDecrease the decrease of `J` that the step had to reach to be accepted
public record Optimality(
    double pmpGap, double stateFeasibility, double costateFeasibility, double requiredDecrease) {
  /// Nothing is known.
  public static final Optimality UNKNOWN =
      new Optimality(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  /// Only the bound of the acceptance test is known.
  public static Optimality requiring(double decrease) {
    return new Optimality(Double.NaN, Double.NaN, Double.NaN, decrease);
  }
}
