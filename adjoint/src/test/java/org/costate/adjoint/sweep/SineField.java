package org.costate.adjoint.sweep;

import java.util.List;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// A field that couples features by nothing and tokens by their mean `m`: `y = sin(a u + g m)`,
/// with all derivatives written out. Smooth, nonlinear in state and controls, of order one.
record SineField(int width) implements Operator {
  @Override
  public String name() {
    return "sine field";
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
    return List.of(
        new Parameter("a", Parameter.Role.GAIN, 1, width),
        new Parameter("g", Parameter.Role.GAIN, 1, width));
  }

  @Override
  public int controlSize() {
    return 2 * width;
  }

  @Override
  public int workSize(Shape s) {
    return 0;
  }

  /// The phase `z`.
  @Override
  public int recordSize(Shape s) {
    return s.size(width);
  }

  private interface Cell {
    void visit(int i, int k, double mean);
  }

  private void each(Point p, Cell cell) {
    int tokens = p.shape().tokens();
    for (int b = 0; b < p.shape().batch(); b++) {
      for (int k = 0; k < width; k++) {
        double mean = mean(p.u(), b, k, tokens);
        for (int x = 0; x < tokens; x++) {
          cell.visit((b * tokens + x) * width + k, k, mean);
        }
      }
    }
  }

  private double mean(Slice u, int b, int k, int tokens) {
    double sum = 0;
    for (int x = 0; !u.isNone() && x < tokens; x++) {
      sum += u.at((b * tokens + x) * width + k);
    }
    return sum / tokens;
  }

  private static double at(Slice s, int i) {
    return s.isNone() ? 0 : s.at(i);
  }

  private static void add(Slice s, int i, double value) {
    if (!s.isNone()) {
      s.array()[s.offset() + i] += value;
    }
  }

  private double phase(Point p, int i, int k, double mean) {
    return p.theta().at(k) * p.u().at(i) + p.theta().at(width + k) * mean;
  }

  private double phaseDot(Point p, Variation v, int i, int k, double mean) {
    int tokens = p.shape().tokens();
    double meanDot = mean(v.u(), i / width / tokens, k, tokens);
    return at(v.theta(), k) * p.u().at(i)
        + p.theta().at(k) * at(v.u(), i)
        + at(v.theta(), width + k) * mean
        + p.theta().at(width + k) * meanDot;
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    each(
        p,
        (i, k, mean) -> {
          double z = phase(p, i, k, mean);
          y.array()[y.offset() + i] = Math.sin(z);
          if (!record.isNone()) {
            record.array()[record.offset() + i] = z;
          }
        });
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    each(
        p,
        (i, k, mean) ->
            dy.array()[dy.offset() + i] = Math.cos(record.at(i)) * phaseDot(p, v, i, k, mean));
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    each(
        p,
        (i, k, mean) -> {
          double s = Math.cos(record.at(i)) * lambda.at(i);
          spread(p, bar, i, k, p.theta().at(k) * s, p.theta().at(width + k) * s);
          add(bar.theta(), k, s * p.u().at(i));
          add(bar.theta(), width + k, s * mean);
        });
  }

  /// Adds `own` to the costate of cell `i` and `shared` to that of the mean.
  private void spread(Point p, Variation bar, int i, int k, double own, double shared) {
    int tokens = p.shape().tokens();
    int first = i / width / tokens * tokens;
    add(bar.u(), i, own);
    for (int x = 0; x < tokens; x++) {
      add(bar.u(), (first + x) * width + k, shared / tokens);
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
    int tokens = p.shape().tokens();
    each(
        p,
        (i, k, mean) -> {
          double z = record.at(i);
          double s = Math.cos(z) * lambda.at(i);
          double ds =
              Math.cos(z) * at(dLambda, i)
                  - Math.sin(z) * phaseDot(p, v, i, k, mean) * lambda.at(i);
          double da = at(v.theta(), k);
          double dg = at(v.theta(), width + k);
          double a = p.theta().at(k);
          double g = p.theta().at(width + k);
          spread(p, barDot, i, k, da * s + a * ds, dg * s + g * ds);
          add(barDot.theta(), k, ds * p.u().at(i) + s * at(v.u(), i));
          double meanDot = mean(v.u(), i / width / tokens, k, tokens);
          add(barDot.theta(), width + k, ds * mean + s * meanDot);
        });
  }
}
