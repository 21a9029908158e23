package org.costate.model;

/// A computation that left the domain of its formulas: a division by zero, a state that is not
/// finite.
///
/// An operator knows itself and the token; the sweep that called it adds step and substep with
/// [#inStep].
public final class NumericalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String operator;
  private final int sequence;
  private final int token;
  private final int step;
  private final int substep;
  private final String found;

  /// @param operator name of the operator
  /// @param sequence number of the sequence in its batch, from 0
  /// @param token number of the token in its sequence, from 0
  /// @param found what was found, what was expected and a remedy: `found …, expected … Maybe …`
  public NumericalException(String operator, int sequence, int token, String found) {
    this(operator, sequence, token, -1, -1, found, null);
  }

  private NumericalException(
      String operator,
      int sequence,
      int token,
      int step,
      int substep,
      String found,
      NumericalException cause) {
    super(message(operator, sequence, token, step, substep, found), cause);
    this.operator = operator;
    this.sequence = sequence;
    this.token = token;
    this.step = step;
    this.substep = substep;
    this.found = found;
  }

  /// This failure, placed in substep `newSubstep` of step `newStep` (both from 0; −1: not known).
  /// The original becomes the cause.
  public NumericalException inStep(int newStep, int newSubstep) {
    return new NumericalException(operator, sequence, token, newStep, newSubstep, found, this);
  }

  /// This failure in sequence `first + sequence()`: the batch was a part of a larger one that
  /// starts there.
  public NumericalException inSequencesFrom(int first) {
    return new NumericalException(operator, first + sequence, token, step, substep, found, this);
  }

  private static String message(
      String operator, int sequence, int token, int step, int substep, String found) {
    StringBuilder where = new StringBuilder(operator);
    if (step >= 0) {
      where.append(", step ").append(step);
    }
    if (substep >= 0) {
      where.append(", substep ").append(substep);
    }
    return where
        .append(", sequence ")
        .append(sequence)
        .append(", token ")
        .append(token)
        .append(": ")
        .append(found)
        .toString();
  }

  /// Name of the operator that failed.
  public String operator() {
    return operator;
  }

  /// Sequence in its batch, from 0.
  public int sequence() {
    return sequence;
  }

  /// Token in its sequence, from 0.
  public int token() {
    return token;
  }

  /// Step from 0, −1 if not known.
  public int step() {
    return step;
  }

  /// Substep of the step from 0, −1 if not known.
  public int substep() {
    return substep;
  }
}
