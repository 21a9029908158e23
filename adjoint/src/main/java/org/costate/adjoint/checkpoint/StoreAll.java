package org.costate.adjoint.checkpoint;

/// Keeps the record of every step: `steps` forward steps, the least work and the most memory.
public record StoreAll() implements Checkpointing {
  /// The schedule for `steps` steps; sizes do not matter.
  public Schedule schedule(int steps) {
    return schedule(steps, 1, 1);
  }

  @Override
  public Schedule schedule(Chain chain) {
    return new ScheduleBuilder("store all", chain)
        .build(new Everything(), 0, chain.costs().between(0, chain.links()));
  }

  /// Keeps every record, in memory without end.
  private static final class Everything implements ScheduleBuilder.Decision {
    @Override
    public int at(int start, int length, int level) {
      return ScheduleBuilder.KEEP_RECORD;
    }

    @Override
    public int stateLevels() {
      return 0;
    }

    @Override
    public int recordLevels(int start) {
      return 0;
    }
  }
}
