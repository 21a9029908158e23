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
  /// @param place where it begins, in the units of [Plan#stateSize]
  /// @param size how long it is, in that unit
  public record Slot(Kind kind, long place, long size) {
    /// Whether both take some of the same memory.
    boolean overlaps(Slot other) {
      return place < other.place + other.size && other.place < place + size;
    }
  }

  /// The size of a plan, known before anything runs. Its steps are the links of a [Chain]: steps of
  /// a sweep or their parts.
  ///
  /// @param name how it was made: `store all`, `revolve`, `mixed`, `memory budget`
  /// @param steps number of steps `N`
  /// @param stateSize size of a state, in any unit
  /// @param recordSize size of the largest record of a step with its initial state, in that unit:
  ///     the working record's
  /// @param storeAllSize what [StoreAll] takes, in that unit
  /// @param checkpointSize memory of all slots but the working record, in that unit
  /// @param plainAdvances steps that are run without a record
  /// @param recordedSteps steps that are run with a record; every step once
  /// @param onceCost `Σ` of the costs of all steps, each run once
  /// @param cost `Σ` of the costs of all steps that are run, with and without records
  /// @param optimum the least possible cost of this kind of schedule; `cost` equals it
  public record Plan(
      String name,
      int steps,
      long stateSize,
      long recordSize,
      long storeAllSize,
      long checkpointSize,
      long plainAdvances,
      long recordedSteps,
      long onceCost,
      long cost,
      long optimum) {
    /// Steps that are run in all, `plainAdvances + recordedSteps`.
    public long forwardSteps() {
      return plainAdvances + recordedSteps;
    }

    /// Size of all checkpoints and the working record.
    public long size() {
      return checkpointSize + recordSize;
    }

    /// What is run again, in forward sweeps: 0 where every step is run once.
    public double repeatedSweeps() {
      return (double) (cost - onceCost) / onceCost;
    }
  }
}
