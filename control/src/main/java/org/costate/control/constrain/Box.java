package org.costate.control.constrain;

import org.costate.model.InputException;

/// `lower ≤ x_i ≤ upper` for every entry; infinite bounds are allowed. `P` clips.
///
/// @param size `n`
/// @param lower least value
/// @param upper greatest value
public record Box(int size, double lower, double upper) implements ConstraintSet {
  /// @throws InputException if no number satisfies both bounds
  public Box {
    if (!(lower <= upper)
        || lower == Double.POSITIVE_INFINITY
        || upper == Double.NEGATIVE_INFINITY) {
      throw new InputException(
          "box: found lower bound " + lower + " and upper bound " + upper,
          "a lower bound of at most the upper one: no value satisfies both",
          "");
    }
  }

  @Override
  public void project(double[] x, int from) {
    for (int i = from; i < from + size; i++) {
      x[i] = Math.clamp(x[i], lower, upper);
    }
  }

  @Override
  public double violation(double[] x, int from) {
    double worst = 0;
    for (int i = from; i < from + size; i++) {
      worst = Math.max(worst, Math.max(lower - x[i], x[i] - upper));
    }
    return worst;
  }

  @Override
  public String formula() {
    return lower + " <= entries <= " + upper;
  }
}
