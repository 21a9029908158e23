package org.costate.control.train;

/// One row of the iteration table, the same for every solver; a number that does not apply is NaN.
/// All but `seconds` is the same to the bit in every run.
///
/// @param iteration from 1
/// @param value `J` before the step
/// @param terminal its mean terminal cost, NaN if not known
/// @param running its mean running cost, NaN if not known
/// @param gradientNorm `‖∇J‖₂` before clipping
/// @param hamiltonianGradient `max_n ‖∂H_n/∂θ_n‖₂` over the steps
/// @param pmpGap `Σ_n h [H_n(θ_n') − H_n(θ_n)] ≥ 0`: what a maximisation of the Hamiltonians gained
/// @param stateFeasibility how far the states are from the dynamics and constraints that they must
/// obey
/// @param costateFeasibility the same of the costates
/// @param step the rate `η`, the length `α` of a line search, the radius `Δ`, the damping `μ` or
///     the penalty `ρ`, as the solver says; 0 where a rate or a length was rejected
/// @param requiredDecrease the decrease of `J` that the step had to reach to be accepted
/// @param accepted whether the controls changed
/// @param clipPercent how many of all iterations so far had their gradient clipped, in percent
/// @param seconds time that the iteration took
public record IterationRecord(
    long iteration,
    double value,
    double terminal,
    double running,
    double gradientNorm,
    double hamiltonianGradient,
    double pmpGap,
    double stateFeasibility,
    double costateFeasibility,
    double step,
    double requiredDecrease,
    boolean accepted,
    double clipPercent,
    double seconds) {
  static final int COLUMNS = 14;

  void write(double[] table, int at) {
    double[] row = {
      iteration,
      value,
      terminal,
      running,
      gradientNorm,
      hamiltonianGradient,
      pmpGap,
      stateFeasibility,
      costateFeasibility,
      step,
      requiredDecrease,
      accepted ? 1 : 0,
      clipPercent,
      seconds
    };
    System.arraycopy(row, 0, table, at, COLUMNS);
  }

  static IterationRecord read(double[] table, int at) {
    return new IterationRecord(
        (long) table[at],
        table[at + 1],
        table[at + 2],
        table[at + 3],
        table[at + 4],
        table[at + 5],
        table[at + 6],
        table[at + 7],
        table[at + 8],
        table[at + 9],
        table[at + 10],
        table[at + 11] != 0,
        table[at + 12],
        table[at + 13]);
  }
}
