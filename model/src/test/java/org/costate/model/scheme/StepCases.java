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
            "step: state unused at last", new Step(StepSchemes.chain(), StepSchemes.WIDTH), shape),
        OperatorCase.of("scaling by h", scaling(Coefficient.Form.STEP), shape),
        OperatorCase.of("scaling by 1/(1 + h)", scaling(Coefficient.Form.KEPT), shape),
        OperatorCase.of("scaling by h/(1 + h)", scaling(Coefficient.Form.MOVED), shape),
        OperatorCase.of(
            "step: step size and residual as controls",
            new Step(
                SchemeVariants.controlled(
                    StepSchemes.registers(), StepSchemes.WIDTH, "step-size", "residual"),
                StepSchemes.WIDTH),
            shape));
  }

  private static Scaling scaling(Coefficient.Form form) {
    return new Scaling(3, new Coefficient(1.25, form));
  }
}
