package org.costate.adjoint.checkpoint;

import java.util.Arrays;

/// What a schedule is made for: a chain of links (the steps of a sweep, or their parts), each with
/// what it costs to run and what its record takes; the states between them are of one size.
///
/// Costs and sizes often repeat, link after link or in a pattern that is as long as a step has
/// parts: the shortest [#period] is found here, since plans depend on it alone.
public final class Chain {
  private final long stateSize;
  private final long[] recordSizes;
  private final StepCosts costs;
  private final int period;

  private Chain(long stateSize, long[] recordSizes, StepCosts costs) {
    this.stateSize = stateSize;
    this.recordSizes = recordSizes;
    this.costs = costs;
    this.period = shortestPeriod();
  }

  /// Links that all cost 1.
  ///
  /// @param stateSize size of a state, in any unit
  /// @param recordSize size of the record of a link with its initial state, at least a state
  /// @throws IllegalArgumentException if there is no link, a size is not positive or a record
  ///     smaller than a state
  public static Chain uniform(int links, long stateSize, long recordSize) {
    long[] sizes = new long[Math.max(0, links)];
    Arrays.fill(sizes, recordSize);
    return of(stateSize, sizes, StepCosts.equal(links));
  }

  /// Links of different sizes and costs.
  ///
  /// @param recordSizes sizes of the records with their initial states
  /// @throws IllegalArgumentException as for [#uniform], and if there are not as many sizes as
  /// costs
  public static Chain of(long stateSize, long[] recordSizes, StepCosts costs) {
    if (recordSizes.length != costs.steps()) {
      throw new IllegalArgumentException(
          "checkpoints: found %d records for %d links"
              .formatted(recordSizes.length, costs.steps()));
    }
    for (long size : recordSizes) {
      if (stateSize < 1 || size < stateSize) {
        throw new IllegalArgumentException(
            "checkpoints: found state size %d and record size %d, expected 0 < state <= record"
                .formatted(stateSize, size));
      }
    }
    return new Chain(stateSize, recordSizes.clone(), costs);
  }

  /// Number of links.
  public int links() {
    return recordSizes.length;
  }

  /// Size of a state.
  public long stateSize() {
    return stateSize;
  }

  /// Size of the record of link `n`, its initial state included.
  public long recordSize(int n) {
    return recordSizes[n];
  }

  /// Size of the largest record: that of the working record.
  public long largestRecord() {
    return Arrays.stream(recordSizes).max().orElseThrow();
  }

  /// What [StoreAll] takes: the records of all links, that of the last one in the working record.
  public long storeAllSize() {
    long all = Arrays.stream(recordSizes).reduce(0, Math::addExact);
    return all - recordSizes[links() - 1] + largestRecord();
  }

  /// What it costs to run each link once.
  public StepCosts costs() {
    return costs;
  }

  /// Number of links after which costs and sizes repeat; [#links] if they never do.
  public int period() {
    return period;
  }

  private int shortestPeriod() {
    for (int p = 1; p < links(); p++) {
      if (repeatsAfter(p)) {
        return p;
      }
    }
    return links();
  }

  private boolean repeatsAfter(int p) {
    for (int n = p; n < links(); n++) {
      boolean same =
          recordSizes[n] == recordSizes[n - p]
              && costs.between(n, n + 1) == costs.between(n - p, n - p + 1);
      if (!same) {
        return false;
      }
    }
    return true;
  }
}
