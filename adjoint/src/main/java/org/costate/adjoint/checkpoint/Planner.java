package org.costate.adjoint.checkpoint;

import java.util.Arrays;
import org.costate.model.InputException;

/// The dynamic programme behind [Mixed] and [MemoryBudget]: the least cost `V(a, n, m)` of
/// reversing
/// the `n` steps from `a` on, with `u_a` live and `m` units of memory free, is
///
/// - `w_a` for `n = 1` (the record goes to the working record), else the least of
/// - `w_a + V(a + 1, n − 1, m − R)`: keep the record of step `a`, and
/// - `Σ_{a ≤ j < a+i} w_j + V(a + i, n − i, m − S) + V(a, i, m)` for `0 < i < n`: store `u_a`,
///   advance over `i` steps, reverse what lies behind, restore `u_a`, reverse the `i` steps.
///
/// To keep a record *and* restart from its initial state never pays when a state is not longer than
/// a record: to store the state, and decide about the record after the restart, costs no more.
/// With equal costs `V` depends on `n` and `m` alone. A record counts a whole number `R` of units,
/// the more the finer, as far as the programme can afford; a state is rounded up to `S` of them, so
/// a plan never takes more memory than it was given.
public final class Planner implements ScheduleBuilder.Decision {
  private static final long NEVER = Long.MAX_VALUE / 4;
  private static final double WORK = 4e8;
  private static final double TABLE = 4e6;
  private static final double MOST_LEVELS = 16384;

  private final StepCosts costs;
  private final int stateLevels;
  private final int recordLevels;
  private final int levels;
  private final long[][] value;
  private final int[][] choice;

  private Planner(StepCosts costs, long stateSize, long recordSize, long budget) {
    this.costs = costs;
    long useful = Math.min(budget, Math.multiplyExact(costs.steps() - 1L, recordSize));
    long affordable = affordableLevels();
    long exact = recordSize / gcd(stateSize, recordSize);
    recordLevels = (int) Math.clamp(scaled(affordable, recordSize, useful), 1, exact);
    stateLevels = (int) Math.ceilDiv(Math.multiplyExact(stateSize, recordLevels), recordSize);
    levels = (int) Math.min(affordable, scaled(useful, recordLevels, recordSize));
    value = new long[levels + 1][rows()];
    choice = new int[levels + 1][rows()];
    for (int level = 0; level <= levels; level++) {
      fill(level);
    }
  }

  /// The cheapest schedule within a memory for checkpoints.
  ///
  /// @param stateSize size of a state, in any unit
  /// @param recordSize size of the record of a step with its initial state, at least a state
  /// @param budget memory for checkpoints beside the working record, in that unit
  /// @throws InputException if the budget does not even hold one state, or there are too many steps
  /// @throws IllegalArgumentException if a size is not positive or a record smaller than a state
  public static Schedule plan(
      String name, StepCosts costs, long stateSize, long recordSize, long budget) {
    if (stateSize < 1 || recordSize < stateSize) {
      throw new IllegalArgumentException(
          "checkpoints: found state size %d and record size %d, expected 0 < state <= record"
              .formatted(stateSize, recordSize));
    }
    if (costs.steps() > 1 && budget < stateSize) {
      throw new InputException(
          "checkpoints: found memory for " + budget + " numbers",
          "at least " + stateSize + ", one state of a chunk",
          "Maybe set fewer sequences per chunk");
    }
    Planner planner = new Planner(costs, stateSize, recordSize, budget);
    return new ScheduleBuilder(name, costs, stateSize, recordSize)
        .build(
            planner,
            planner.levels,
            planner.stateLevels,
            planner.recordLevels,
            planner.value[planner.levels][planner.row(0, costs.steps())]);
  }

  @Override
  public int at(int start, int length, int level) {
    return choice[level][row(start, length)];
  }

  /// How many units of memory the work and the table of the programme allow.
  private long affordableLevels() {
    double steps = costs.steps();
    double perLevel = costs.areEqual() ? steps * steps / 2 : steps * steps * steps / 6;
    long affordable = (long) Math.min(MOST_LEVELS, Math.min(WORK / perLevel, TABLE / rowCount()));
    if (affordable < 1) {
      throw new InputException(
          "checkpoints: found %d steps of %s costs"
              .formatted(costs.steps(), costs.areEqual() ? "equal" : "unequal"),
          "fewer, to plan them",
          "Maybe take revolve, which needs no plan");
    }
    return affordable;
  }

  private double rowCount() {
    double all = costs.steps() + 1.0;
    return costs.areEqual() ? all : all * all;
  }

  /// `⌊a b / c⌋`, or [Integer#MAX_VALUE] where that is less; `c = 0` gives the latter.
  private static long scaled(long a, long b, long c) {
    if (c == 0 || (double) a * b / c >= Integer.MAX_VALUE) {
      return Integer.MAX_VALUE;
    }
    return Math.multiplyExact(a, b) / c;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private int rows() {
    int steps = costs.steps();
    return costs.areEqual() ? steps + 1 : (steps + 1) * (steps + 1);
  }

  private int row(int start, int length) {
    return costs.areEqual() ? length : start * (costs.steps() + 1) + length;
  }

  private void fill(int level) {
    int steps = costs.steps();
    Arrays.fill(value[level], NEVER);
    for (int length = 1; length <= steps; length++) {
      int lastStart = costs.areEqual() ? 0 : steps - length;
      for (int start = 0; start <= lastStart; start++) {
        decide(start, length, level);
      }
    }
  }

  private void decide(int start, int length, int level) {
    int row = row(start, length);
    long first = costs.between(start, start + 1);
    if (length == 1) {
      value[level][row] = first;
      return;
    }
    long best = NEVER;
    int bestChoice = -1;
    if (level >= recordLevels) {
      best = first + value[level - recordLevels][row(start + 1, length - 1)];
      bestChoice = ScheduleBuilder.KEEP_RECORD;
    }
    if (level >= stateLevels) {
      long[] here = value[level];
      long[] behind = value[level - stateLevels];
      for (int i = 1; i < length; i++) {
        long cost =
            costs.between(start, start + i)
                + here[row(start, i)]
                + behind[row(start + i, length - i)];
        if (cost < best) {
          best = cost;
          bestChoice = i;
        }
      }
    }
    value[level][row] = Math.min(best, NEVER);
    choice[level][row] = bestChoice;
  }
}
