package org.costate.model.operator;

import java.util.List;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Slice;

/// `y = x W + b` on rows, as a part of an operator: `W` `[in, out]` and, if there is one, `b`
/// `[out]` lie at `at` of the operator's controls. All arrays are contiguous; whatever is absent
/// ([Slice#NONE]) is zero as a direction and skipped as a place to add to.
record DenseMap(int in, int out, boolean bias, int at) {
  DenseMap {
    Math.addExact(Math.multiplyExact(in, out), out);
  }

  /// Number of controls.
  int size() {
    return in * out + (bias ? out : 0);
  }

  /// Adds `NAME.weight` and, if there is one, `NAME.bias` to `all`.
  void addParameters(String name, List<Parameter> all) {
    all.add(new Parameter(name + ".weight", Parameter.Role.WEIGHT, in, out));
    if (bias) {
      all.add(new Parameter(name + ".bias", Parameter.Role.BIAS, 1, out));
    }
  }

  /// `y := x W + b`.
  void apply(Kernels k, int rows, Slice x, Slice theta, Slice y) {
    product(k, rows, x, theta, 0, y);
    if (bias) {
      k.addToRows(rows, out, theta.array(), biasAt(theta), y.array(), y.offset(), out);
    }
  }

  /// `dy := dx W + x dW + db`.
  void tangent(Kernels k, int rows, Slice x, Slice theta, Slice dx, Slice dTheta, Slice dy) {
    if (dx.isNone()) {
      dy.fill(0);
    } else {
      product(k, rows, dx, theta, 0, dy);
    }
    if (!dTheta.isNone()) {
      product(k, rows, x, dTheta, 1, dy);
      if (bias) {
        k.addToRows(rows, out, dTheta.array(), biasAt(dTheta), dy.array(), dy.offset(), out);
      }
    }
  }

  /// `x̄ := λ Wᵀ + β x̄`.
  void adjointState(Kernels k, int rows, Slice theta, Slice lambda, double beta, Slice xBar) {
    k.gemm(
        false,
        true,
        rows,
        in,
        out,
        1,
        lambda.array(),
        lambda.offset(),
        out,
        theta.array(),
        theta.offset() + at,
        out,
        beta,
        xBar.array(),
        xBar.offset(),
        in);
  }

  /// `W̄ := W̄ + xᵀ λ`.
  void adjointWeight(Kernels k, int rows, Slice x, Slice lambda, Slice thetaBar) {
    k.gemm(
        true,
        false,
        in,
        out,
        rows,
        1,
        x.array(),
        x.offset(),
        in,
        lambda.array(),
        lambda.offset(),
        out,
        1,
        thetaBar.array(),
        thetaBar.offset() + at,
        out);
  }

  /// `b̄ := b̄ + Σ_rows λ`.
  void adjointBias(Kernels k, int rows, Slice lambda, Slice thetaBar) {
    if (bias) {
      double[] a = thetaBar.array();
      k.addColumnSums(rows, out, lambda.array(), lambda.offset(), out, a, biasAt(thetaBar));
    }
  }

  /// `y := x W + β y`.
  private void product(Kernels k, int rows, Slice x, Slice theta, double beta, Slice y) {
    k.gemm(
        false,
        false,
        rows,
        out,
        in,
        1,
        x.array(),
        x.offset(),
        in,
        theta.array(),
        theta.offset() + at,
        out,
        beta,
        y.array(),
        y.offset(),
        out);
  }

  private int biasAt(Slice theta) {
    return theta.offset() + at + in * out;
  }
}
