package org.costate.model.operator;

import org.costate.model.kernel.Kernels;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Products of a state `[rows, in]` with a matrix `[in, out]`, the common part of all operators
/// with weights. Widths follow from the lengths of the states. Whatever is absent is zero as a
/// factor and skipped as a target.
final class Dense {
  /// Tokens worked on at a time where scratch would otherwise grow with their number: what belongs
  /// to so many stays in the cache.
  static final int BLOCK = 128;

  private Dense() {}

  /// The stretch of `whole` at `from`, absent if `whole` is.
  static Slice part(Workspace w, Slice whole, int from, int count) {
    return whole.isNone() || count == 0 ? Slice.NONE : w.view(whole, from, count);
  }

  /// Rows `from … from + rows − 1` of a state with `width` features, absent if the state is.
  static Slice rows(Workspace w, Slice state, int from, int rows, int width) {
    return part(w, state, from * width, rows * width);
  }

  /// `y := x W`.
  static void multiply(Kernels k, int rows, Slice x, Slice weight, Slice y) {
    product(k, rows, x, weight, 0, y);
  }

  /// `y := x W + b`; `b` may be absent.
  static void affine(Kernels k, int rows, Slice x, Slice weight, Slice bias, Slice y) {
    int in = x.length() / rows;
    int out = y.length() / rows;
    k.affine(
        rows,
        out,
        in,
        x.array(),
        x.offset(),
        in,
        weight.array(),
        weight.offset(),
        out,
        array(bias),
        bias.offset(),
        y.array(),
        y.offset(),
        out);
  }

  /// `y := x W + b`, skipped if `y` is absent, and `dy := dx W + x dW + db`; biases and directions
  /// that are absent are zero.
  static void affineWithTangent(
      Kernels k,
      int rows,
      Slice x,
      Slice weight,
      Slice bias,
      Slice y,
      Slice dx,
      Slice dWeight,
      Slice dBias,
      Slice dy) {
    boolean isStill = dx.isNone() && dWeight.isNone();
    if (isStill) {
      dy.fill(0);
    }
    if (isStill && y.isNone()) {
      return;
    }
    int out = dy.length() / rows;
    int in = weight.length() / out;
    k.affineWithTangent(
        rows,
        out,
        in,
        x.array(),
        x.offset(),
        array(dx),
        dx.offset(),
        in,
        weight.array(),
        weight.offset(),
        array(dWeight),
        dWeight.offset(),
        out,
        array(bias),
        bias.offset(),
        array(dBias),
        dBias.offset(),
        array(y),
        y.offset(),
        array(isStill ? Slice.NONE : dy),
        dy.offset(),
        out);
  }

  /// The array of a slice, without length where the slice is absent.
  private static double[] array(Slice s) {
    return s.isNone() ? Slice.NONE.array() : s.array();
  }

  /// `y := y + x W`.
  static void addMultiply(Kernels k, int rows, Slice x, Slice weight, Slice y) {
    if (!x.isNone() && !weight.isNone() && !y.isNone()) {
      product(k, rows, x, weight, 1, y);
    }
  }

