package org.costate.adjoint.checkpoint;

import org.costate.model.InputException;

/// Checkpointing in a given memory: a dynamic programme over steps and bytes chooses which states
/// and which records are kept, with their true sizes, so that the fewest steps are repeated.
///
/// @param bytes memory for checkpoints of one chunk; the live states and the one working record
///     that every sweep needs come on top
public record MemoryBudget(long bytes) implements Checkpointing {
  /// @throws InputException if it is negative
  public MemoryBudget {
    if (bytes < 0) {
      throw new InputException("memory budget: found " + bytes + " bytes", "at least 0", "");
    }
  }

  @Override
  public Schedule schedule(int steps, long stateSize, long recordSize) {
    return Planner.plan(
        "memory budget", StepCosts.equal(steps), stateSize, recordSize, bytes / Double.BYTES);
  }
}
