package org.costate.adjoint.checkpoint;

/// One instruction of a [Schedule]: integers only. A sweep, the validator and the counters of a
/// plan interpret the same actions.
///
/// There is one *live* state `u_n`; steps move it on. Slots keep a state, or the record of a step
/// together with the state that the step starts from.
public sealed interface CheckpointAction {
  /// Runs steps `from … to − 1` from the live state without keeping records.
  record Advance(int from, int to) implements CheckpointAction {}

  /// Copies the live state `u_step` into `slot`.
  record Store(int step, int slot) implements CheckpointAction {}

  /// Makes the state `u_step` in `slot` the live one; the slot keeps it.
  record Restore(int step, int slot) implements CheckpointAction {}

  /// Runs step `step` from the live state and keeps its record in `slot`.
  record RecordStep(int step, int slot) implements CheckpointAction {}

  /// Takes the costate from `step + 1` to `step` with the record in `slot`, which is free then.
  record Reverse(int step, int slot) implements CheckpointAction {}
}
