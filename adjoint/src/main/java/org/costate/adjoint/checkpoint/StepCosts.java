package org.costate.adjoint.checkpoint;

/// What it costs to run each step once, in any integer unit.
public final class StepCosts {
  private final long[] before;
  private final boolean equal;

  private StepCosts(long[] before, boolean equal) {
    this.before = before;
    this.equal = equal;
  }

  /// Every step costs 1.
  public static StepCosts equal(int steps) {
    ScheduleBuilder.requireSteps(steps);
    long[] before = new long[steps + 1];
    for (int n = 0; n <= steps; n++) {
      before[n] = n;
    }
    return new StepCosts(before, true);
  }

  /// Step `n` costs `costs[n]`.
  ///
  /// @throws IllegalArgumentException if there is no step or a cost is not positive
  public static StepCosts of(long... costs) {
    ScheduleBuilder.requireSteps(costs.length);
    long[] before = new long[costs.length + 1];
    boolean equal = true;
    for (int n = 0; n < costs.length; n++) {
      if (costs[n] < 1) {
        throw new IllegalArgumentException(
            "step costs: found " + costs[n] + " for step " + n + ", expected at least 1");
      }
      before[n + 1] = Math.addExact(before[n], costs[n]);
      equal &= costs[n] == costs[0];
    }
    return new StepCosts(before, equal);
  }

  /// Number of steps.
  public int steps() {
    return before.length - 1;
  }

  /// Whether all steps cost the same.
  public boolean areEqual() {
    return equal;
  }

  /// Cost of steps `from … to − 1`.
  public long between(int from, int to) {
    return before[to] - before[from];
  }
}
