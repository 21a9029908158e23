package org.costate.adjoint.checkpoint;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.costate.adjoint.checkpoint.CheckpointAction.Advance;
import org.costate.adjoint.checkpoint.CheckpointAction.RecordStep;
import org.costate.adjoint.checkpoint.CheckpointAction.Restore;
import org.costate.adjoint.checkpoint.CheckpointAction.Reverse;
import org.costate.adjoint.checkpoint.CheckpointAction.Store;
import org.costate.adjoint.checkpoint.Schedule.Kind;
import org.costate.adjoint.checkpoint.Schedule.Plan;
import org.costate.adjoint.checkpoint.Schedule.Slot;
import org.junit.jupiter.api.Test;

class ScheduleValidatorTest {
  private static String failure(Schedule schedule) {
    return ScheduleValidator.validate(schedule).failure().orElse("");
  }

  /// Two steps by hand; slots: working record, a state, and a record that overlaps the state.
  private static Schedule twoSteps(CheckpointAction... actions) {
    List<Slot> slots =
        List.of(
            new Slot(Kind.RECORD, 0, 3), new Slot(Kind.STATE, 3, 1), new Slot(Kind.RECORD, 3, 3));
    return new Schedule(new Plan("by hand", 2, 1, 3, 6, 3, 1, 2, 2, 3, 3), slots, List.of(actions));
  }

  @Test
  void acceptsAScheduleByHand() {
    Schedule schedule =
        twoSteps(
            new Store(0, 1),
            new Advance(0, 1),
            new RecordStep(1, 0),
            new Reverse(1, 0),
            new Restore(0, 1),
            new RecordStep(0, 0),
            new Reverse(0, 0));
    assertTrue(ScheduleValidator.validate(schedule).valid(), () -> failure(schedule));
  }

  @Test
  void seesAnOverwrittenSlot() {
    Schedule schedule =
        twoSteps(
            new Store(0, 1),
            new Advance(0, 1),
            new RecordStep(1, 2),
            new Reverse(1, 2),
            new Restore(0, 1),
            new RecordStep(0, 0),
            new Reverse(0, 0));
    assertTrue(failure(schedule).contains("state in the slot"), failure(schedule));
  }

  @Test
  void seesAStateInTheSlotOfARecord() {
    assertTrue(failure(twoSteps(new Store(0, 2))).contains("not made for"));
  }

  @Test
  void seesAPendingWorkingRecord() {
    Schedule schedule = twoSteps(new RecordStep(0, 0), new Advance(1, 2));
    assertTrue(failure(schedule).contains("working record"), failure(schedule));
  }

  @Test
  void seesTheWrongOrder() {
    Schedule schedule = twoSteps(new RecordStep(0, 0), new Reverse(0, 0));
    assertTrue(failure(schedule).contains("reversed next"), failure(schedule));
  }

  /// Every schedule with any one action left out, doubled or exchanged with the next is refused,
  /// unless it is the same work in another place.
  @Test
  void seesEveryMutation() {
    for (Schedule good :
        List.of(new StoreAll().schedule(6), new Revolve(2).schedule(9), new Mixed(3).schedule(9))) {
      for (int i = 0; i < good.actions().size(); i++) {
        List<CheckpointAction> without = new ArrayList<>(good.actions());
        CheckpointAction left = without.remove(i);
        assertFalse(
            ScheduleValidator.validate(new Schedule(good.plan(), good.slots(), without)).valid(),
            "without " + left);
        if (left instanceof Advance || left instanceof RecordStep || left instanceof Reverse) {
          List<CheckpointAction> doubled = new ArrayList<>(good.actions());
          doubled.add(i, left);
          assertFalse(
              ScheduleValidator.validate(new Schedule(good.plan(), good.slots(), doubled)).valid(),
              "doubled " + left);
        }
      }
    }
  }
}
