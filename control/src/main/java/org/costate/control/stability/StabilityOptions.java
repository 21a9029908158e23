package org.costate.control.stability;

import java.util.Optional;
import java.util.OptionalInt;

/// How much of the stability of a trajectory is computed.
///
/// @param exponents how many Lyapunov exponents; absent: all for a state of at most [#SMALL]
///     numbers, else 8; with a start frame, as many as it has directions
/// @param singularValues how many leading singular values of the whole map; absent: all for a small
///     state, else 16
/// @param start the frame that the exponents start from; a random one if absent
/// @param witnesses whether gains are set beside bounds and adversarial perturbations; absent: for
///     states of at most [#MIDDLE] numbers
/// @param seed of the random frame and of the iterations
public record StabilityOptions(
    OptionalInt exponents,
    OptionalInt singularValues,
    Optional<Frame> start,
    Optional<Boolean> witnesses,
    long seed) {
  /// States of up to so many numbers are small: everything is computed.
  public static final int SMALL = 256;

  /// States of up to so many numbers are looked at from all sides unless that is declined.
  public static final int MIDDLE = 4096;

  private static final int FEW_EXPONENTS = 8;
  private static final int FEW_SINGULAR_VALUES = 16;

  /// Whatever suits the size of the state.
  public static StabilityOptions standard(long seed) {
    return new StabilityOptions(
        OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Optional.empty(), seed);
  }

  int exponents(int dimension) {
    int usual = dimension <= SMALL ? dimension : FEW_EXPONENTS;
    return exponents.orElse(start.map(Frame::size).orElse(usual));
  }

  int singularValues(int dimension) {
    return singularValues.orElse(dimension <= SMALL ? dimension : FEW_SINGULAR_VALUES);
  }

  boolean witnesses(int dimension) {
    return witnesses.orElse(dimension <= MIDDLE);
  }
}
