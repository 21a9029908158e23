package org.costate.model.operator;

import org.costate.model.kernel.Kernels;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// What a [FeedForward] does row by row. No row needs another one: threads share the rows of a
/// block, and each finds the activations of its own in its cache. Only the gradients of weights,
/// which are sums over rows, are left to the operator.
///
/// Operands are rows of one block, in a table; whatever is absent is zero as a factor and skipped
/// as a place to add to.
final class FeedForwardRows {
  // Places in the table.
  static final int U = 0;
  static final int THETA = 1;
  static final int X = 2;
  static final int RESULT = 3;
  static final int DU = 4;
  static final int D_THETA = 5;
  static final int LAMBDA = 6;
  static final int U_BAR = 7;
  static final int A = 8;
  static final int X_BAR = 9;
  static final int D_LAMBDA = 10;
  static final int U_BAR_DOT = 11;
  static final int DA = 12;
  static final int X_BAR_DOT = 13;

  /// `δx`, left by the tangent for the second adjoint.
  static final int DX = 14;

  static final int D_RESULT = 15;
  static final int OPERANDS = 16;

  private FeedForwardRows() {}

  /// Doubles that a row takes in the workspace of its thread, with the scratch of [HiddenLayer].
  static int scratchPerRow(FeedForward net) {
    return net.columns() + (net.gated() ? 3 : 2) * net.hidden();
  }

  /// `y := f(u W₁ + b₁) W₂ + b₂`, with the pre-activations left in the record, if there is one.
  static void apply(FeedForward net, int from, int to, Slice[] t, Workspace w) {
    Kernels k = w.kernels();
    int rows = to - from;
    w.enter();
    Slice x = keptOrScratch(t[X], from, rows, net.columns(), w);
    Slice a = w.take(rows * net.hidden());
    Slice u = Dense.rows(w, t[U], from, rows, net.width());
    Slice y = Dense.rows(w, t[RESULT], from, rows, net.width());
    Dense.affine(k, rows, u, net.inWeight(w, t[THETA]), net.inBias(w, t[THETA]), x);
    HiddenLayer.apply(net, rows, x, a, w);
    Dense.affine(k, rows, a, net.outWeight(w, t[THETA]), net.outBias(w, t[THETA]), y);
    w.leave();
  }

  /// [#apply] and [#tangent], with the activations and their tangents from one exponential.
  static void applyWithTangent(FeedForward net, int from, int to, Slice[] t, Workspace w) {
    Kernels k = w.kernels();
    int rows = to - from;
    w.enter();
    Slice x = Dense.rows(w, t[X], from, rows, net.columns());
    Slice u = Dense.rows(w, t[U], from, rows, net.width());
    Slice y = Dense.rows(w, t[RESULT], from, rows, net.width());
    Slice dx = keptOrScratch(t[DX], from, rows, net.columns(), w);
    Slice a = w.take(rows * net.hidden());
    Slice da = w.take(rows * net.hidden());
    Dense.affine(k, rows, u, net.inWeight(w, t[THETA]), net.inBias(w, t[THETA]), x);
    hiddenTangent(net, from, rows, t, dx, w);
    HiddenLayer.applyWithTangent(net, rows, x, dx, a, da, w);
    Dense.affine(k, rows, a, net.outWeight(w, t[THETA]), net.outBias(w, t[THETA]), y);
    outputTangent(net, from, rows, t, a, da, w);
    w.leave();
  }

  /// `δy := δa W₂ + a δW₂ + δb₂`.
  private static void outputTangent(
      FeedForward net, int from, int rows, Slice[] t, Slice a, Slice da, Workspace w) {
    Kernels k = w.kernels();
    Slice dy = Dense.rows(w, t[D_RESULT], from, rows, net.width());
    Slice dWeight = net.outWeight(w, t[D_THETA]);
    Slice dBias = net.outBias(w, t[D_THETA]);
    Dense.affineTangent(k, rows, a, net.outWeight(w, t[THETA]), da, dWeight, dBias, dy);
  }

  /// `δy`, with the activations computed again where they are needed.
  static void tangent(FeedForward net, int from, int to, Slice[] t, Workspace w) {
    int rows = to - from;
    w.enter();
    Slice x = Dense.rows(w, t[X], from, rows, net.columns());
    Slice dx = keptOrScratch(t[DX], from, rows, net.columns(), w);
    Slice da = w.take(rows * net.hidden());
    Slice a = Slice.NONE;
    hiddenTangent(net, from, rows, t, dx, w);
    if (t[D_THETA].isNone()) {
      HiddenLayer.tangent(net, rows, x, dx, da, w);
    } else {
      a = w.take(rows * net.hidden());
      HiddenLayer.applyWithTangent(net, rows, x, dx, a, da, w);
    }
    outputTangent(net, from, rows, t, a, da, w);
    w.leave();
  }

  private static Slice keptOrScratch(Slice kept, int from, int rows, int width, Workspace w) {
    return kept.isNone() ? w.take(rows * width) : Dense.rows(w, kept, from, rows, width);
  }

