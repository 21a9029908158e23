package org.costate.adjoint.sweep;

import java.util.List;
import java.util.Optional;
import org.costate.adjoint.cost.Costs;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;

/// The outputs of a model, without any cost.
public final class Outputs {
  private static final Costs NONE = new Costs(Optional.empty(), List.of(), List.of());

  private Outputs() {}

  /// The output of every sequence of `batch`, `[batch, output tokens, output width]`. Sequences go
  /// through the model a few at a time, so that memory does not grow with their number.
  ///
  /// @param c the controls
  public static double[] of(Model model, double[] c, Batch batch, Kernels kernels) {
    int all = batch.shape().batch();
    int chunk = Ensemble.chunkSize(batch.shape());
    int each = model.outputShape(batch.sequences(0, 1).shape()).size(model.outputWidth());
    double[] outputs = new double[Math.multiplyExact(all, each)];
    ModelSweep sweep =
        new ModelSweep(model, NONE, batch.sequences(0, chunk).shape(), SweepOptions.with(kernels));
    for (int from = 0; from < all; from += chunk) {
      int count = Math.min(chunk, all - from);
      sweep.value(c, batch.sequences(from, count), Scales.ONE);
      System.arraycopy(
          sweep.output().array(), sweep.output().offset(), outputs, from * each, count * each);
    }
    return outputs;
  }
}
