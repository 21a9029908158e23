package org.costate.adjoint.verify;

import java.util.List;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// A correct operator of a type that the suite does not know.
record Stranger(Operator inner) implements Operator {
  @Override
  public String name() {
    return "stranger";
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
  public int workSize(Shape s) {
    return inner.workSize(s);
  }

  @Override
  public int recordSize(Shape s) {
    return inner.recordSize(s);
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    inner.apply(p, y, record, w);
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    inner.tangent(p, record, v, dy, w);
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    inner.adjoint(p, record, lambda, bar, w);
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
    inner.secondAdjoint(p, record, v, lambda, dLambda, bar, barDot, w);
  }
}
