package org.costate.model.time;

import java.util.Arrays;

/// Equal cells of `[0, end]`, and which of them a time within a step belongs to.
final class Cells {
  /// Relative distance below which a time counts as a break point: times come as `t + at·h`, with
  /// round-off.
  private static final double SNAP = 1e-9;

  private Cells() {}

  /// Index of the cell of `t`. At a break point it is the cell behind it, unless the step ends
  /// there: then the cell before it. Times outside belong to the first or the last cell.
  static int cell(int count, double end, double t, double from, double to) {
    double x = t / end * count;
    double nearest = Math.rint(x);
    double snap = SNAP * Math.max(1, Math.abs(x));
    int cell;
    if (Math.abs(x - nearest) > snap) {
      cell = (int) Math.floor(x);
    } else {
      boolean stepEnds = to > from && to - t <= SNAP * (to - from);
      cell = (int) nearest - (stepEnds ? 1 : 0);
    }
    return Math.clamp(cell, 0, count - 1);
  }

  /// The break points between the cells.
  static double[] breaks(int count, double end) {
    double[] breaks = new double[count - 1];
    Arrays.setAll(breaks, i -> end * (i + 1) / count);
    return breaks;
  }

  static void requireCells(String what, int found, int least, double end) {
    if (found < least || !(end > 0) || Double.isInfinite(end)) {
      throw new IllegalArgumentException(
          what
              + ": found "
              + found
              + " functions up to time "
              + end
              + ", expected at least "
              + least
              + " and a positive, finite end");
    }
  }
}
