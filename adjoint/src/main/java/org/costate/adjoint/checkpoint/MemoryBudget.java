package org.costate.adjoint.checkpoint;

import org.costate.model.InputException;

/// Checkpointing in a given memory: a dynamic programme over steps and bytes chooses which states
/// and which records are kept, with their true sizes and costs, so that the least work is repeated.
///
/// @param bytes memory for all states and records that sweeps running at the same time keep for
///     their way back, the working record that every sweep needs included
public record MemoryBudget(long bytes) implements Checkpointing {
  /// @throws InputException if it is negative
  public MemoryBudget {
    if (bytes < 0) {
      throw new InputException("memory budget: found " + bytes + " bytes", "at least 0", "");
    }
  }

  @Override
  public Schedule schedule(Chain chain) {
    return Planner.within(chain, bytes / Double.BYTES);
  }

  @Override
  public Checkpointing among(int sweeps) {
    return new MemoryBudget(bytes / sweeps);
  }

  @Override
  public boolean wantsParts() {
    return true;
  }
}
