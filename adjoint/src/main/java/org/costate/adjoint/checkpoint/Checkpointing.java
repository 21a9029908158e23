package org.costate.adjoint.checkpoint;

/// How a sweep trades memory for repeated steps. Gradients are the same to the bit for every
/// choice.
public sealed interface Checkpointing permits StoreAll, Revolve, Mixed, MemoryBudget {
  /// The schedule for `steps` steps.
  ///
  /// @param stateSize number of doubles of a state
  /// @param recordSize number of doubles of the record of a step, its initial state included
  /// @throws org.costate.model.InputException if the steps cannot be reversed with so little memory
  Schedule schedule(int steps, long stateSize, long recordSize);
}
