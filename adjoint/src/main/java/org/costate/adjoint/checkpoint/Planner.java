package org.costate.adjoint.checkpoint;

import java.util.Arrays;
import org.costate.model.InputException;

/// The dynamic programme behind [Mixed], [MemoryBudget] and [MemoryShare]: the least cost
/// `V(a, n, m)` of reversing the `n` links from `a` on, with `u_a` live and `m` units of memory
/// free, is
///
/// - `w_a` for `n = 1` (the record goes to the working record), else the least of
/// - `w_a + V(a + 1, n − 1, m − R_a)`: keep the record of link `a`, and
/// - `Σ_{a ≤ j < a+i} w_j + V(a + i, n − i, m − S) + V(a, i, m)` for `0 < i < n`: store `u_a`,
///   advance over `i` links, reverse what lies behind, restore `u_a`, reverse the `i` links.
///
/// To keep a record *and* restart from its initial state never pays when a state is not longer than
/// a record: to store the state, and decide about the record after the restart, costs no more.
/// `V` depends on `a` modulo the period of the chain alone. The largest record counts a whole
/// number of units, the more the finer, as far as the programme can afford; everything else is
/// rounded up, so a plan never takes more memory than it was given.
public final class Planner implements ScheduleBuilder.Decision {
  private static final long NEVER = Long.MAX_VALUE / 4;
  private static final double WORK = 1e8;
  private static final double TABLE = 1e6;
  private static final double MOST_LEVELS = 16384;

  private final StepCosts costs;
  private final int links;
  private final int period;
  private final int stateLevels;
  private final int[] recordLevels;
  private final int levels;
  private final long[][] value;
  private final int[][] choice;

  private Planner(Chain chain, long budget) {
    costs = chain.costs();
    links = chain.links();
    period = chain.period();
    long largest = chain.largestRecord();
    long useful = Math.min(budget, chain.storeAllSize() - largest);
    useful = Math.max(useful, links > 1 ? chain.stateSize() : 0);
    long affordable = affordableLevels();
    long exact = largest / unit(chain);
    long whole = Math.clamp(scaled(affordable, largest, useful), 1, exact);
    stateLevels = (int) levelsOf(chain.stateSize(), whole, largest);
    recordLevels = new int[period];
    for (int a = 0; a < period; a++) {
      recordLevels[a] = (int) levelsOf(chain.recordSize(a), whole, largest);
    }
    levels = (int) Math.min(affordable, scaled(useful, whole, largest));
    value = new long[levels + 1][period * (links + 1)];
    choice = new int[levels + 1][period * (links + 1)];
    for (int level = 0; level <= levels; level++) {
      fill(level);
    }
  }

  /// The cheapest schedule within a memory for checkpoints, the working record included.
  ///
  /// @throws InputException if the budget does not hold the working record and, for more than one
  ///     link, a state, or there are too many links
  static Schedule within(Chain chain, long budget) {
    long least = chain.largestRecord() + (chain.links() > 1 ? chain.stateSize() : 0);
    if (budget < least) {
      throw new InputException(
          "memory budget: found %s of %s for all records"
              .formatted(megabytes(budget), megabytes(chain.storeAllSize())),
          "at least %s, a record and a state".formatted(megabytes(least)),
          "Maybe set fewer sequences per chunk");
    }
    return plan("memory budget", chain, budget - chain.largestRecord());
  }

  /// The cheapest schedule within a memory for checkpoints.
  ///
  /// @param budget memory for checkpoints beside the working record, in the unit of the chain
  /// @throws InputException if the budget does not even hold one state, or there are too many links
  public static Schedule plan(String name, Chain chain, long budget) {
    if (chain.links() > 1 && budget < chain.stateSize()) {
      throw new InputException(
          "checkpoints: found memory for " + budget + " numbers",
          "at least " + chain.stateSize() + ", one state of a chunk",
          "Maybe set fewer sequences per chunk");
    }
    Planner planner = new Planner(chain, budget);
    long optimum = planner.value[planner.levels][planner.row(0, chain.links())];
    return new ScheduleBuilder(name, chain).build(planner, planner.levels, optimum);
  }

  private static String megabytes(long doubles) {
    return "%.3g MB".formatted(doubles * (double) Double.BYTES / 1e6);
  }

  @Override
  public int at(int start, int length, int level) {
    return choice[level][row(start, length)];
  }

  @Override
  public int stateLevels() {
    return stateLevels;
  }

  @Override
  public int recordLevels(int start) {
    return recordLevels[start % period];
  }

  /// How many units of memory the work and the table of the programme allow.
  private long affordableLevels() {
    double n = links;
    double perLevel = period == links ? n * n * n / 6 : period * n * n / 2;
    double rows = period * (n + 1);
    long affordable = (long) Math.min(MOST_LEVELS, Math.min(WORK / perLevel, TABLE / rows));
    if (affordable < 1) {
      throw new InputException(
          "checkpoints: found %d steps whose costs repeat after %d".formatted(links, period),
          "fewer, to plan them",
          "Maybe take revolve, which needs no plan");
    }
    return affordable;
  }

  /// The largest unit of which all sizes are whole multiples.
  private static long unit(Chain chain) {
    long unit = chain.stateSize();
    for (int a = 0; a < chain.period(); a++) {
      unit = gcd(chain.recordSize(a), unit);
    }
    return unit;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private static long levelsOf(long size, long whole, long largest) {
    return Math.ceilDiv(Math.multiplyExact(size, whole), largest);
  }

  /// `⌊a b / c⌋`, or [Integer#MAX_VALUE] where that is less; `c = 0` gives the latter.
  private static long scaled(long a, long b, long c) {
    if (c == 0 || (double) a * b / c >= Integer.MAX_VALUE) {
      return Integer.MAX_VALUE;
    }
    return Math.multiplyExact(a, b) / c;
  }

  private int row(int start, int length) {
    return start % period * (links + 1) + length;
  }

  private void fill(int level) {
    Arrays.fill(value[level], NEVER);
    for (int length = 1; length <= links; length++) {
      int starts = Math.min(period, links - length + 1);
      for (int start = 0; start < starts; start++) {
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
    int record = recordLevels[start];
    if (level >= record) {
      best = first + value[level - record][row(start + 1, length - 1)];
      bestChoice = ScheduleBuilder.KEEP_RECORD;
    }
    if (level >= stateLevels) {
      long[] here = value[level];
      long[] behind = value[level - stateLevels];
      int next = start;
      for (int i = 1; i < length; i++) {
        next = next + 1 == period ? 0 : next + 1;
        long cost =
            costs.between(start, start + i)
                + here[row - length + i]
                + behind[next * (links + 1) + length - i];
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
