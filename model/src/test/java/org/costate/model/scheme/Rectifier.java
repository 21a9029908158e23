package org.costate.model.scheme;

import java.util.List;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// `max(u, 0)`, written with plain loops.
record Rectifier(int width) implements Operator {
  @Override
  public String name() {
    return "rectifier";
  }

  @Override
  public int inputWidth() {
    return width;
  }

  @Override
  public int outputWidth() {
    return width;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public int controlSize() {
    return 0;
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
    add(p, p.u(), y);
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    dy.fill(0);
    add(p, v.u(), dy);
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    add(p, lambda, bar.u());
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
    add(p, lambda, bar.u());
    add(p, dLambda, barDot.u());
  }

  private static void add(Point p, Slice x, Slice y) {
    for (int i = 0; i < Math.min(x.length(), y.length()); i++) {
      if (p.u().at(i) > 0) {
        y.array()[y.offset() + i] += x.at(i);
      }
    }
  }
}
