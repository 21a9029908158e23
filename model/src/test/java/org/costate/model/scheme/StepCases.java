package org.costate.model.scheme;

import java.util.List;
import org.costate.model.operator.OperatorCase;
import org.costate.model.state.Shape;

/// Steps of made-up schemes: entries of the operator catalogue.
public final class StepCases {
  private StepCases() {}

  /// All entries.
  public static List<OperatorCase> all() {
    Shape shape = new Shape(2, 4);
    return List.of(
        OperatorCase.of("step: euler", new Step(StepSchemes.euler("a"), StepSchemes.WIDTH), shape),
        OperatorCase.of(
            "step: three registers", new Step(StepSchemes.registers(), StepSchemes.WIDTH), shape),
        OperatorCase.of(
            "step: inner steps", new Step(StepSchemes.nested(), StepSchemes.WIDTH), shape),
        OperatorCase.of(
            "step: inner steps twice",
            new Step(StepSchemes.nestedTwice(), StepSchemes.WIDTH),
            shape),
        OperatorCase.of(
            "step: operator alone", new Step(StepSchemes.alone(), StepSchemes.WIDTH), shape),
        OperatorCase.of("step: widths", new Step(StepSchemes.widths(), StepSchemes.WIDTH), shape),
        OperatorCase.of(
            "step: state unused at last", new Step(StepSchemes.chain(), StepSchemes.WIDTH), shape));
  }
}
