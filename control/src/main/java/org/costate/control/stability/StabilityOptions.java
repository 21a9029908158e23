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
/// @param lyapunov how many leading directions a common Lyapunov function is sought for, 0 for no
///     Lyapunov functions; absent: 6 for states of at most [#MIDDLE] numbers, else none; states of
///     at most [LyapunovFunctions#SMALLEST] numbers are taken whole
/// @param stretch singular values and vectors of a stretch of steps, and the least ones
/// @param seed of the random frame and of the iterations
public record StabilityOptions(
    OptionalInt exponents,
    OptionalInt singularValues,
    Optional<Frame> start,
    Optional<Boolean> witnesses,
    OptionalInt lyapunov,
    Optional<Stretch.Request> stretch,
    long seed) {
  /// States of up to so many numbers are small: everything is computed.
  public static final int SMALL = 256;

  /// States of up to so many numbers are looked at from all sides unless that is declined.
  public static final int MIDDLE = 4096;

  private static final int FEW_EXPONENTS = 8;
  private static final int FEW_SINGULAR_VALUES = 16;
  private static final int FEW_DIRECTIONS = 6;
  private static final int FEW_IN_BRIEF = 4;

  /// @throws IllegalArgumentException if a Lyapunov function is asked for in too many directions
  public StabilityOptions {
    if (lyapunov.isPresent()
        && (lyapunov.getAsInt() < 0 || lyapunov.getAsInt() > LyapunovFunctions.MOST)) {
      throw new IllegalArgumentException(
          "lyapunov function: found %d directions, expected 0 to %d"
              .formatted(lyapunov.getAsInt(), LyapunovFunctions.MOST));
    }
  }

  /// Whatever suits the size of the state.
  public static StabilityOptions standard(long seed) {
    return new StabilityOptions(
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        seed);
  }

  /// The little that a report on something else says: four exponents and singular values of a state
  /// of `dimension` numbers, no bounds, no Lyapunov functions.
  public static StabilityOptions brief(int dimension, long seed) {
    OptionalInt few = OptionalInt.of(Math.min(FEW_IN_BRIEF, dimension));
    return new StabilityOptions(
        few, few, Optional.empty(), Optional.of(false), OptionalInt.of(0), Optional.empty(), seed);
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

  int directions(int dimension) {
    return Math.min(dimension, lyapunov.orElse(dimension <= MIDDLE ? FEW_DIRECTIONS : 0));
  }

  /// A value is off by at most its residual, and by about its square where it stands alone: large
  /// states, whose products are dear, need no smaller ones.
  static GolubKahan solver(int dimension, int count, long seed) {
    double tolerance = dimension <= MIDDLE ? 1e-10 : 1e-6;
    return new GolubKahan(tolerance, 300 + 10 * count, seed);
  }
}
