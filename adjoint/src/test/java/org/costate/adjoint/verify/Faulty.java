package org.costate.adjoint.verify;

import java.util.List;
import java.util.function.UnaryOperator;
import org.costate.adjoint.reference.Place;
import org.costate.adjoint.reference.Plain;
import org.costate.adjoint.reference.PlainOperator;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;
import org.hipparchus.CalculusFieldElement;

/// A correct operator with one fault in its derivatives.
record Faulty(Operator inner, Fault fault) implements PlainOperator {
  private static final double OFF = 1 + 1e-3;

  @Override
  public <T extends CalculusFieldElement<T>> T[] plain(Plain<T> plain, Place p, T[] u, T[] theta) {
    T[] y = plain.apply(inner, p, u, theta);
    if (fault == Fault.VALUE_OTHER_THAN_FORMULA) {
      y[0] = y[0].multiply(OFF);
    }
    return y;
  }

  @Override
  public Operator resized(UnaryOperator<Operator> known, UnaryOperator<Integer> width) {
    return new Faulty(known.apply(inner), fault);
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    inner.tangent(p, record, v, dy, w);
    if (fault == Fault.TANGENT) {
      scale(dy, OFF);
    }
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    switch (fault) {
      case STATE_ADJOINT -> scaled(p, record, lambda, bar, OFF, 1);
      case WEIGHT_ADJOINT -> scaled(p, record, lambda, bar, 1, OFF);
      case WRONG_SIGN -> scaled(p, record, lambda, bar, -1, 1);
      case MISSING_TERM -> withoutLast(p, record, lambda, bar, w);
      case FORGETS_TO_ADD -> {
        bar.u().fill(0);
        bar.theta().fill(0);
        inner.adjoint(p, record, lambda, bar, w);
      }
      default -> inner.adjoint(p, record, lambda, bar, w);
    }
  }

  private void scaled(
      Point p, Slice record, Slice lambda, Variation bar, double state, double weights) {
    Variation own = Variation.of(zeros(bar.u()), zeros(bar.theta()));
    Workspace scratch = new Workspace(new PlainKernels(), inner.workSize(p.shape()));
    inner.adjoint(p, record, lambda, own, scratch);
    add(state, own.u(), bar.u());
    add(weights, own.theta(), bar.theta());
  }

  /// Leaves out the last parameter: the bias.
  private void withoutLast(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    double[] before = bar.theta().toArray();
    inner.adjoint(p, record, lambda, bar, w);
    int last = inner.parameters().getLast().size();
    for (int i = before.length - last; i >= 0 && i < before.length; i++) {
      bar.theta().array()[bar.theta().offset() + i] = before[i];
    }
  }

  @Override
  public void secondAdjoint(
      Point p,
      Slice record,
      Variation v,
      Slice lambda,
      Slice dLambda,
      Variation bar,
      Variation barDot,
      Workspace w) {
    switch (fault) {
      case SECOND_ADJOINT -> {
        inner.adjoint(p, record, lambda, bar, w);
        inner.adjoint(p, record, dLambda, barDot, w);
      }
      case SECOND_ADJOINT_NOT_SYMMETRIC -> {
        inner.secondAdjoint(p, record, v, lambda, dLambda, bar, barDot, w);
        scale(barDot.u(), OFF);
      }
      default -> inner.secondAdjoint(p, record, v, lambda, dLambda, bar, barDot, w);
    }
  }

  private static Slice zeros(Slice like) {
    return like.isNone() ? Slice.NONE : Slice.of(new double[like.length()]);
  }

  private static void add(double factor, Slice x, Slice y) {
    for (int i = 0; i < x.length(); i++) {
      y.array()[y.offset() + i] += factor * x.at(i);
    }
  }

  private static void scale(Slice s, double factor) {
    for (int i = s.offset(); i < s.offset() + s.length(); i++) {
      s.array()[i] *= factor;
    }
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    inner.apply(p, y, record, w);
  }

  @Override
  public String name() {
    return "faulty " + inner.name();
  }

  @Override
  public int inputWidth() {
    return inner.inputWidth();
  }

  @Override
  public int outputWidth() {
    return inner.outputWidth();
  }

  @Override
  public List<Parameter> parameters() {
    return inner.parameters();
  }

  @Override
  public int controlSize() {
    return inner.controlSize();
  }

  @Override
  public Shape outputShape(Shape s) {
    return inner.outputShape(s);
  }

  @Override
  public int workSize(Shape s) {
    return inner.workSize(s);
  }

  @Override
  public int recordSize(Shape s) {
    return inner.recordSize(s);
  }
}
