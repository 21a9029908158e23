package org.costate.control.constrain;

import org.costate.adjoint.cost.TerminalCost;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The mean of one feature of the output over sequences and tokens, as a terminal cost: linear in
/// the output, so its gradient is a row of a Jacobian.
///
/// @param feature index of the feature
record MeanOutput(int feature) implements TerminalCost {
  @Override
  public double count(Batch batch, Shape output) {
    return output.batch();
  }

  @Override
  public double value(Slice output, Shape shape, Batch batch, double scale, Workspace w) {
    int width = output.length() / shape.positions();
    double sum = 0;
    for (int i = feature; i < output.length(); i += width) {
      sum += output.at(i);
    }
    return scale * sum / shape.tokens();
  }

  @Override
  public void addGradient(
      Slice output, Shape shape, Batch batch, double scale, Slice bar, Workspace w) {
    int width = output.length() / shape.positions();
    for (int i = feature; i < output.length(); i += width) {
      bar.array()[bar.offset() + i] += scale / shape.tokens();
    }
  }

  @Override
  public void addSecond(
      Slice output,
      Shape shape,
      Batch batch,
      double scale,
      Slice dOutput,
      Slice barDot,
      Workspace w) {}

  @Override
  public int workSize(Shape s) {
    return 0;
  }
}
