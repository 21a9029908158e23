package org.costate.adjoint.sweep;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.costate.adjoint.checkpoint.Schedule;

/// The memory of the slots of a schedule. Slots that overlap share an array, all others have their
/// own, so no array grows beyond what an index reaches as long as one slot does not.
final class SlotStorage {
  private final double[][] array;
  private final int[] offset;

  SlotStorage(Schedule schedule) {
    List<Schedule.Slot> slots = schedule.slots();
    array = new double[slots.size()][];
    offset = new int[slots.size()];
    List<Integer> byPlace =
        IntStream.range(0, slots.size())
            .boxed()
            .sorted(Comparator.comparingLong(i -> slots.get(i).place()))
            .toList();
    int from = 0;
    while (from < byPlace.size()) {
      long first = slots.get(byPlace.get(from)).place();
      long end = first;
      int to = from;
      while (to < byPlace.size() && (to == from || slots.get(byPlace.get(to)).place() < end)) {
        Schedule.Slot slot = slots.get(byPlace.get(to));
        end = Math.max(end, slot.place() + slot.size());
        offset[byPlace.get(to)] = Math.toIntExact(slot.place() - first);
        to++;
      }
      double[] shared = new double[Math.toIntExact(end - first)];
      for (int i = from; i < to; i++) {
        array[byPlace.get(i)] = shared;
      }
      from = to;
    }
  }

  double[] array(int slot) {
    return array[slot];
  }

  int offset(int slot) {
    return offset[slot];
  }
}
