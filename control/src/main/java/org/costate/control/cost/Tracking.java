package org.costate.control.cost;

import org.costate.adjoint.cost.TerminalCost;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Weighted distance to the target: `G = mean_b ½ Σ_i q_i (y_{b,i} − target_{b,i})²`, the mean over
/// the sequences `b`, the sum over the elements of one. Weight 0 leaves an element free.
///
/// @param weights `q`, `[tokens, width]`, or `[width]` for the same weights at every token
public record Tracking(double[] weights) implements TerminalCost {
  /// @throws IllegalArgumentException if there is no weight, or one is negative or not finite
  public Tracking {
    weights = weights.clone();
    if (weights.length == 0) {
      throw new IllegalArgumentException("tracking cost: found no weights, expected some");
    }
    for (int i = 0; i < weights.length; i++) {
      if (!(weights[i] >= 0) || Double.isInfinite(weights[i])) {
        throw new IllegalArgumentException(
            "tracking cost: found weight "
                + weights[i]
                + " at index "
                + i
                + ", expected a finite number of at least 0");
      }
    }
  }

  @Override
  public double[] weights() {
    return weights.clone();
  }

  @Override
  public int workSize(Shape s) {
    return 0;
  }

  @Override
  public double count(Batch batch, Shape output) {
    int elements = Targets.check("tracking cost", batch, output);
    int each = elements / output.batch();
    if (each % weights.length != 0) {
      throw new IllegalArgumentException(
          "tracking cost: found "
              + weights.length
              + " weights, expected a divisor of the "
              + each
              + " elements of a sequence");
    }
    return output.batch();
  }

  @Override
  public double value(Slice output, Shape shape, Batch batch, double scale, Workspace w) {
    double[] target = Targets.of(batch);
    double sum = 0;
    for (int i = 0; i < output.length(); i++) {
      double d = output.array()[output.offset() + i] - target[i];
      sum += weights[i % weights.length] * d * d;
    }
    return 0.5 * scale * sum;
  }

  @Override
  public void addGradient(
      Slice output, Shape shape, Batch batch, double scale, Slice bar, Workspace w) {
    double[] target = Targets.of(batch);
    for (int i = 0; i < output.length(); i++) {
      double d = output.array()[output.offset() + i] - target[i];
      bar.array()[bar.offset() + i] += scale * weights[i % weights.length] * d;
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
    for (int i = 0; i < output.length(); i++) {
      double d = dOutput.array()[dOutput.offset() + i];
      barDot.array()[barDot.offset() + i] += scale * weights[i % weights.length] * d;
    }
  }
}
