package org.costate.adjoint.reference;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Coefficient;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Step;
import org.costate.model.scheme.Term;
import org.hipparchus.CalculusFieldElement;

/// One step of a scheme, its lines taken literally: registers that are read and overwritten in the
/// order of the lines.
final class PlainStep<T extends CalculusFieldElement<T>> {
  private final Plain<T> plain;
  private final Arithmetic<T> a;

  PlainStep(Plain<T> plain) {
    this.plain = plain;
    this.a = plain.arithmetic();
  }

  /// `u(t) ↦ u(t + h)`.
  T[] apply(Scheme scheme, Place p, T[] u, StepControls<T> controls) {
    Map<Integer, T[]> register = new TreeMap<>();
    register.put(0, u.clone());
    List<Line> lines = scheme.lines();
    for (Line line : lines) {
      T[] sum = line.field().isPresent() ? field(line.field().get(), p, register, controls) : null;
      for (Term term : line.combination()) {
        T[] scaled = scale(coefficient(term.coefficient(), p.h()), register.get(term.register()));
        sum = sum == null ? scaled : add(sum, scaled);
      }
      register.put(line.target(), sum);
    }
    return register.get(lines.getLast().target());
  }

  private T[] field(Application f, Place p, Map<Integer, T[]> register, StepControls<T> controls) {
    Place inner = p.within(f.at(), f.span());
    T[] input = register.get(f.input());
    T[] value =
        f.operator() instanceof Step step
            ? apply(step.scheme(), inner, input, controls.within(f, step))
            : plain.apply(f.operator(), inner, input, controls.of(f));
    return scale(coefficient(f.weight(), p.h()), value);
  }

  private static double coefficient(Coefficient c, double h) {
    return switch (c.form()) {
      case CONSTANT -> c.factor();
      case STEP -> c.factor() * h;
      case KEPT -> c.factor() / (1 + h);
      case MOVED -> c.factor() * h / (1 + h);
    };
  }

  private T[] scale(double factor, T[] x) {
    T[] y = a.zeros(x.length);
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i].multiply(factor);
    }
    return y;
  }

  private T[] add(T[] x, T[] y) {
    T[] sum = a.zeros(x.length);
    for (int i = 0; i < x.length; i++) {
      sum[i] = x[i].add(y[i]);
    }
    return sum;
  }
}
