package org.costate.adjoint.checkpoint;

import java.util.Arrays;
import org.costate.model.InputException;

/// Checkpointing with `slots` slots of one size, each of which holds either a state to restart from
/// or the record of one step; the cost of forward steps, recording ones counted, is the least
/// possible.
///
/// A record that was kept on the way forward is never computed again, so this needs fewer steps
/// than [Revolve]; a slot must be as long as a record, which for a Transformer is several states:
/// [MemoryBudget] plans with both sizes. J. R. Maddison, Step-based checkpointing with high-level
/// algorithmic differentiation, Journal of Computational Science 82 (2024).
///
/// @param slots number of slots, at least 1
public record Mixed(int slots) implements Checkpointing {
  /// @throws InputException if there is no slot
  public Mixed {
    if (slots < 1) {
      throw new InputException("mixed checkpoints: found " + slots + " slots", "at least 1", "");
    }
  }

  /// The schedule for `steps` steps.
  public Schedule schedule(int steps) {
    return schedule(steps, 1, 1);
  }

  @Override
  public Schedule schedule(Chain chain) {
    long slot = chain.largestRecord();
    long[] sizes = new long[chain.links()];
    Arrays.fill(sizes, slot);
    return Planner.plan(
        "mixed", Chain.of(slot, sizes, chain.costs()), Math.multiplyExact(slots, slot));
  }
}
