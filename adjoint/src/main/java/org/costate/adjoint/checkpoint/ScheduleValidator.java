package org.costate.adjoint.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.costate.adjoint.checkpoint.CheckpointAction.Advance;
import org.costate.adjoint.checkpoint.CheckpointAction.RecordStep;
import org.costate.adjoint.checkpoint.CheckpointAction.Restore;
import org.costate.adjoint.checkpoint.CheckpointAction.Reverse;
import org.costate.adjoint.checkpoint.CheckpointAction.Store;
import org.costate.adjoint.checkpoint.Schedule.Kind;

/// Runs a schedule on integers, without any model: every step must be reversed once, last step
/// first, with its record at hand; nothing may be read that was not written or was overwritten.
public final class ScheduleValidator {
  private static final int EMPTY = -1;

  private final Schedule schedule;
  private final int[] contents;
  private int live;
  private int nextReverse;
  private long plainAdvances;
  private long recordedSteps;

  private ScheduleValidator(Schedule schedule) {
    this.schedule = schedule;
    this.contents = new int[schedule.slots().size()];
    this.nextReverse = schedule.plan().steps() - 1;
    Arrays.fill(contents, EMPTY);
  }

  /// What a run on integers found.
  ///
  /// @param failure the first action that cannot be carried out, and why; empty if all can
  /// @param plainAdvances steps run without a record
  /// @param recordedSteps steps run with a record
  public record Verdict(Optional<String> failure, long plainAdvances, long recordedSteps) {
    /// Whether every step was reversed, in order, from data at hand, with the planned counts.
    public boolean valid() {
      return failure.isEmpty();
    }
  }

  /// Runs `schedule` on integers.
  public static Verdict validate(Schedule schedule) {
    return new ScheduleValidator(schedule).run();
  }

  private Verdict run() {
    List<CheckpointAction> actions = schedule.actions();
    for (int i = 0; i < actions.size(); i++) {
      Optional<String> failure = carryOut(actions.get(i));
      if (failure.isPresent()) {
        return verdict("action " + i + ", " + actions.get(i) + ": " + failure.get());
      }
    }
    if (nextReverse != -1) {
      return verdict("the end: step " + nextReverse + " was not reversed");
    }
    Schedule.Plan plan = schedule.plan();
    if (plainAdvances != plan.plainAdvances() || recordedSteps != plan.recordedSteps()) {
      return verdict(
          "the end: found %d plain advances and %d recorded steps, planned were %d and %d"
              .formatted(plainAdvances, recordedSteps, plan.plainAdvances(), plan.recordedSteps()));
    }
    return new Verdict(Optional.empty(), plainAdvances, recordedSteps);
  }

  private Verdict verdict(String failure) {
    return new Verdict(Optional.of(failure), plainAdvances, recordedSteps);
  }

  private Optional<String> carryOut(CheckpointAction action) {
    return switch (action) {
      case Advance(int from, int to) -> advance(from, to);
      case Store(int step, int slot) -> {
        if (live != step) {
          yield missing("live state", live, step);
        }
        yield write(slot, Kind.STATE, step);
      }
      case Restore(int step, int slot) -> {
        if (contents[slot] != step || schedule.slots().get(slot).kind() != Kind.STATE) {
          yield missing("state in the slot", contents[slot], step);
        }
        live = step;
        yield Optional.empty();
      }
      case RecordStep(int step, int slot) -> recordStep(step, slot);
      case Reverse(int step, int slot) -> reverse(step, slot);
    };
  }

  private Optional<String> advance(int from, int to) {
    if (live != from) {
      return missing("live state", live, from);
    }
    if (to <= from || to > schedule.plan().steps()) {
      return Optional.of("found no steps from " + from + " to " + to);
    }
    if (contents[Schedule.WORKING_RECORD] != EMPTY) {
      return Optional.of("the working record is still waiting to be reversed");
    }
    plainAdvances += to - from;
    live = to;
    return Optional.empty();
  }

  private Optional<String> recordStep(int step, int slot) {
    if (live != step) {
      return missing("live state", live, step);
    }
    if (step >= schedule.plan().steps()) {
      return Optional.of("found no such step");
    }
    recordedSteps++;
    live = step + 1;
    return write(slot, Kind.RECORD, step);
  }

  private Optional<String> reverse(int step, int slot) {
    if (step != nextReverse) {
      return missing("step to be reversed next", nextReverse, step);
    }
    if (contents[slot] != step || schedule.slots().get(slot).kind() != Kind.RECORD) {
      return missing("record in the slot", contents[slot], step);
    }
    if (step == schedule.plan().steps() - 1 && live != step + 1) {
      return missing("live state, where the terminal cost is taken", live, step + 1);
    }
    contents[slot] = EMPTY;
    nextReverse--;
    return Optional.empty();
  }

  private Optional<String> write(int slot, Kind kind, int step) {
    if (schedule.slots().get(slot).kind() != kind) {
      return Optional.of("the slot is not made for a " + kind);
    }
    for (int other = 0; other < contents.length; other++) {
      if (schedule.slots().get(slot).overlaps(schedule.slots().get(other))) {
        contents[other] = EMPTY;
      }
    }
    contents[slot] = step;
    return Optional.empty();
  }

  private static Optional<String> missing(String what, int found, int expected) {
    return Optional.of(what + ": found " + found + ", expected " + expected);
  }
}
