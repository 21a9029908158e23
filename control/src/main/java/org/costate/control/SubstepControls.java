package org.costate.control;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Slot;
import org.costate.model.scheme.Step;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The controls that one operator inside a step reads.
public final class SubstepControls {
  private SubstepControls() {}

  /// The `θ` of `field` in step `n`, where the operator stands in the step itself (`begin` 0,
  /// `span` 1) or in a step inside it, which begins at a part `begin` of it and is `span` of it.
  ///
  /// @param c the controls of `model`, not modified
  /// @return a view of `c` where the controls lie there as they are, else an array of their own
  public static Slice of(
      Model model,
      double[] c,
      int n,
      Application field,
      double begin,
      double span,
      Kernels kernels) {
    if (field.operator().controlSize() == 0) {
      return Slice.of(new double[0]);
    }
    List<Slot> slots = new ArrayList<>();
    if (field.operator() instanceof Step inner) {
      for (Slot slot : inner.slots()) {
        double at = begin + span * (field.at() + field.span() * slot.at());
        slots.add(new Slot(slot.controls(), at, slot.parameters()));
      }
    } else {
      double at = begin + span * field.at();
      slots.add(new Slot(field.controls(), at, field.operator().parameters()));
    }
    Workspace w = new Workspace(kernels, model.layout().workSize(slots, model.grid()));
    double t = model.grid().time(n);
    Slice theta = model.layout().at(c, slots, t, model.grid().step(n), w);
    return theta.array() == c
        ? Slice.of(c, theta.offset(), theta.length())
        : Slice.of(theta.toArray());
  }
}
