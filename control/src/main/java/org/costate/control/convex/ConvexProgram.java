package org.costate.control.convex;

import java.util.List;

/// `min f(x)` subject to `A x = b` and every constraint of a list; `f` convex.
///
/// @param objective `f`
/// @param equalities `A` `[m, n]`, of full row rank; no rows for none
/// @param values `b` `[m]`
/// @param constraints sets with an interior
public record ConvexProgram(
    QuadraticForm objective, double[][] equalities, double[] values, List<Barrier> constraints) {
  /// @throws IllegalArgumentException if shapes do not fit
  public ConvexProgram {
    constraints = List.copyOf(constraints);
    Forms.requireLength("equalities", values.length, equalities.length);
    for (double[] row : equalities) {
      Forms.requireLength("equalities", row.length, objective.size());
    }
    for (Barrier constraint : constraints) {
      Forms.requireLength(constraint.name(), constraint.size(), objective.size());
    }
  }

  /// Without equalities.
  public static ConvexProgram of(QuadraticForm objective, List<Barrier> constraints) {
    return new ConvexProgram(objective, new double[0][], new double[0], constraints);
  }

  /// Number of unknowns.
  public int size() {
    return objective.size();
  }

  /// `Σ ν` of all constraints.
  double order() {
    return constraints.stream().mapToDouble(Barrier::order).sum();
  }

  /// The constraint that `x` violates most.
  Barrier worst(double[] x) {
    return constraints.stream()
        .max(java.util.Comparator.comparingDouble(c -> c.violation(x)))
        .orElseThrow();
  }
}
