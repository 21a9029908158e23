package org.costate.model.time;

/// Hat functions: `φ_k` is 1 at node `k · end/(count − 1)`, 0 at all others and linear between: the
/// coefficients are the values at the nodes.
///
/// @param count number of nodes, at least 2
/// @param end the last time
public record PiecewiseLinear(int count, double end) implements TimeBasis {
  /// @throws IllegalArgumentException if there are fewer than 2 nodes or `end` is not positive and
  ///     finite
  public PiecewiseLinear {
    Cells.requireCells("piecewise linear", count, 2, end);
  }

  @Override
  public String name() {
    return "piecewise linear";
  }

  @Override
  public int first(double t, double from, double to) {
    return Cells.cell(count - 1, end, t, from, to);
  }

  @Override
  public int support(double t, double from, double to) {
    return 2;
  }

  @Override
  public double value(int k, int derivative, double t, double from, double to) {
    int left = first(t, from, to);
    double perCell = (count - 1) / end;
    if (derivative == 1) {
      return k == left ? -perCell : k == left + 1 ? perCell : 0;
    }
    double right = t * perCell - left;
    return k == left ? 1 - right : k == left + 1 ? right : 0;
  }

  @Override
  public double[] breaks() {
    return Cells.breaks(count - 1, end);
  }
}
