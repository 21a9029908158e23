package org.costate.adjoint.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.costate.adjoint.checkpoint.Checkpointing;
import org.costate.adjoint.checkpoint.MemoryBudget;
import org.costate.adjoint.checkpoint.Mixed;
import org.costate.adjoint.checkpoint.Revolve;
import org.costate.adjoint.checkpoint.Schedule;
import org.costate.adjoint.checkpoint.StoreAll;
import org.junit.jupiter.api.Test;

class SlotStorageTest {
  private static final int STATE = 10;
  private static final int RECORD = 157;

  private static Set<double[]> arrays(Schedule schedule) {
    SlotStorage storage = new SlotStorage(schedule);
    Set<double[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int slot = 0; slot < schedule.slots().size(); slot++) {
      arrays.add(storage.array(slot));
      long size = schedule.slots().get(slot).size();
      assertTrue(storage.offset(slot) + size <= storage.array(slot).length);
    }
    return arrays;
  }

  private static long total(Checkpointing choice) {
    return arrays(choice.schedule(24, STATE, RECORD)).stream().mapToLong(a -> a.length).sum();
  }

  @Test
  void everySlotThatStandsAloneHasItsOwnArray() {
    assertEquals(24, arrays(new StoreAll().schedule(24, STATE, RECORD)).size());
    assertEquals(24L * RECORD, total(new StoreAll()));
    assertEquals(RECORD + 3L * STATE, total(new Revolve(3)));
  }

  @Test
  void slotsInTurnShareMemory() {
    assertEquals((1 + 4L) * RECORD, total(new Mixed(4)));
    for (int doubles : new int[] {167, 180, 400, 1000, 3000}) {
      assertTrue(total(new MemoryBudget(8L * doubles)) <= doubles);
    }
  }
}
