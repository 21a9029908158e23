package org.costate.control;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Slot;
import org.costate.model.scheme.Step;
import org.costate.model.state.Workspace;

/// The controls that one operator inside a step reads.
public final class SubstepControls {
  private SubstepControls() {}

  /// The `θ` of `field` in step `n`.
  ///
  /// @param c the controls of `model`, not modified
  public static double[] of(Model model, double[] c, int n, Application field, Kernels kernels) {
    return of(model, c, n, field, 0, 1, kernels);
  }

  /// The same for a step inside the step, which begins at a part `begin` of it and is `span` of it.
  public static double[] of(
      Model model,
      double[] c,
      int n,
      Application field,
      double begin,
      double span,
      Kernels kernels) {
    int size = field.operator().controlSize();
    if (size == 0) {
      return new double[0];
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
    Workspace w = new Workspace(kernels, size);
    double t = model.grid().time(n);
    return model.layout().at(c, slots, t, model.grid().step(n), w).toArray();
  }
}
