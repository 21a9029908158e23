package org.costate.model.scheme;

import java.util.List;
import org.costate.model.operator.Parameter;

/// A stretch of the controls `θ` of a [Step]: the values of some blocks at one time of the step.
///
/// @param controls what is evaluated, one after the other
/// @param at where in the step, in units of `h`: the time is `t + at·h`
/// @param parameters the parameters of the operator that reads it, in their order
public record Slot(List<ControlRef> controls, double at, List<Parameter> parameters) {
  public Slot {
    controls = List.copyOf(controls);
    parameters = List.copyOf(parameters);
  }

  /// Number of doubles.
  public int size() {
    int size = 0;
    for (int i = 0; i < parameters.size(); i++) {
      size = Math.addExact(size, parameters.get(i).size());
    }
    return size;
  }

  /// The same at time `at + span·(this at)` of an outer step.
  Slot within(double outerAt, double span) {
    return new Slot(controls, outerAt + span * at, parameters);
  }
}