  private static void product(Kernels k, int rows, Slice x, Slice weight, double beta, Slice y) {
    int in = x.length() / rows;
    int out = y.length() / rows;
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
        weight.array(),
        weight.offset(),
        out,
        beta,
        y.array(),
        y.offset(),
        out);
  }

  /// `x := y Wᵀ` and `dx := dy Wᵀ + y dWᵀ`; `dW` may be absent.
  static void multiplyTransposedWithTangent(
      Kernels k, int rows, Slice y, Slice weight, Slice x, Slice dy, Slice dWeight, Slice dx) {
    transposedWithTangent(k, rows, y, weight, 0, x, dy, dWeight, dx);
  }

  /// `x := x + y Wᵀ` and `dx := dx + dy Wᵀ + y dWᵀ`; `dW` and each result may be absent.
  static void addMultiplyTransposedWithTangent(
      Kernels k, int rows, Slice y, Slice weight, Slice x, Slice dy, Slice dWeight, Slice dx) {
    if (!x.isNone() || !dx.isNone()) {
      transposedWithTangent(k, rows, y, weight, 1, x, dy, dWeight, dx);
    }
  }

  private static void transposedWithTangent(
      Kernels k,
      int rows,
      Slice y,
      Slice weight,
      double beta,
      Slice x,
      Slice dy,
      Slice dWeight,
      Slice dx) {
    int out = y.length() / rows;
    int in = weight.length() / out;
    k.gemmWithTangent(
        false,
        true,
        rows,
        in,
        out,
        1,
        y.array(),
        y.offset(),
        dy.array(),
        dy.offset(),
        out,
        weight.array(),
        weight.offset(),
        array(dWeight),
        dWeight.offset(),
        out,
        beta,
        array(x),
        x.offset(),
        array(dx),
        dx.offset(),
        in);
  }

  /// `x := y Wᵀ`.
  static void multiplyTransposed(Kernels k, int rows, Slice y, Slice weight, Slice x) {
    productTransposed(k, rows, y, weight, 0, x);
  }

  /// `x := x + y Wᵀ`.
  static void addMultiplyTransposed(Kernels k, int rows, Slice y, Slice weight, Slice x) {
    if (!x.isNone() && !weight.isNone() && !y.isNone()) {
      productTransposed(k, rows, y, weight, 1, x);
    }
  }

  private static void productTransposed(
      Kernels k, int rows, Slice y, Slice weight, double beta, Slice x) {
    int in = x.length() / rows;
    int out = y.length() / rows;
    k.gemm(
        false,
        true,
        rows,
        in,
        out,
        1,
        y.array(),
        y.offset(),
        out,
        weight.array(),
        weight.offset(),
        out,
        beta,
        x.array(),
        x.offset(),
        in);
  }

  /// `W̄ := W̄ + xᵀ y`.
  static void addOuter(Kernels k, int rows, Slice x, Slice y, Slice weightBar) {
    addOuter(k, rows, x, y, false, weightBar);
  }

  /// `W̄ := xᵀ y` where it is fresh, else `W̄ := W̄ + xᵀ y`.
  static void addOuter(Kernels k, int rows, Slice x, Slice y, boolean isFresh, Slice weightBar) {
    if (weightBar.isNone()) {
      return;
    }
    if (x.isNone() || y.isNone()) {
      clear(isFresh, weightBar);
      return;
    }
    int in = x.length() / rows;
    int out = y.length() / rows;
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
        y.array(),
        y.offset(),
        out,
        isFresh ? 0 : 1,
        weightBar.array(),
        weightBar.offset(),
        out);
  }

  /// `W̄' := dxᵀ y + xᵀ dy` where it is fresh, else `W̄' := W̄' + dxᵀ y + xᵀ dy`: the tangent of
  /// [#addOuter]. `dx` may be absent.
  static void addOuterTangent(
      Kernels k,
      int rows,
      Slice x,
      Slice y,
      Slice dx,
      Slice dy,
      boolean isFresh,
      Slice weightBarDot) {
    if (weightBarDot.isNone()) {
      return;
    }
    int in = x.length() / rows;
    int out = y.length() / rows;
    k.gemmWithTangent(
        true,
        false,
        in,
        out,
        rows,
        1,
        x.array(),
        x.offset(),
        array(dx),
        dx.offset(),
        in,
        y.array(),
        y.offset(),
        dy.array(),
        dy.offset(),
        out,
        isFresh ? 0 : 1,
        Slice.NONE.array(),
        0,
        weightBarDot.array(),
        weightBarDot.offset(),
        out);
  }

  /// `y := y + b` in every row.
  static void addBias(Kernels k, int rows, Slice bias, Slice y) {
    if (!bias.isNone()) {
      int out = bias.length();
      k.addToRows(rows, out, bias.array(), bias.offset(), y.array(), y.offset(), out);
    }
  }

  private static void clear(boolean isFresh, Slice bar) {
    if (isFresh) {
      bar.fill(0);
    }
  }

  /// `b̄ := Σ_rows y` where it is fresh, else `b̄ := b̄ + Σ_rows y`.
  static void addBiasAdjoint(Kernels k, int rows, Slice y, boolean isFresh, Slice biasBar) {
    if (!biasBar.isNone()) {
      clear(isFresh, biasBar);
      addBiasAdjoint(k, rows, y, biasBar);
    }
  }

  /// `b̄ := b̄ + Σ_rows y`.
  static void addBiasAdjoint(Kernels k, int rows, Slice y, Slice biasBar) {
    if (!biasBar.isNone() && !y.isNone()) {
      int out = biasBar.length();
      k.addColumnSums(rows, out, y.array(), y.offset(), out, biasBar.array(), biasBar.offset());
    }
  }
}
