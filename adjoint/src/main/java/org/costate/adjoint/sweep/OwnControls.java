package org.costate.adjoint.sweep;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.Stream;
import org.costate.model.Model;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.TimeGrid;

/// Whether every part of every step has controls of its own, which no other reads.
///
/// Then a sweep that overwrites a gradient lets every part overwrite its stretch, or clears it just
/// before: clearing the whole gradient first would take it through the memory once more. Where the
/// stages in front of and behind the steps have theirs too, several chunks can add to one gradient,
/// see [Succession].
final class OwnControls {
  private final boolean apart;
  private final boolean stagesApart;
  private final int[] rest;

  OwnControls(Model model, StepParts parts) {
    ControlLayout layout = model.layout();
    BitSet taken = new BitSet(layout.size());
    this.apart = takeAll(layout, parts, model.grid(), taken);
    this.rest = apart ? gaps(taken, layout.size()) : new int[] {0, layout.size()};
    this.stagesApart =
        Stream.concat(model.entry().stream(), model.exit().stream())
            .flatMap(stage -> stage.blocks().stream().distinct())
            .map(layout::block)
            .allMatch(block -> take(block.offset(), block.size(), taken));
  }

  private static boolean take(int from, int count, BitSet taken) {
    int next = taken.nextSetBit(from);
    if (count > 0 && next >= 0 && next < from + count) {
      return false;
    }
    taken.set(from, from + count);
    return true;
  }

  private static boolean takeAll(
      ControlLayout layout, StepParts parts, TimeGrid grid, BitSet taken) {
    for (int n = 0; n < grid.steps(); n++) {
      for (int k = 0; k < parts.count(); k++) {
        int from = layout.aliasOf(parts.slots(k), grid.time(n), grid.step(n));
        int count = parts.part(k).controlSize();
        if (count > 0 && (from < 0 || !take(from, count, taken))) {
          return false;
        }
      }
    }
    return true;
  }

  private static int[] gaps(BitSet taken, int size) {
    int[] all = new int[2 * size + 2];
    int count = 0;
    for (int from = taken.nextClearBit(0); from < size; ) {
      int to = taken.nextSetBit(from);
      to = to < 0 ? size : to;
      all[count++] = from;
      all[count++] = to;
      from = taken.nextClearBit(to);
    }
    return Arrays.copyOf(all, count);
  }

  /// Whether each part is to overwrite or clear its own stretch.
  boolean isApart() {
    return apart;
  }

  /// Whether the stages have controls of their own too.
  boolean isApartWithStages() {
    return apart && stagesApart;
  }

  /// Clears what no part clears.
  void clearRest(double[] gradient) {
    for (int i = 0; i < rest.length; i += 2) {
      Arrays.fill(gradient, rest[i], rest[i + 1], 0);
    }
  }
}
