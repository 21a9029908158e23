package org.costate.adjoint.reference;

import java.util.Collections;
import java.util.List;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Slot;
import org.costate.model.scheme.Step;
import org.hipparchus.CalculusFieldElement;

/// The controls of a step as one array `θ`, laid out in slots: what a [Step] by itself is given.
record GivenControls<T extends CalculusFieldElement<T>>(
    Arithmetic<T> a, List<Slot> slots, T[] theta) implements StepControls<T> {
  @Override
  public T[] of(Application f) {
    if (f.controls().isEmpty()) {
      return a.zeros(0);
    }
    return stretch(List.of(new Slot(f.controls(), f.at(), f.operator().parameters())));
  }

  @Override
  public StepControls<T> within(Application f, Step inner) {
    List<Slot> moved =
        inner.slots().stream()
            .map(s -> new Slot(s.controls(), f.at() + f.span() * s.at(), s.parameters()))
            .toList();
    return new GivenControls<>(a, inner.slots(), stretch(moved));
  }

  private T[] stretch(List<Slot> wanted) {
    int first = Collections.indexOfSubList(slots, wanted);
    return a.part(theta, size(slots.subList(0, first)), size(wanted));
  }

  private static int size(List<Slot> some) {
    return some.stream().mapToInt(Slot::size).sum();
  }
}
