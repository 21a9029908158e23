package org.costate.adjoint.checkpoint;

import org.costate.model.InputException;

/// Binomial checkpointing: at most `snapshots` states are kept, the initial one included, and the
/// number of repeated steps is the least possible.
///
/// With `r` the smallest number for which `C(s + r, s) ≥ l`, `l` steps need
/// `t(l, s) = r·l − C(s + r, s + 1)` plain advances; beside them every step is run once with its
/// record, just before it is reversed. A. Griewank, A. Walther, Algorithm 799: revolve, ACM
/// Transactions on Mathematical Software 26 (2000) 19–45.
///
/// @param snapshots number `s` of states kept, at least 1
public record Revolve(int snapshots) implements Checkpointing {
  /// @throws InputException if there is no snapshot
  public Revolve {
    if (snapshots < 1) {
      throw new InputException(
          "revolve: found " + snapshots + " snapshots", "at least 1, the initial state", "");
    }
  }

  /// The least number of plain advances, `t(steps, snapshots)`.
  public static long plainAdvances(int steps, int snapshots) {
    int r = repetitions(steps, snapshots);
    return (long) r * steps - binomial((long) snapshots + r, snapshots + 1L);
  }

  /// The smallest `r` with `C(s + r, s) ≥ l`: how often any one step is advanced over at most.
  static int repetitions(int steps, int snapshots) {
    int r = 0;
    while (binomial((long) snapshots + r, snapshots) < steps) {
      r++;
    }
    return r;
  }

  /// `C(n, k)`, zero for `k > n` or a negative argument; [Long#MAX_VALUE] instead of an overflow.
  static long binomial(long n, long k) {
    if (k < 0 || n < 0 || k > n) {
      return 0;
    }
    long smaller = Math.min(k, n - k);
    long value = 1;
    for (long i = 1; i <= smaller; i++) {
      // value · (n − smaller + i) / i without a remainder at any stage; the high word tells
      // overflow
      long factor = n - smaller + i;
      if (Math.multiplyHigh(value, factor) != 0 || value * factor < 0) {
        return Long.MAX_VALUE;
      }
      value = value * factor / i;
    }
    return value;
  }

  /// The schedule for `steps` steps, counted in slots.
  public Schedule schedule(int steps) {
    return schedule(steps, 1, 1);
  }

  /// @throws IllegalArgumentException if the steps differ in their costs: binomial splits are then
  ///     not optimal
  @Override
  public Schedule schedule(Chain chain) {
    if (!chain.costs().areEqual()) {
      throw new IllegalArgumentException("revolve: found unequal costs, expected equal ones");
    }
    long each = chain.costs().between(0, 1);
    long optimum =
        Math.multiplyExact(plainAdvances(chain.links(), snapshots) + chain.links(), each);
    return new ScheduleBuilder("revolve", chain).build(new Splits(), snapshots, optimum);
  }

  /// Every state takes one snapshot; records are never kept.
  private static final class Splits implements ScheduleBuilder.Decision {
    @Override
    public int at(int start, int length, int level) {
      return split(length, level);
    }

    @Override
    public int stateLevels() {
      return 1;
    }

    @Override
    public int recordLevels(int start) {
      return 0;
    }
  }

  /// How far to advance from a stored state before the next snapshot: with
  /// `β(s, r) = C(s + r, s)`, any `m` between `β(s, r − 2)` and `β(s, r − 1)` that leaves between
  /// `β(s − 1, r − 1)` and `β(s − 1, r)` steps is optimal; this is the smallest.
  private static int split(int length, int free) {
    int r = repetitions(length, free);
    long least = binomial((long) free + r - 2, free);
    long leftOver = binomial((long) free - 1 + r, free - 1L);
    return (int) Math.max(1, Math.max(least, length - leftOver));
  }
}
