package org.costate.adjoint.checkpoint;

/// Keeps the record of every step: `steps` forward steps, the least work and the most memory.
public record StoreAll() implements Checkpointing {
  /// The schedule for `steps` steps; sizes do not matter.
  public Schedule schedule(int steps) {
    return schedule(steps, 1, 1);
  }

  @Override
  public Schedule schedule(int steps, long stateSize, long recordSize) {
    ScheduleBuilder.requireSteps(steps);
    return new ScheduleBuilder("store all", StepCosts.equal(steps), stateSize, recordSize)
        .build((start, length, level) -> ScheduleBuilder.KEEP_RECORD, 0, 0, 0, steps);
  }
}
