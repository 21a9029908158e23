package org.costate.adjoint.reference;

import org.costate.model.scheme.Application;
import org.costate.model.scheme.Step;

/// Where the lines of a step find their controls.
interface StepControls<T> {
  /// The controls `θ` of the operator of a line.
  T[] of(Application f);

  /// The controls of the lines of an inner step.
  StepControls<T> within(Application f, Step inner);
}
