package org.costate.adjoint.checkpoint;

/// How a sweep trades memory for repeated steps. Gradients are the same to the bit for every
/// choice.
public sealed interface Checkpointing permits StoreAll, Revolve, Mixed, MemoryBudget, MemoryShare {
  /// The schedule for a chain.
  ///
  /// @param chain sizes in doubles
  /// @throws org.costate.model.InputException if the chain cannot be reversed with so little memory
  Schedule schedule(Chain chain);

  /// The schedule for `steps` equal steps.
  ///
  /// @param stateSize number of doubles of a state
  /// @param recordSize number of doubles of the record of a step, its initial state included
  default Schedule schedule(int steps, long stateSize, long recordSize) {
    ScheduleBuilder.requireSteps(steps);
    return schedule(Chain.uniform(steps, stateSize, recordSize));
  }

  /// Whether the links of the chain are to be as short as steps can be cut, rather than steps.
  default boolean wantsParts() {
    return false;
  }

  /// What each of `sweeps` sweeps that run at the same time may do.
  default Checkpointing among(int sweeps) {
    return this;
  }
}
