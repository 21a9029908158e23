package org.costate.adjoint.reference;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Step;
import org.costate.model.time.ControlLayout;
import org.hipparchus.CalculusFieldElement;

/// The controls of a step as functions of time, `θ_block(t) = Σ_k φ_k(t) c_k`, evaluated for every
/// line at its time.
///
/// @param c all unknowns
/// @param from time at which the outermost step begins
/// @param h its size; jumps of the functions are seen from inside of it
/// @param at where in it the lines begin, in units of `h`
/// @param span length of the step that they make, in units of `h`
record TimedControls<T extends CalculusFieldElement<T>>(
    Arithmetic<T> a, ControlLayout layout, T[] c, double from, double h, double at, double span)
    implements StepControls<T> {
  @Override
  public T[] of(Application f) {
    return values(f.controls(), at + span * f.at());
  }

  @Override
  public StepControls<T> within(Application f, Step inner) {
    return new TimedControls<>(a, layout, c, from, h, at + span * f.at(), span * f.span());
  }

  /// The values of some blocks at time `from + place · h`, one after the other.
  T[] values(List<ControlRef> references, double place) {
    List<T> all = new ArrayList<>();
    for (ControlRef reference : references) {
      ControlLayout.Block block = layout.block(reference.block());
      double t = from + place * h;
      for (int i = 0; i < block.size(); i++) {
        T sum = a.number(0);
        for (int k = 0; k < block.basis().count(); k++) {
          double phi = PlainBasis.value(block.basis(), k, reference.derivative(), t, from, h);
          if (phi != 0) {
            sum = sum.add(c[block.offset() + k * block.stride() + i].multiply(phi));
          }
        }
        all.add(sum);
      }
    }
    return all.toArray(a.zeros(0));
  }
}
