package org.costate.adjoint.checkpoint;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/// The least cost of a reversal, found by a shortest path over everything a machine with one live
/// state, one working record and a memory may do: an oracle that knows nothing of stacks, of
/// segments or of any formula. It may restart from a record too, since a record holds its initial
/// state.
final class LeastCost {
  private final long[] costs;
  private final long stateSize;
  private final long[] recordSizes;
  private final long budget;
  private final Map<Machine, Long> best = new HashMap<>();
  private final PriorityQueue<Visit> queue =
      new PriorityQueue<>((a, b) -> Long.compare(a.cost, b.cost));

  /// `states` and `records` are bit sets of the steps kept in memory.
  private record Machine(int live, int states, int records, int working, int next) {}

  private record Visit(Machine machine, long cost) {}

  private LeastCost(long[] costs, long stateSize, long[] recordSizes, long budget) {
    this.costs = costs;
    this.stateSize = stateSize;
    this.recordSizes = recordSizes;
    this.budget = budget;
  }

  static long of(long[] costs, long stateSize, long recordSize, long budget) {
    long[] sizes = new long[costs.length];
    Arrays.fill(sizes, recordSize);
    return of(costs, stateSize, sizes, budget);
  }

  static long of(long[] costs, long stateSize, long[] recordSizes, long budget) {
    return new LeastCost(costs, stateSize, recordSizes, budget).search();
  }

  private long search() {
    int steps = costs.length;
    reach(new Machine(0, 0, 0, -1, steps - 1), 0);
    while (!queue.isEmpty()) {
      Visit visit = queue.poll();
      Machine m = visit.machine;
      if (best.get(m) < visit.cost) {
        continue;
      }
      if (m.next < 0) {
        return visit.cost;
      }
      run(m, visit.cost);
      remember(m, visit.cost);
      reverse(m, visit.cost);
    }
    throw new AssertionError("no way to reverse " + steps + " steps");
  }

  private void reach(Machine m, long cost) {
    long used = Integer.bitCount(m.states) * stateSize;
    for (int n = 0; n < costs.length; n++) {
      used += (m.records >> n & 1) * recordSizes[n];
    }
    if (used > budget || best.getOrDefault(m, Long.MAX_VALUE) <= cost) {
      return;
    }
    best.put(m, cost);
    queue.add(new Visit(m, cost));
  }

  private void run(Machine m, long cost) {
    if (m.live > m.next || m.working >= 0) {
      return; // nothing ahead is of use, or the working record waits
    }
    long after = cost + costs[m.live];
    int bit = 1 << m.live;
    reach(new Machine(m.live + 1, m.states, m.records, -1, m.next), after);
    reach(new Machine(m.live + 1, m.states, m.records, m.live, m.next), after);
    if ((m.records & bit) == 0) {
      reach(new Machine(m.live + 1, m.states, m.records | bit, -1, m.next), after);
    }
  }

  private void remember(Machine m, long cost) {
    if (m.live <= m.next) {
      reach(new Machine(m.live, m.states | (1 << m.live), m.records, m.working, m.next), cost);
    }
    for (int n = 0; n <= m.next; n++) {
      int bit = 1 << n;
      if ((m.states & bit) != 0) {
        reach(new Machine(m.live, m.states & ~bit, m.records, m.working, m.next), cost);
      }
      if ((m.records & bit) != 0) {
        reach(new Machine(m.live, m.states, m.records & ~bit, m.working, m.next), cost);
      }
      if (((m.states | m.records) & bit) != 0) {
        reach(new Machine(n, m.states, m.records, m.working, m.next), cost);
      }
    }
  }

  private void reverse(Machine m, long cost) {
    int bit = 1 << m.next;
    int below = bit - 1;
    boolean reached = m.next < costs.length - 1 || m.live == costs.length;
    if (reached && m.working == m.next) {
      reach(new Machine(m.live, m.states & below, m.records & below, -1, m.next - 1), cost);
    }
    if (reached && (m.records & bit) != 0) {
      reach(new Machine(m.live, m.states & below, m.records & below, m.working, m.next - 1), cost);
    }
  }
}
