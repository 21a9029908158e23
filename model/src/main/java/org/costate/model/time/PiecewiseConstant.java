package org.costate.model.time;

/// `φ_k = 1` on the `k`-th of `count` equal intervals of `[0, end]`, 0 elsewhere: a layer is an
/// interval.
///
/// @param count number of intervals
/// @param end the last time
public record PiecewiseConstant(int count, double end) implements TimeBasis {
  /// @throws IllegalArgumentException if there is no interval or `end` is not positive and finite
  public PiecewiseConstant {
    Cells.requireCells("piecewise constant", count, 1, end);
  }

  @Override
  public String name() {
    return "piecewise constant";
  }

  @Override
  public int first(double t, double from, double to) {
    return Cells.cell(count, end, t, from, to);
  }

  @Override
  public int support(double t, double from, double to) {
    return 1;
  }

  @Override
  public double value(int k, int derivative, double t, double from, double to) {
    return derivative == 0 && k == first(t, from, to) ? 1 : 0;
  }

  @Override
  public double[] breaks() {
    return Cells.breaks(count, end);
  }
}
