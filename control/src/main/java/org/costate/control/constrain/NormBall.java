package org.costate.control.constrain;

import org.costate.model.InputException;

/// `‖x‖₂ ≤ radius` (of a matrix: its Frobenius norm). `P` scales.
///
/// @param size `n`
/// @param radius at least 0
public record NormBall(int size, double radius) implements ConstraintSet {
  /// @throws InputException if the radius is negative
  public NormBall {
    if (!(radius >= 0)) {
      throw new InputException(
          "norm ball: found radius " + radius, "at least 0: no norm is negative", "");
    }
  }

  private double norm(double[] x, int from) {
    double largest = 0;
    for (int i = from; i < from + size; i++) {
      largest = Math.max(largest, Math.abs(x[i]));
    }
    if (largest == 0 || Double.isInfinite(largest)) {
      return largest;
    }
    double sum = 0;
    for (int i = from; i < from + size; i++) {
      sum += x[i] / largest * (x[i] / largest);
    }
    return largest * Math.sqrt(sum);
  }

  @Override
  public void project(double[] x, int from) {
    double norm = norm(x, from);
    if (norm > radius) {
      for (int i = from; i < from + size; i++) {
        x[i] *= radius / norm;
      }
    }
  }

  @Override
  public double violation(double[] x, int from) {
    return Math.max(0, norm(x, from) - radius);
  }

  @Override
  public String formula() {
    return "norm <= " + radius;
  }
}
