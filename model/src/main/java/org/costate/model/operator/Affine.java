package org.costate.model.operator;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Parameter.Role;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// The affine map `y = u W + b` on every token: readouts, embeddings of real input, output maps.
///
/// `weight` is `[in, out]`; with `transposed` it is stored as `[out, in]` and `y = u Wᵀ + b`, so
/// that a readout can share the block of a token embedding `[vocabulary, width]`.
///
/// @param inputWidth features of `u`
/// @param outputWidth features of `y`
/// @param bias whether there is a `b`
/// @param transposed whether the weight is stored `[out, in]`
public record Affine(int inputWidth, int outputWidth, boolean bias, boolean transposed)
    implements Operator {
  /// @throws IllegalArgumentException if a width is not positive
  public Affine {
    Widths.requirePositive("affine", "input width", inputWidth);
    Widths.requirePositive("affine", "output width", outputWidth);
    Widths.requireSize("affine", inputWidth, outputWidth);
  }

  @Override
  public String name() {
    return "affine";
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    all.add(
        transposed
            ? new Parameter("weight", Role.WEIGHT, outputWidth, inputWidth)
            : new Parameter("weight", Role.WEIGHT, inputWidth, outputWidth));
    if (bias) {
      all.add(new Parameter("bias", Role.BIAS, 1, outputWidth));
    }
    return List.copyOf(all);
  }

  private int weightSize() {
    return inputWidth * outputWidth;
  }

  @Override
  public int controlSize() {
    return weightSize() + (bias ? outputWidth : 0);
  }

  @Override
  public int workSize(Shape s) {
    return 0;
  }

  @Override
  public int recordSize(Shape s) {
    return 0;
  }

  private Slice weight(Workspace w, Slice theta) {
    return Dense.part(w, theta, 0, weightSize());
  }

  private Slice bias(Workspace w, Slice theta) {
    return Dense.part(w, theta, weightSize(), bias ? outputWidth : 0);
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    w.enter();
    int rows = p.shape().positions();
    Slice weight = weight(w, p.theta());
    if (transposed) {
      Dense.multiplyTransposed(w.kernels(), rows, p.u(), weight, y);
    } else {
      Dense.multiply(w.kernels(), rows, p.u(), weight, y);
    }
    Dense.addBias(w.kernels(), rows, bias(w, p.theta()), y);
    w.leave();
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    w.enter();
    int rows = p.shape().positions();
    dy.fill(0);
    addProduct(w.kernels(), rows, v.u(), weight(w, p.theta()), dy);
    addProduct(w.kernels(), rows, p.u(), weight(w, v.theta()), dy);
    Dense.addBias(w.kernels(), rows, bias(w, v.theta()), dy);
    w.leave();
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    w.enter();
    addAdjoint(p.shape().positions(), p.u(), weight(w, p.theta()), lambda, bar, w);
    Dense.addBiasAdjoint(w.kernels(), p.shape().positions(), lambda, bias(w, bar.theta()));
    w.leave();
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
    adjoint(p, record, dLambda, barDot, w);
    w.enter();
    addAdjoint(p.shape().positions(), v.u(), weight(w, v.theta()), lambda, barDot, w);
    w.leave();
  }

  /// `ū := ū + λ Wᵀ`, `W̄ := W̄ + xᵀ λ`.
  private void addAdjoint(
      int rows, Slice x, Slice weight, Slice lambda, Variation bar, Workspace w) {
    Kernels k = w.kernels();
    Slice weightBar = weight(w, bar.theta());
    if (transposed) {
      Dense.addMultiply(k, rows, lambda, weight, bar.u());
      Dense.addOuter(k, rows, lambda, x, weightBar);
    } else {
      Dense.addMultiplyTransposed(k, rows, lambda, weight, bar.u());
      Dense.addOuter(k, rows, x, lambda, weightBar);
    }
  }

  private void addProduct(Kernels k, int rows, Slice x, Slice weight, Slice y) {
    if (transposed) {
      Dense.addMultiplyTransposed(k, rows, x, weight, y);
    } else {
      Dense.addMultiply(k, rows, x, weight, y);
    }
  }
}
