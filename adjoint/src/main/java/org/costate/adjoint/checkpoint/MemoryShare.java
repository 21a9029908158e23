package org.costate.adjoint.checkpoint;

import org.costate.model.InputException;

/// [MemoryBudget] as a share of what [StoreAll] takes for the same chain.
///
/// @param share above 0, at most 1
public record MemoryShare(double share) implements Checkpointing {
  /// @throws InputException if it is not in `(0, 1]`
  public MemoryShare {
    if (!(share > 0 && share <= 1)) {
      throw new InputException(
          "memory budget: found the share " + share, "more than 0 and at most 1", "");
    }
  }

  @Override
  public Schedule schedule(Chain chain) {
    return Planner.within(chain, (long) Math.floor(share * chain.storeAllSize()));
  }

  @Override
  public boolean wantsParts() {
    return true;
  }
}
