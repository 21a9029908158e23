package org.costate.control.stability;

import java.util.List;
import org.costate.model.operator.Attention;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// A causal attention of heads with keys of their own, at one time without a part of what one head
/// carries from one token to another: weights and values in plain loops.
record WithoutEdge(Attention attention, Edge edge, double part, double time) implements Operator {
  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    attention.apply(p, y, record, w);
    if (Math.abs(p.t() - time) < 1e-9) {
      subtract(p, y);
    }
  }

  private void subtract(Point p, Slice y) {
    int d = attention.headWidth();
    int columns = 3 * attention.width();
    double[] gamma = new double[edge.to() + 1];
    double total = 0;
    double[] q = feature(p, edge.to(), edge.head() * d, columns);
    for (int j = 0; j <= edge.to(); j++) {
      double[] k = feature(p, j, attention.width() + edge.head() * d, columns);
      double score = 0;
      for (int m = 0; m < d; m++) {
        score += q[m] * k[m];
      }
      gamma[j] = Math.exp(attention.scale() * score);
      total += gamma[j];
    }
    double[] v = feature(p, edge.from(), 2 * attention.width() + edge.head() * d, columns);
    int output = (attention.width() + 1) * columns;
    for (int m = 0; m < d; m++) {
      for (int k = 0; k < attention.width(); k++) {
        double weight = p.theta().at(output + (edge.head() * d + m) * attention.width() + k);
        y.array()[y.offset() + edge.to() * attention.width() + k] -=
            part * gamma[edge.from()] / total * v[m] * weight;
      }
    }
  }

  /// Some columns of `u W + b` at one token.
  private double[] feature(Point p, int token, int from, int columns) {
    int width = attention.width();
    double[] x = new double[attention.headWidth()];
    for (int m = 0; m < x.length; m++) {
      x[m] = p.theta().at(width * columns + from + m);
      for (int k = 0; k < width; k++) {
        x[m] += p.u().at(token * width + k) * p.theta().at(k * columns + from + m);
      }
    }
    return x;
  }

  @Override
  public String name() {
    return attention.name();
  }

  @Override
  public int inputWidth() {
    return attention.inputWidth();
  }

  @Override
  public int outputWidth() {
    return attention.outputWidth();
  }

  @Override
  public List<Parameter> parameters() {
    return attention.parameters();
  }

  @Override
  public int controlSize() {
    return attention.controlSize();
  }

  @Override
  public int workSize(Shape s) {
    return attention.workSize(s);
  }

  @Override
  public int recordSize(Shape s) {
    return attention.recordSize(s);
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    throw new UnsupportedOperationException("values only");
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    throw new UnsupportedOperationException("values only");
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
    throw new UnsupportedOperationException("values only");
  }
}
