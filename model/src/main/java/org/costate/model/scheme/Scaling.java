package org.costate.model.scheme;

import java.util.List;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// `y = c(s) u` with a coefficient `c` of a scheme whose number `s`, the step size or the weight of
/// the residual, is a control: so that a sweep gives derivatives with respect to it.
///
/// Controls: `factor`, the number `s`. No record.
///
/// @param width features of a token
/// @param coefficient `c`
public record Scaling(int width, Coefficient coefficient) implements Operator {
  private static final List<Parameter> PARAMETERS =
      List.of(new Parameter("factor", Parameter.Role.GAIN, 1, 1));

  /// @throws IllegalArgumentException if the width is not positive
  public Scaling {
    if (width < 1) {
      throw new IllegalArgumentException("scaling: found width " + width + ", expected at least 1");
    }
  }

  @Override
  public String name() {
    return "scaling";
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
    return PARAMETERS;
  }

  @Override
  public int controlSize() {
    return 1;
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
    add(coefficient.value(p.theta().at(0)), p.u(), y, w);
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    double s = p.theta().at(0);
    dy.fill(0);
    add(coefficient.value(s), v.u(), dy, w);
    add(coefficient.slope(s) * along(v), p.u(), dy, w);
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    double s = p.theta().at(0);
    add(coefficient.value(s), lambda, bar.u(), w);
    if (!bar.theta().isNone()) {
      addControl(bar, coefficient.slope(s) * dot(lambda, p.u(), w));
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
    double s = p.theta().at(0);
    double ds = along(v);
    add(coefficient.slope(s) * ds, lambda, barDot.u(), w);
    if (!barDot.theta().isNone()) {
      double mixed = v.u().isNone() ? 0 : coefficient.slope(s) * dot(lambda, v.u(), w);
      double curved = ds == 0 ? 0 : coefficient.curvature(s) * ds * dot(lambda, p.u(), w);
      addControl(barDot, mixed + curved);
    }
  }

  private static double along(Variation v) {
    return v.theta().isNone() ? 0 : v.theta().at(0);
  }

  private static void add(double factor, Slice x, Slice y, Workspace w) {
    if (factor != 0 && !x.isNone() && !y.isNone()) {
      w.kernels().axpy(y.length(), factor, x.array(), x.offset(), y.array(), y.offset());
    }
  }

  private static double dot(Slice x, Slice y, Workspace w) {
    return w.kernels().dot(x.length(), x.array(), x.offset(), y.array(), y.offset());
  }

  private static void addControl(Variation bar, double value) {
    bar.theta().array()[bar.theta().offset()] += value;
  }
}
