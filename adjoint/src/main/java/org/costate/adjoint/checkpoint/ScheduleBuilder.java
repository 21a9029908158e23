package org.costate.adjoint.checkpoint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.costate.adjoint.checkpoint.CheckpointAction.Advance;
import org.costate.adjoint.checkpoint.CheckpointAction.RecordStep;
import org.costate.adjoint.checkpoint.CheckpointAction.Restore;
import org.costate.adjoint.checkpoint.CheckpointAction.Reverse;
import org.costate.adjoint.checkpoint.CheckpointAction.Store;
import org.costate.adjoint.checkpoint.Schedule.Kind;
import org.costate.adjoint.checkpoint.Schedule.Plan;
import org.costate.adjoint.checkpoint.Schedule.Slot;

/// Writes out the actions of a schedule from the decisions for its segments. What is kept longest
/// was kept first, so the checkpoints form a stack, and a place on the stack is all a slot needs.
final class ScheduleBuilder {
  /// The decision to keep the record of the first step of a segment.
  static final int KEEP_RECORD = 0;

  /// What to do first with `length ≥ 2` steps from `start` on, when `level` units of memory are
  /// free: [#KEEP_RECORD] of the first step, or store the state and advance over so many steps.
  interface Decision {
    int at(int start, int length, int level);

    /// Units of memory that a state takes.
    int stateLevels();

    /// Units of memory that the record of step `start` takes.
    int recordLevels(int start);
  }

  private sealed interface Task {}

  private record Segment(int start, int length, int level, long top, boolean stored)
      implements Task {}

  private record Emit(CheckpointAction action) implements Task {}

  private final String name;
  private final Chain chain;

  private final List<CheckpointAction> actions = new ArrayList<>();
  private final Map<Slot, Integer> slots = new HashMap<>();
  private final List<Slot> slotList = new ArrayList<>();
  private final Deque<Task> tasks = new ArrayDeque<>();
  private long plainAdvances;
  private long recordedSteps;
  private long cost;
  private long peak;

  ScheduleBuilder(String name, Chain chain) {
    this.name = name;
    this.chain = chain;
    slot(Kind.RECORD, 0, chain.largestRecord());
  }

  static void requireSteps(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "schedule: found " + steps + " steps, expected at least 1");
    }
  }

  /// @param levels units of memory that are free at the start
  /// @param optimum the cost that the decisions were made for
  Schedule build(Decision decision, int levels, long optimum) {
    tasks.push(new Segment(0, chain.links(), levels, chain.largestRecord(), false));
    while (!tasks.isEmpty()) {
      switch (tasks.pop()) {
        case Emit(CheckpointAction action) -> actions.add(action);
        case Segment segment -> open(segment, decision);
      }
    }
    if (cost != optimum) {
      throw new IllegalStateException(
          "schedule " + name + ": found cost " + cost + ", expected the optimum " + optimum);
    }
    Plan plan =
        new Plan(
            name,
            chain.links(),
            chain.stateSize(),
            chain.largestRecord(),
            chain.storeAllSize(),
            peak,
            plainAdvances,
            recordedSteps,
            chain.costs().between(0, chain.links()),
            cost,
            optimum);
    return new Schedule(plan, slotList, actions);
  }

  private void open(Segment s, Decision decision) {
    if (s.length == 1) {
      record(s.start, Schedule.WORKING_RECORD);
      actions.add(new Reverse(s.start, Schedule.WORKING_RECORD));
      return;
    }
    int choice = decision.at(s.start, s.length, s.level);
    if (choice == KEEP_RECORD) {
      long size = chain.recordSize(s.start);
      int slot = slot(Kind.RECORD, s.top, size);
      record(s.start, slot);
      tasks.push(new Emit(new Reverse(s.start, slot)));
      int left = s.level - decision.recordLevels(s.start);
      tasks.push(new Segment(s.start + 1, s.length - 1, left, s.top + size, false));
      return;
    }
    int slot = slot(Kind.STATE, s.top, chain.stateSize());
    if (!s.stored) {
      actions.add(new Store(s.start, slot));
    }
    int middle = s.start + choice;
    actions.add(new Advance(s.start, middle));
    plainAdvances += choice;
    cost += chain.costs().between(s.start, middle);
    tasks.push(new Segment(s.start, choice, s.level, s.top, true));
    tasks.push(new Emit(new Restore(s.start, slot)));
    int left = s.level - decision.stateLevels();
    long top = s.top + chain.stateSize();
    tasks.push(new Segment(middle, s.length - choice, left, top, false));
  }

  private void record(int step, int slot) {
    actions.add(new RecordStep(step, slot));
    recordedSteps++;
    cost += chain.costs().between(step, step + 1);
  }

  private int slot(Kind kind, long place, long size) {
    return slots.computeIfAbsent(
        new Slot(kind, place, size),
        added -> {
          peak = Math.max(peak, place + size - chain.largestRecord());
          slotList.add(added);
          return slotList.size() - 1;
        });
  }
}
