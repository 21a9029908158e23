package org.costate.model.scheme;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Collects the slots of a [Step] in order of first use.
///
/// An operator reads one contiguous stretch of `θ`: one slot, or for an inner step all slots of
/// that step. A stretch that occurs already, slot for slot, is shared; otherwise it is appended
/// whole.
final class SlotTable {
  private final List<Slot> slots = new ArrayList<>();

  /// The offset in `θ` of what `field` reads.
  int offsetOf(Application field) {
    List<Slot> wanted = wanted(field);
    int found = Collections.indexOfSubList(slots, wanted);
    if (found < 0) {
      found = slots.size();
      slots.addAll(wanted);
    }
    return slots.stream().limit(found).mapToInt(Slot::size).reduce(0, Math::addExact);
  }

  List<Slot> slots() {
    return List.copyOf(slots);
  }

  private static List<Slot> wanted(Application field) {
    if (field.operator() instanceof Step inner) {
      if (!field.controls().isEmpty()) {
        throw new IllegalArgumentException(
            "found controls "
                + field.controls()
                + " for the inner step "
                + inner.name()
                + ", expected none. Maybe name them in the lines of the inner scheme");
      }
      return inner.slots().stream().map(slot -> slot.within(field.at(), field.span())).toList();
    }
    boolean reads = field.operator().controlSize() > 0;
    if (reads == field.controls().isEmpty()) {
      throw new IllegalArgumentException(
          field.operator().name()
              + ": found "
              + field.controls().size()
              + " blocks of controls for "
              + field.operator().controlSize()
              + " control values");
    }
    return reads
        ? List.of(new Slot(field.controls(), field.at(), field.operator().parameters()))
        : List.of();
  }
}
