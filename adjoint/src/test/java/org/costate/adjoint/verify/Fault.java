package org.costate.adjoint.verify;

import java.util.List;

/// Ways in which the derivatives of an operator can be wrong, with the methods that must see it.
enum Fault {
  STATE_ADJOINT(Fault.GRADIENT),
  WEIGHT_ADJOINT(Fault.GRADIENT),
  WRONG_SIGN(Fault.GRADIENT),
  MISSING_TERM(Fault.GRADIENT),
  FORGETS_TO_ADD(Fault.GRADIENT),
  TANGENT("dot product", "symmetry", "difference of gradients", "second-order dual numbers"),
  SECOND_ADJOINT("Taylor remainder 2", "difference of gradients", "second-order dual numbers"),
  SECOND_ADJOINT_NOT_SYMMETRIC(
      "Taylor remainder 2", "symmetry", "difference of gradients", "second-order dual numbers"),
  /// The operator and its formula differ; its derivatives are those of the operator.
  VALUE_OTHER_THAN_FORMULA("plain interpreter", "dual numbers", "second-order dual numbers");

  private static final String GRADIENT =
      "dot product,Taylor remainder 1,central differences,dual numbers";

  private final String seenBy;

  Fault(String... seenBy) {
    this.seenBy = String.join(",", seenBy);
  }

  /// Whether the gradient itself is wrong, so that every method may fail.
  boolean inGradient() {
    return seenBy.contains("central differences");
  }

  /// Methods that must fail; all others must pass, unless the gradient itself is wrong.
  List<String> seenBy() {
    return List.of(seenBy.split(",", -1));
  }
}
