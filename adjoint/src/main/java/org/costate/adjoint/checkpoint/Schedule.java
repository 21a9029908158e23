package org.costate.adjoint.checkpoint;

import java.util.List;

/// What a sweep over `steps` steps stores, runs and reverses, in order.
///
/// Slot 0 is the *working record*: it takes the record of a step that is reversed at once, is never
/// counted as a checkpoint, and is free whenever an [CheckpointAction.Advance] runs. The other
/// slots lie behind it on one line of memory, each at its [Slot#place]; slots that overlap are
/// never in use at the same time.
///
/// @param plan sizes and counts
/// @param slots where the slots lie
/// @param actions what is done
public record Schedule(Plan plan, List<Slot> slots, List<CheckpointAction> actions) {
  /// Index of the working record among the slots.
  public static final int WORKING_RECORD = 0;

  public Schedule {
    slots = List.copyOf(slots);
    actions = List.copyOf(actions);
  }

  /// What a slot holds.
  public enum Kind {
    /// A state `u_n` to restart from.
    STATE,
    /// The record of a step and the state that the step starts from.
    RECORD
  }

  /// A stretch of the memory for checkpoints.
  ///
  /// @param kind what it holds, and so how long it is
  /// @param place where it begins, in the units of [Plan#stateSize] and [Plan#recordSize]
  public record Slot(Kind kind, long place) {}

  /// The size of a plan, known before anything runs.
  ///
  /// @param name how it was made: `store all`, `revolve`, `mixed`, `memory budget`
  /// @param steps number of steps `N`
  /// @param stateSize size of a state, in any unit; 1 where only the number of slots counts
  /// @param recordSize size of the record of a step with its initial state, in the same unit
  /// @param checkpointSize memory of all slots but the working record, in that unit
  /// @param plainAdvances steps that are run without a record
  /// @param recordedSteps steps that are run with a record; every step once
  /// @param cost `Σ` of the costs of all steps that are run, with and without records
  /// @param optimum the least possible cost of this kind of schedule; `cost` equals it
  public record Plan(
      String name,
      int steps,
      long stateSize,
      long recordSize,
      long checkpointSize,
      long plainAdvances,
      long recordedSteps,
      long cost,
      long optimum) {
    /// Steps that are run in all, `plainAdvances + recordedSteps`.
    public long forwardSteps() {
      return plainAdvances + recordedSteps;
    }

    /// Size of a slot of the given kind.
    public long sizeOf(Kind kind) {
      return kind == Kind.STATE ? stateSize : recordSize;
    }
  }
}
