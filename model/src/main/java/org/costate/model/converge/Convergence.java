package org.costate.model.converge;

import java.util.Arrays;

/// A measured order: errors over a refinement, and the slope through them.
///
/// @param name scheme or quadrature
/// @param claimed order that it claims; 0: none
/// @param sizes numbers of steps or nodes, rising
/// @param errors largest absolute errors at these sizes
public record Convergence(String name, int claimed, int[] sizes, double[] errors) {
  /// @throws IllegalArgumentException if there are fewer than two sizes or not as many errors
  public Convergence {
    if (sizes.length < 2 || sizes.length != errors.length) {
      throw new IllegalArgumentException(
          "convergence of "
              + name
              + ": found "
              + sizes.length
              + " sizes and "
              + errors.length
              + " errors, expected as many and at least 2");
    }
    sizes = sizes.clone();
    errors = errors.clone();
  }

  @Override
  public int[] sizes() {
    return sizes.clone();
  }

  @Override
  public double[] errors() {
    return errors.clone();
  }

  /// The measured order: minus the slope of `log error` against `log size`, by least squares. Not a
  /// number where an error is 0.
  public double measured() {
    double meanX = Arrays.stream(sizes).mapToDouble(Math::log).sum() / sizes.length;
    double meanY = Arrays.stream(errors).map(Math::log).sum() / sizes.length;
    double xy = 0;
    double xx = 0;
    for (int i = 0; i < sizes.length; i++) {
      double x = Math.log(sizes[i]) - meanX;
      xy += x * (Math.log(errors[i]) - meanY);
      xx += x * x;
    }
    return -xy / xx;
  }

  /// Whether the measured order lies within `tolerance` of the claimed one.
  public boolean holds(double tolerance) {
    return Math.abs(measured() - claimed) <= tolerance;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Convergence o
        && name.equals(o.name)
        && claimed == o.claimed
        && Arrays.equals(sizes, o.sizes)
        && Arrays.equals(errors, o.errors);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(errors);
  }

  @Override
  public String toString() {
    return name
        + ": order "
        + measured()
        + ", claimed "
        + claimed
        + ", errors "
        + Arrays.toString(errors)
        + " at "
        + Arrays.toString(sizes);
  }
}
