package org.costate.control.stability;

import org.costate.adjoint.LinearMap;
import org.costate.model.operator.Operator;
import org.costate.model.state.Point;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// The Jacobian `∂F/∂u` of one operator at one point.
///
/// @param record what the operator left there
/// @param outputSize numbers of its result
/// @param w its scratch
record OperatorMap(Operator operator, Point point, Slice record, int outputSize, Workspace w)
    implements LinearMap {
  @Override
  public int rows() {
    return outputSize;
  }

  @Override
  public int cols() {
    return point.u().length();
  }

  @Override
  public void apply(double[] v, double[] out) {
    w.reset();
    operator.tangent(point, record, Variation.of(Slice.of(v), Slice.NONE), Slice.of(out), w);
  }

  @Override
  public void applyTranspose(double[] costate, double[] out) {
    w.reset();
    java.util.Arrays.fill(out, 0);
    operator.adjoint(point, record, Slice.of(costate), Variation.of(Slice.of(out), Slice.NONE), w);
  }
}
