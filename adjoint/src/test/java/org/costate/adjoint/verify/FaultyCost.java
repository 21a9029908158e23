package org.costate.adjoint.verify;

import org.costate.adjoint.cost.TerminalCost;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// A terminal cost whose gradient is a part per thousand too large.
record FaultyCost(TerminalCost inner) implements TerminalCost {
  @Override
  public double count(Batch batch, Shape output) {
    return inner.count(batch, output);
  }

  @Override
  public double value(Slice output, Shape shape, Batch batch, double scale, Workspace w) {
    return inner.value(output, shape, batch, scale, w);
  }

  @Override
  public void addGradient(
      Slice output, Shape shape, Batch batch, double scale, Slice bar, Workspace w) {
    inner.addGradient(output, shape, batch, 1.001 * scale, bar, w);
  }

  @Override
  public void addSecond(
      Slice output,
      Shape shape,
      Batch batch,
      double scale,
      Slice dOutput,
      Slice barDot,
      Workspace w) {
    inner.addSecond(output, shape, batch, scale, dOutput, barDot, w);
  }

  @Override
  public int workSize(Shape s) {
    return inner.workSize(s);
  }
}
