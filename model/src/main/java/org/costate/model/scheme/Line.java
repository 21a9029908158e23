package org.costate.model.scheme;

import java.util.List;
import java.util.Optional;

/// One line of a step on a few state registers:
/// `r[target] := Σ_k c_k(h) r[source_k] + weight(h) F(t + at·h, r[input], θ)`.
///
/// A projection has no combination and weight 1; a relaxation or stage sum has no field. The
/// right-hand side is evaluated before the target is overwritten.
///
/// @param target register that is overwritten
/// @param combination the linear part
/// @param field the operator, where there is one
public record Line(int target, List<Term> combination, Optional<Application> field) {
  public Line {
    combination = List.copyOf(combination);
    if (combination.isEmpty() && field.isEmpty()) {
      throw new IllegalArgumentException("line: found nothing on its right-hand side");
    }
  }
}
