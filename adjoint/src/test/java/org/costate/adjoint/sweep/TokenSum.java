package org.costate.adjoint.sweep;

import java.util.List;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// A readout that pools all tokens: `y_b = Σ_{x,k} r_k u_{b,x,k}`, one number per sequence.
record TokenSum(int inputWidth) implements Operator {
  @Override
  public String name() {
    return "token sum";
  }

  @Override
  public int outputWidth() {
    return 1;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(new Parameter("r", Parameter.Role.WEIGHT, 1, inputWidth));
  }

  @Override
  public int controlSize() {
    return inputWidth;
  }

  @Override
  public Shape outputShape(Shape s) {
    return new Shape(s.batch(), 1);
  }

  @Override
  public int workSize(Shape s) {
    return 0;
  }

  @Override
  public int recordSize(Shape s) {
    return 0;
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    y.fill(0);
    contract(p.shape(), p.u(), p.theta(), y);
  }

  private void contract(Shape s, Slice u, Slice r, Slice y) {
    for (int i = 0; !u.isNone() && !r.isNone() && i < u.length(); i++) {
      y.array()[y.offset() + i / (s.tokens() * inputWidth)] += r.at(i % inputWidth) * u.at(i);
    }
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    dy.fill(0);
    contract(p.shape(), v.u(), p.theta(), dy);
    contract(p.shape(), p.u(), v.theta(), dy);
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    addTo(bar.u(), p.shape(), lambda, p.theta());
    addTo(bar.theta(), p.shape(), lambda, p.u());
  }

  private void addTo(Slice bar, Shape s, Slice lambda, Slice factor) {
    if (bar.isNone() || factor.isNone() || lambda.isNone()) {
      return;
    }
    for (int i = 0; i < s.size(inputWidth); i++) {
      double costate = lambda.at(i / (s.tokens() * inputWidth));
      bar.array()[bar.offset() + i % bar.length()] += costate * factor.at(i % factor.length());
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
    adjoint(p, record, lambda, bar, w);
    adjoint(p, record, dLambda, barDot, w);
    addTo(barDot.u(), p.shape(), lambda, v.theta());
    addTo(barDot.theta(), p.shape(), lambda, v.u());
  }
}
