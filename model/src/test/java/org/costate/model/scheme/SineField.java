package org.costate.model.scheme;

import java.util.List;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// A field with known derivatives, written with plain loops: `y = sin(u W + b + ωt)`, `θ = (W, b)`.
///
/// @param inputs features per token of the input
/// @param outputs features per token of the output
/// @param omega how fast it changes in time by itself
record SineField(int inputs, int outputs, double omega) implements Operator {
  @Override
  public String name() {
    return "sine field";
  }

  @Override
  public int inputWidth() {
    return inputs;
  }

  @Override
  public int outputWidth() {
    return outputs;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter("weight", Parameter.Role.WEIGHT, inputs, outputs),
        new Parameter("bias", Parameter.Role.BIAS, 1, outputs));
  }

  @Override
  public int controlSize() {
    return (inputs + 1) * outputs;
  }

  @Override
  public int workSize(Shape s) {
    return s.size(outputs);
  }

  @Override
  public int recordSize(Shape s) {
    return s.size(outputs);
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    for (int row = 0; row < p.shape().positions(); row++) {
      for (int j = 0; j < outputs; j++) {
        double phase = p.theta().at(inputs * outputs + j) + omega * p.t();
        for (int i = 0; i < inputs; i++) {
          phase += p.u().at(row * inputs + i) * p.theta().at(i * outputs + j);
        }
        set(y, row * outputs + j, Math.sin(phase));
        if (!record.isNone()) {
          set(record, row * outputs + j, phase);
        }
      }
    }
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    for (int k = 0; k < dy.length(); k++) {
      set(dy, k, Math.cos(record.at(k)) * phaseTangent(p, v, k));
    }
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    for (int k = 0; k < lambda.length(); k++) {
      addTransposed(p.u(), p.theta(), k, Math.cos(record.at(k)) * lambda.at(k), bar);
      addBias(k, Math.cos(record.at(k)) * lambda.at(k), bar);
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
    for (int k = 0; k < lambda.length(); k++) {
      double phase = record.at(k);
      double phaseBar = Math.cos(phase) * lambda.at(k);
      double phaseBarDot =
          Math.cos(phase) * dLambda.at(k) - Math.sin(phase) * phaseTangent(p, v, k) * lambda.at(k);
      addTransposed(p.u(), p.theta(), k, phaseBarDot, barDot);
      addTransposed(v.u(), v.theta(), k, phaseBar, barDot);
      addBias(k, phaseBarDot, barDot);
    }
  }

  private double phaseTangent(Point p, Variation v, int k) {
    int row = k / outputs;
    int j = k % outputs;
    double sum = v.theta().isNone() ? 0 : v.theta().at(inputs * outputs + j);
    for (int i = 0; i < inputs; i++) {
      int at = i * outputs + j;
      if (!v.u().isNone()) {
        sum += v.u().at(row * inputs + i) * p.theta().at(at);
      }
      if (!v.theta().isNone()) {
        sum += p.u().at(row * inputs + i) * v.theta().at(at);
      }
    }
    return sum;
  }

  /// Adds `phaseBar_k ∂(u W)_k` for the given `u` and `W`, either of which may be absent.
  private void addTransposed(Slice u, Slice theta, int k, double phaseBar, Variation bar) {
    int row = k / outputs;
    for (int i = 0; i < inputs; i++) {
      int at = i * outputs + k % outputs;
      if (!bar.u().isNone() && !theta.isNone()) {
        add(bar.u(), row * inputs + i, phaseBar * theta.at(at));
      }
      if (!bar.theta().isNone() && !u.isNone()) {
        add(bar.theta(), at, phaseBar * u.at(row * inputs + i));
      }
    }
  }

  private void addBias(int k, double phaseBar, Variation bar) {
    if (!bar.theta().isNone()) {
      add(bar.theta(), inputs * outputs + k % outputs, phaseBar);
    }
  }

  private static void set(Slice s, int i, double value) {
    s.array()[s.offset() + i] = value;
  }

  private static void add(Slice s, int i, double value) {
    s.array()[s.offset() + i] += value;
  }
}
