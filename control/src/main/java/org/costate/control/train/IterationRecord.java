package org.costate.control.train;

/// One row of the iteration table. All but `seconds` is the same to the bit in every run.
///
/// @param iteration from 1
/// @param value `J` before the step
/// @param terminal its mean terminal cost, NaN if not known
/// @param running its mean running cost, NaN if not known
/// @param gradientNorm `‖∇J‖₂` before clipping
/// @param step the rate, or the length of a line search; 0 if the step was rejected
/// @param accepted whether the controls changed
/// @param clipPercent how many of all iterations so far had their gradient clipped, in percent
/// @param seconds time that the iteration took
public record IterationRecord(
    long iteration,
    double value,
    double terminal,
    double running,
    double gradientNorm,
    double step,
    boolean accepted,
    double clipPercent,
    double seconds) {
  static final int COLUMNS = 9;

  void write(double[] table, int at) {
    table[at] = iteration;
    table[at + 1] = value;
    table[at + 2] = terminal;
    table[at + 3] = running;
    table[at + 4] = gradientNorm;
    table[at + 5] = step;
    table[at + 6] = accepted ? 1 : 0;
    table[at + 7] = clipPercent;
    table[at + 8] = seconds;
  }

  static IterationRecord read(double[] table, int at) {
    return new IterationRecord(
        (long) table[at],
        table[at + 1],
        table[at + 2],
        table[at + 3],
        table[at + 4],
        table[at + 5],
        table[at + 6] != 0,
        table[at + 7],
        table[at + 8]);
  }
}
