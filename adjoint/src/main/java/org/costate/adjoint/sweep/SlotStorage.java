package org.costate.adjoint.sweep;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.costate.adjoint.checkpoint.Schedule;
import org.costate.adjoint.checkpoint.Schedule.Kind;

/// The memory of the slots of a schedule. Slots that overlap share an array, all others have their
/// own, so no array grows beyond what an index reaches as long as one slot does not.
final class SlotStorage {
  private final double[][] array;
  private final int[] offset;

  /// @param stateSize doubles of a state
  /// @param recordSize doubles of a record with its initial state
  SlotStorage(Schedule schedule, long stateSize, long recordSize) {
    List<Schedule.Slot> slots = schedule.slots();
    Schedule.Plan plan = schedule.plan();
    boolean trueSizes = plan.stateSize() == stateSize && plan.recordSize() == recordSize;
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
      long size = 0;
      int to = from;
      while (to < byPlace.size() && (to == from || slots.get(byPlace.get(to)).place() < end)) {
        Schedule.Slot slot = slots.get(byPlace.get(to));
        long needed = slot.kind() == Kind.STATE ? stateSize : recordSize;
        long shift = trueSizes ? slot.place() - first : 0;
        if (!trueSizes && slot.place() != first) {
          throw new IllegalArgumentException(
              "schedule %s: found slots that overlap in part for other sizes than %d and %d"
                  .formatted(plan.name(), stateSize, recordSize));
        }
        end = Math.max(end, slot.place() + plan.sizeOf(slot.kind()));
        size = Math.max(size, shift + needed);
        offset[byPlace.get(to)] = Math.toIntExact(shift);
        to++;
      }
      double[] shared = new double[Math.toIntExact(size)];
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
