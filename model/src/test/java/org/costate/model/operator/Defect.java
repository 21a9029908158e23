package org.costate.model.operator;

import java.util.List;

/// Ways to break the contract of an operator, each with the tests that must notice.
enum Defect {
  TANGENT_SCALED("dot product", "central difference"),
  ADJOINT_OF_STATE_SCALED("dot product", "second: difference"),
  ADJOINT_OF_CONTROLS_SCALED("dot product", "second: adjoint"),
  ADJOINT_OVERWRITES("adjoint adds"),
  FRESH_ADDED_TO("fresh controls"),
  FRESH_ADDED_TO_TWICE("fresh controls"),
  SECOND_WITHOUT_CURVATURE("second: difference", "Taylor"),
  SECOND_NOT_SYMMETRIC("second: difference", "second: symmetry"),
  SECOND_FORGETS_ADJOINT("second: adjoint"),
  INPUT_MODIFIED("dot product", "no record"),
  WRITES_BESIDE_OUTPUT("dot product", "no record"),
  OUTPUT_NOT_SET("poison"),
  SCRATCH_READ("poison"),
  RECORD_CHANGES_VALUE("no record"),
  REMADE_OTHERWISE("no record"),
  TANGENT_WITH_VALUE_SCALED("value and tangent"),
  TANGENT_RECORD_SPOILT("tangent record"),
  TANGENT_RECORD_LARGER_THAN_DECLARED("tangent record"),
  RECORD_LARGER_THAN_DECLARED("no record", "dot product"),
  SCRATCH_LARGER_THAN_DECLARED("second: difference"),
  FRAME_LEFT_OPEN("dot product"),
  ABSENT_CONTROLS_READ("absent parts"),
  UNWANTED_PART_CHANGES_OTHER("absent parts"),
  SEQUENCES_MIXED("batch split"),
  STATE_KEPT_BETWEEN_CALLS("threads"),
  ALLOCATES("allocation"),
  CONTROLS_MISCOUNTED("parameters");

  private final String noticedBy;

  Defect(String... noticedBy) {
    this.noticedBy = String.join(", ", noticedBy);
  }

  /// Names of tests that must fail.
  List<String> noticedBy() {
    return List.of(noticedBy.split(", ", -1));
  }
}
