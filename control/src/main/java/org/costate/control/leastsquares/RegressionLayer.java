package org.costate.control.leastsquares;

import org.costate.model.kernel.Kernels;
import org.costate.model.operator.LinearAttention;
import org.costate.model.operator.Mask;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// A single layer of linear attention that does regression: `y_i = q_i (Σ_j w_j k_j v_jᵀ) P` with
/// `q = x W_Q`, `k = x W_K`, `v = x W_V` and the readout `P`.
///
/// The slow memory is in its weights; the fast memory is the context `Σ_j w_j k_j v_jᵀ` of the
/// tokens it is shown. A token of weight 0 is not in the context but gets an answer from it: a new
/// row, or a unit vector that reads out a coefficient.
public final class RegressionLayer {
  private final int features;
  private final LinearAttention attention;
  private final double[] controls;
  private final Kernels kernels;

  /// @param queryKey `W_Q = W_K` `[features, features]`, row-major
  /// @param value `W_V` `[features, features]`
  /// @param readout `P` `[features]`
  public RegressionLayer(
      int features, double[] queryKey, double[] value, double[] readout, Kernels kernels) {
    this.features = features;
    this.kernels = kernels;
    attention = new LinearAttention(features, 1, features, 1, new Mask.Full(), false, true, false);
    controls = new double[attention.controlSize()];
    for (int i = 0; i < features; i++) {
      int row = i * 3 * features;
      System.arraycopy(queryKey, i * features, controls, row, features);
      System.arraycopy(queryKey, i * features, controls, row + features, features);
      System.arraycopy(value, i * features, controls, row + 2 * features, features);
      controls[3 * features * features + i * features] = readout[i];
    }
  }

  /// A layer with these weights, `[features, 3 features]` for queries, keys and values, then the
  /// output map, of which column 0 is the readout.
  ///
  /// @throws IllegalArgumentException if there are more or fewer
  public static RegressionLayer ofControls(int features, double[] controls, Kernels kernels) {
    int expected = operator(features).controlSize();
    if (controls.length != expected) {
      throw new IllegalArgumentException(
          "regression layer: found " + controls.length + " weights, expected " + expected);
    }
    return new RegressionLayer(features, controls.clone(), kernels);
  }

  private RegressionLayer(int features, double[] controls, Kernels kernels) {
    this.features = features;
    this.kernels = kernels;
    this.controls = controls;
    attention = operator(features);
  }

  private static LinearAttention operator(int features) {
    return new LinearAttention(features, 1, features, 1, new Mask.Full(), false, true, false);
  }

  /// Features of a row.
  public int features() {
    return features;
  }

  /// The operator that does it.
  public LinearAttention attention() {
    return attention;
  }

  /// A copy of its weights, laid out as the operator says; the readout is column 0 of the output
  /// map.
  public double[] controls() {
    return controls.clone();
  }

  /// The layer with `W_Q R`, `W_K R`, `W_V R` and `Rᵀ P`: the same map where `R` is orthogonal.
  ///
  /// @param r `R` `[features, features]`
  public RegressionLayer turned(double[][] r) {
    double[] c = new double[controls.length];
    int wide = 3 * features;
    for (int i = 0; i < features; i++) {
      for (int k = 0; k < features; k++) {
        for (int l = 0; l < features; l++) {
          for (int part = 0; part < wide; part += features) {
            c[i * wide + part + k] += controls[i * wide + part + l] * r[l][k];
          }
          int output = features * wide;
          c[output + i * features + k] += r[l][i] * controls[output + l * features + k];
        }
      }
    }
    return new RegressionLayer(features, c, kernels);
  }

  /// The answers of one forward pass.
  ///
  /// @param tokens `[count, features]`, row-major
  /// @param weights `[count]`: 0 for a token that is not in the context
  /// @return `[count]`
  public double[] answers(double[] tokens, double[] weights) {
    Shape shape = new Shape(1, weights.length);
    Batch batch = Batch.empty(shape).withTokenWeights(weights);
    Workspace w = new Workspace(kernels, attention.workSize(shape));
    double[] out = new double[shape.size(features)];
    Point p = Point.of(0, 1, shape, Slice.of(tokens), Slice.of(controls), batch);
    attention.apply(p, Slice.of(out), Slice.NONE, w);
    double[] answers = new double[weights.length];
    for (int i = 0; i < answers.length; i++) {
      answers[i] = out[i * features];
    }
    return answers;
  }

  /// The coefficients that the context holds: the answers to the unit vectors.
  ///
  /// @param rows `[count, features]`
  /// @param weights `[count]`
  /// @return `[features]`
  public double[] coefficients(double[] rows, double[] weights) {
    double[] tokens = java.util.Arrays.copyOf(rows, rows.length + features * features);
    for (int k = 0; k < features; k++) {
      tokens[rows.length + k * features + k] = 1;
    }
    double[] all = answers(tokens, java.util.Arrays.copyOf(weights, weights.length + features));
    return java.util.Arrays.copyOfRange(all, weights.length, all.length);
  }
}
