package org.costate.model.scheme;

import java.util.List;
import org.costate.model.operator.Operator;

/// An operator at work inside a [Line]: `weight(h) · F(t + at·h, r[input], θ)`.
///
/// @param operator the field, projection or inner step `F`
/// @param input register that it reads
/// @param controls the blocks whose values at time `t + at·h`, one after the other, are its `θ`;
///     none for an inner [Step]: its own slots are taken over, their times moved from `at'` to
///     `at + span·at'`
/// @param weight factor of its result
/// @param at where in the step its time lies, in units of `h`
/// @param span length of the operator's own step in units of `h`: it is called with step size
///     `span·h`
public record Application(
    Operator operator,
    int input,
    List<ControlRef> controls,
    Coefficient weight,
    double at,
    double span) {

  public Application {
    controls = List.copyOf(controls);
  }
}
