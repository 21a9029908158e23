package org.costate.control.leastsquares;

import java.util.Arrays;
import org.costate.adjoint.LinearMap;
import org.costate.control.Objective;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.LinearAttention;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// The training of a [RegressionLayer] on one table: `J(θ) = 1/(2n) Σ_i (y_i(θ) − y_i)²`, where the
/// rows are their own context, each with weight `1/n`. Its derivatives are the adjoint actions of
/// the attention.
///
/// Holds scratch: one thread uses it at a time.
public final class LayerObjective implements Objective {
  private final LinearAttention attention;
  private final double[] rows;
  private final double[] targets;
  private final int features;
  private final Shape shape;
  private final Batch batch;
  private final Workspace workspace;
  private final double[] out;
  private final double[] record;

  /// @param layer its operator is trained; its weights are not read
  /// @param rows `[n, features]`, row-major; not modified
  /// @param targets `[n]`
  public LayerObjective(RegressionLayer layer, double[] rows, double[] targets, Kernels kernels) {
    attention = layer.attention();
    features = layer.features();
    this.rows = rows.clone();
    this.targets = targets.clone();
    shape = new Shape(1, targets.length);
    double[] weights = new double[targets.length];
    Arrays.fill(weights, 1.0 / targets.length);
    batch = Batch.empty(shape).withTokenWeights(weights);
    workspace = new Workspace(kernels, attention.workSize(shape));
    out = new double[shape.size(features)];
    record = new double[attention.recordSize(shape)];
  }

  @Override
  public int size() {
    return attention.controlSize();
  }

  @Override
  public double value(double[] c) {
    attention.apply(at(c), Slice.of(out), Slice.of(record), workspace);
    double sum = 0;
    for (int i = 0; i < targets.length; i++) {
      double r = out[i * features] - targets[i];
      sum += r * r;
    }
    return sum / (2 * targets.length);
  }

  @Override
  public double gradient(double[] c, double[] g) {
    double value = value(c);
    Arrays.fill(g, 0);
    attention.adjoint(
        at(c),
        Slice.of(record),
        Slice.of(costate()),
        Variation.of(Slice.NONE, Slice.of(g)),
        workspace);
    return value;
  }

  @Override
  public LinearMap hessian(double[] c) {
    value(c);
    double[] lambda = costate();
    double[] frozen = record.clone();
    return new LinearMap() {
      @Override
      public int rows() {
        return size();
      }

      @Override
      public int cols() {
        return size();
      }

      @Override
      public void apply(double[] x, double[] y) {
        Variation v = Variation.of(Slice.NONE, Slice.of(x));
        double[] dOut = new double[out.length];
        attention.tangent(at(c), Slice.of(frozen), v, Slice.of(dOut), workspace);
        double[] dLambda = new double[out.length];
        for (int i = 0; i < targets.length; i++) {
          dLambda[i * features] = dOut[i * features] / targets.length;
        }
        Arrays.fill(y, 0);
        attention.secondAdjoint(
            at(c),
            Slice.of(frozen),
            v,
            Slice.of(lambda),
            Slice.of(dLambda),
            Variation.of(Slice.NONE, Slice.NONE),
            Variation.of(Slice.NONE, Slice.of(y)),
            workspace);
      }

      @Override
      public void applyTranspose(double[] x, double[] y) {
        apply(x, y);
      }
    };
  }

  private double[] costate() {
    double[] lambda = new double[out.length];
    for (int i = 0; i < targets.length; i++) {
      lambda[i * features] = (out[i * features] - targets[i]) / targets.length;
    }
    return lambda;
  }

  private Point at(double[] c) {
    return Point.of(0, 1, shape, Slice.of(rows), Slice.of(c), batch);
  }
}
