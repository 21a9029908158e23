package org.costate.adjoint.verify;

import java.util.Optional;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// `<ȳ, y>` for the output `y` of one chunk, beside another terminal cost where there is one: sees
/// every number of the output, whatever the other cost leaves out.
///
/// @param costate `ȳ`, in the shape of the output
/// @param other the cost beside it
record OutputCost(double[] costate, Optional<TerminalCost> other) implements TerminalCost {
  @Override
  public double count(Batch batch, Shape output) {
    return other.isPresent() ? other.get().count(batch, output) : 1;
  }

  @Override
  public double value(Slice output, Shape shape, Batch batch, double scale, Workspace w) {
    double sum =
        scale * w.kernels().dot(output.length(), output.array(), output.offset(), costate, 0);
    return other.isPresent() ? sum + other.get().value(output, shape, batch, scale, w) : sum;
  }

  @Override
  public void addGradient(
      Slice output, Shape shape, Batch batch, double scale, Slice bar, Workspace w) {
    w.kernels().axpy(output.length(), scale, costate, 0, bar.array(), bar.offset());
    if (other.isPresent()) {
      other.get().addGradient(output, shape, batch, scale, bar, w);
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
    if (other.isPresent()) {
      other.get().addSecond(output, shape, batch, scale, dOutput, barDot, w);
    }
  }

  @Override
  public int workSize(Shape s) {
    return other.isPresent() ? other.get().workSize(s) : 0;
  }
}