  /// `δx := δu W₁ + u δW₁ + δb₁`.
  private static void hiddenTangent(
      FeedForward net, int from, int rows, Slice[] t, Slice dx, Workspace w) {
    Kernels k = w.kernels();
    Slice du = Dense.rows(w, t[DU], from, rows, net.width());
    Slice u = Dense.rows(w, t[U], from, rows, net.width());
    Slice dWeight = net.inWeight(w, t[D_THETA]);
    Slice dBias = net.inBias(w, t[D_THETA]);
    Dense.affineTangent(k, rows, u, net.inWeight(w, t[THETA]), du, dWeight, dBias, dx);
  }

  /// `ā := λ W₂ᵀ`, `x̄` from it, `ū := ū + x̄ W₁ᵀ`; leaves `x̄` and, if there is a place, `a`.
  static void adjoint(FeedForward net, int from, int to, Slice[] t, Workspace w) {
    Kernels k = w.kernels();
    int rows = to - from;
    w.enter();
    Slice x = Dense.rows(w, t[X], from, rows, net.columns());
    Slice a = Dense.rows(w, t[A], from, rows, net.hidden());
    Slice xBar = Dense.rows(w, t[X_BAR], from, rows, net.columns());
    Slice aBar = placeOf(net, rows, xBar, w);
    Slice lambda = Dense.rows(w, t[LAMBDA], from, rows, net.width());
    Slice uBar = Dense.rows(w, t[U_BAR], from, rows, net.width());
    Dense.multiplyTransposed(k, rows, lambda, net.outWeight(w, t[THETA]), aBar);
    if (a.isNone()) {
      HiddenLayer.adjoint(net, rows, x, aBar, xBar, w);
    } else {
      HiddenLayer.applyWithAdjoint(net, rows, x, aBar, a, xBar, w);
    }
    Dense.addMultiplyTransposed(k, rows, xBar, net.inWeight(w, t[THETA]), uBar);
    w.leave();
  }

  /// Where `ā` goes: without a gate `x̄` is made of it in place, since what the second-level cache
  /// holds is short.
  private static Slice placeOf(FeedForward net, int rows, Slice xBar, Workspace w) {
    return net.gated() ? w.take(rows * net.hidden()) : xBar;
  }

  /// [#adjoint] and its derivative along `(δu, δθ, δλ)`; leaves `a`, `δa`, `x̄` and its derivative.
  static void secondAdjoint(FeedForward net, int from, int to, Slice[] t, Workspace w) {
    Kernels k = w.kernels();
    int rows = to - from;
    w.enter();
    Slice x = Dense.rows(w, t[X], from, rows, net.columns());
    Slice a = Dense.rows(w, t[A], from, rows, net.hidden());
    Slice da = Dense.rows(w, t[DA], from, rows, net.hidden());
    Slice xBar = Dense.rows(w, t[X_BAR], from, rows, net.columns());
    Slice xBarDot = Dense.rows(w, t[X_BAR_DOT], from, rows, net.columns());
    Slice dx = keptOrScratch(t[DX], from, rows, net.columns(), w);
    Slice aBar = placeOf(net, rows, xBar, w);
    Slice aBarDot = placeOf(net, rows, xBarDot, w);
    if (t[DX].isNone()) {
      hiddenTangent(net, from, rows, t, dx, w);
    }
    costates(net, from, rows, t, aBar, aBarDot, w);
    HiddenLayer.secondAdjoint(net, rows, x, dx, aBar, aBarDot, a, da, xBar, xBarDot, w);
    Slice weight = net.inWeight(w, t[THETA]);
    Slice uBarDot = Dense.rows(w, t[U_BAR_DOT], from, rows, net.width());
    Slice uBar = Dense.rows(w, t[U_BAR], from, rows, net.width());
    Dense.addMultiplyTransposedTwice(k, rows, xBar, xBarDot, weight, uBar, uBarDot);
    Dense.addMultiplyTransposed(k, rows, xBar, net.inWeight(w, t[D_THETA]), uBarDot);
    w.leave();
  }

  /// `ā := λ W₂ᵀ` and its derivative `ȧ := δλ W₂ᵀ + λ δW₂ᵀ`.
  private static void costates(
      FeedForward net, int from, int rows, Slice[] t, Slice aBar, Slice aBarDot, Workspace w) {
    Kernels k = w.kernels();
    Slice lambda = Dense.rows(w, t[LAMBDA], from, rows, net.width());
    Slice dLambda = Dense.rows(w, t[D_LAMBDA], from, rows, net.width());
    Slice weight = net.outWeight(w, t[THETA]);
    Dense.multiplyTransposedTwice(k, rows, lambda, dLambda, weight, aBar, aBarDot);
    Dense.addMultiplyTransposed(k, rows, lambda, net.outWeight(w, t[D_THETA]), aBarDot);
  }
}
