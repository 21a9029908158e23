package org.costate.control.cost;

import org.costate.adjoint.cost.TerminalCost;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Half the mean squared distance to the target: `G = ½ mean (y − target)²` over all elements of
/// the output, padding included.
public record Quadratic() implements TerminalCost {
  @Override
  public int workSize(Shape s) {
    return 0;
  }

  @Override
  public double count(Batch batch, Shape output) {
    int elements = Targets.check("quadratic cost", batch, output);
    return elements;
  }

  @Override
  public double value(Slice output, Shape shape, Batch batch, double scale, Workspace w) {
    double[] y = output.array();
    int yo = output.offset();
    double[] target = Targets.of(batch);
    double sum = 0;
    for (int i = 0; i < output.length(); i++) {
      double d = y[yo + i] - target[i];
      sum += d * d;
    }
    return 0.5 * scale * sum;
  }

  @Override
  public void addGradient(
      Slice output, Shape shape, Batch batch, double scale, Slice bar, Workspace w) {
    double[] y = output.array();
    int yo = output.offset();
    double[] target = Targets.of(batch);
    double[] g = bar.array();
    int go = bar.offset();
    for (int i = 0; i < output.length(); i++) {
      g[go + i] += scale * (y[yo + i] - target[i]);
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
      Workspace w) {
    w.kernels()
        .axpy(
            output.length(),
            scale,
            dOutput.array(),
            dOutput.offset(),
            barDot.array(),
            barDot.offset());
  }
}
