package org.costate.control.memory;

import java.util.Arrays;
import java.util.Optional;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Attention;
import org.costate.model.operator.LinearAttention;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Operator;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// An attention of the suite with identity maps, asked about stored patterns: the patterns are
/// tokens of weight 1, the states are tokens of weight 0, which see the patterns and are not seen.
///
/// @param operator attention with queries, keys and values that are the tokens themselves
record ContextAttention(Operator operator, double[] controls, Kernels kernels) {
  /// `ξ ↦ Σ_j softmax_j(β<ξ, x>) x_j`.
  static ContextAttention softmax(int d, double beta, Kernels kernels) {
    return of(
        new Attention(d, 1, 1, d, beta, new Mask.Full(), Optional.empty(), false, false, false),
        d,
        kernels);
  }

  /// `ξ ↦ scale Σ_j <ξ, x_j> x_j`.
  static ContextAttention linear(int d, double scale, Kernels kernels) {
    return of(
        new LinearAttention(d, 1, d, scale, new Mask.Full(), false, false, false), d, kernels);
  }

  /// `ξ ↦ scale Σ_j <φ(ξ), φ(x_j)> x_j` for tokens `(φ(x), x)` with `features` numbers in `φ`: the
  /// answer is in the last `d` numbers.
  static ContextAttention lifted(int features, int d, double scale, Kernels kernels) {
    int width = features + d;
    Operator operator =
        new LinearAttention(width, 1, width, scale, new Mask.Full(), false, false, false);
    double[] controls = new double[operator.controlSize()];
    for (int k = 0; k < width; k++) {
      int row = k * 3 * width;
      if (k < features) {
        controls[row + k] = 1;
        controls[row + width + k] = 1;
      } else {
        controls[row + 2 * width + k] = 1;
      }
    }
    return new ContextAttention(operator, controls, kernels);
  }

  private static ContextAttention of(Operator operator, int d, Kernels kernels) {
    double[] controls = new double[operator.controlSize()];
    for (int k = 0; k < d; k++) {
      for (int part = 0; part < 3; part++) {
        controls[k * 3 * d + part * d + k] = 1;
      }
    }
    return new ContextAttention(operator, controls, kernels);
  }

  /// The answers to `states` `[count, d]`.
  double[] answers(Patterns patterns, double[] states) {
    int d = patterns.dimension();
    int stored = patterns.count();
    int count = states.length / d;
    double[] tokens = Arrays.copyOf(patterns.values(), (stored + count) * d);
    System.arraycopy(states, 0, tokens, stored * d, states.length);
    double[] weights = new double[stored + count];
    Arrays.fill(weights, 0, stored, 1);
    Shape shape = new Shape(1, stored + count);
    Workspace w = new Workspace(kernels, operator.workSize(shape));
    double[] out = new double[tokens.length];
    Point p =
        Point.of(
            0,
            1,
            shape,
            Slice.of(tokens),
            Slice.of(controls),
            Batch.empty(shape).withTokenWeights(weights));
    operator.apply(p, Slice.of(out), Slice.NONE, w);
    return Arrays.copyOfRange(out, stored * d, out.length);
  }
}
