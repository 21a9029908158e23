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
  static final int RESULT = 2;
  static final int DU = 3;
  static final int D_THETA = 4;
  static final int D_RESULT = 5;
  static final int LAMBDA = 6;
  static final int D_LAMBDA = 7;
  static final int U_BAR = 8;
  static final int U_BAR_DOT = 9;
  static final int X_BAR = 10;
  static final int X_BAR_DOT = 11;

  // What the records of a gated network hold: `x` and `δx`.
  static final int X = 12;
  static final int DX = 13;

  // What those of any other one hold: `a`, `f'(x)`, `δa` and `f''(x) ∘ δx`. Of a gated network `a`
  // and `δa` are left here for the gradients of weights.
  static final int A = 14;
  static final int SLOPE = 15;
  static final int DA = 16;
  static final int D_SLOPE = 17;

  static final int OPERANDS = 18;

  private FeedForwardRows() {}

  /// Doubles that a row takes in the workspace of its thread, with the scratch of [GatedLayer].
  static int scratchPerRow(FeedForward net) {
    return net.gated() ? net.columns() + 3 * net.hidden() : 3 * net.hidden();
  }

  /// `y := f(u W₁ + b₁) W₂ + b₂`, with what the record is for left there, if there is one.
  static void apply(FeedForward net, int from, int to, Slice[] t, Workspace w) {
    Kernels k = w.kernels();
    int rows = to - from;
    w.enter();
    Slice x = keptOrScratch(t[X], from, rows, net.columns(), w);
    Slice a = keptOrScratch(t[A], from, rows, net.hidden(), w);
    Slice y = Dense.rows(w, t[RESULT], from, rows, net.width());
    preActivations(net, from, rows, t, x, w);
    if (net.gated()) {
      GatedLayer.apply(net, rows, x, a, w);
    } else {
      UngatedLayer.apply(net, x, a, Dense.rows(w, t[SLOPE], from, rows, net.hidden()), w);
    }
    Dense.affine(k, rows, a, net.outWeight(w, t[THETA]), net.outBias(w, t[THETA]), y);
    w.leave();
  }

  /// `x := u W₁ + b₁`.
  private static void preActivations(
      FeedForward net, int from, int rows, Slice[] t, Slice x, Workspace w) {
    Slice u = Dense.rows(w, t[U], from, rows, net.width());
    Slice weight = net.inWeight(w, t[THETA]);
    Dense.affine(w.kernels(), rows, u, weight, net.inBias(w, t[THETA]), x);
  }

  /// [#apply] and [#tangent], with the activations and their tangents from one evaluation.
  static void applyWithTangent(FeedForward net, int from, int to, Slice[] t, Workspace w) {
    int rows = to - from;
    int hidden = net.hidden();
    w.enter();
    Slice da = keptOrScratch(t[DA], from, rows, hidden, w);
    Slice a;
    if (net.gated()) {
      Slice x = Dense.rows(w, t[X], from, rows, net.columns());
      Slice dx = keptOrScratch(t[DX], from, rows, net.columns(), w);
      a = w.take(rows * hidden);
      hiddenWithTangent(net, from, rows, t, x, dx, w);
      GatedLayer.apply(net, rows, x, a, w);
      GatedLayer.tangent(net, rows, x, dx, da, w);
    } else {
      Slice x = w.take(rows * hidden);
      Slice slope = Dense.rows(w, t[SLOPE], from, rows, hidden);
      Slice dSlope = Dense.rows(w, t[D_SLOPE], from, rows, hidden);
      a = Dense.rows(w, t[A], from, rows, hidden);
      hiddenWithTangent(net, from, rows, t, x, da, w);
      UngatedLayer.applyWithTangent(net, x, a, slope, da, dSlope, w);
    }
    outputWithTangent(net, from, rows, t, a, da, w);
    w.leave();
  }

  /// `y := a W₂ + b₂`, where there is a place for it, and `δy := δa W₂ + a δW₂ + δb₂`.
  private static void outputWithTangent(
      FeedForward net, int from, int rows, Slice[] t, Slice a, Slice da, Workspace w) {
    Dense.affineWithTangent(
        w.kernels(),
        rows,
        a,
        net.outWeight(w, t[THETA]),
        net.outBias(w, t[THETA]),
        Dense.rows(w, t[RESULT], from, rows, net.width()),
        da,
        net.outWeight(w, t[D_THETA]),
        net.outBias(w, t[D_THETA]),
        Dense.rows(w, t[D_RESULT], from, rows, net.width()));
  }

  /// `δy`, with the activations of a gated network computed again where they are needed.
  static void tangent(FeedForward net, int from, int to, Slice[] t, Workspace w) {
    int rows = to - from;
    w.enter();
    Slice da = keptOrScratch(t[DA], from, rows, net.hidden(), w);
    Slice a = Dense.rows(w, t[A], from, rows, net.hidden());
    if (net.gated()) {
      Slice x = Dense.rows(w, t[X], from, rows, net.columns());
      Slice dx = keptOrScratch(t[DX], from, rows, net.columns(), w);
      hiddenTangent(net, from, rows, t, dx, w);
      GatedLayer.tangent(net, rows, x, dx, da, w);
      if (!t[D_THETA].isNone()) {
        a = w.take(rows * net.hidden());
        GatedLayer.apply(net, rows, x, a, w);
      }
    } else {
      ungatedTangent(net, from, rows, t, da, w);
    }
    outputWithTangent(net, from, rows, t, a, da, w);
    w.leave();
  }

  /// What the record of a direction of an ungated network holds, into its places in the table.
  static void hiddenDirection(FeedForward net, int from, int to, Slice[] t, Workspace w) {
    w.enter();
    Slice da = Dense.rows(w, t[DA], from, to - from, net.hidden());
    ungatedTangent(net, from, to - from, t, da, w);
    w.leave();
  }

  /// `δa` and, where there is a place for it, `f''(x) ∘ δx`: then the pre-activations are needed
  /// once more, and the activations and slopes that come with it go where costates will, if there
  /// are any.
  private static void ungatedTangent(
      FeedForward net, int from, int rows, Slice[] t, Slice da, Workspace w) {
    int hidden = net.hidden();
    w.enter();
    Slice dSlope = Dense.rows(w, t[D_SLOPE], from, rows, hidden);
    if (dSlope.isNone()) {
      hiddenTangent(net, from, rows, t, da, w);
      Slice a = Dense.rows(w, t[A], from, rows, hidden);
      Slice slope = Dense.rows(w, t[SLOPE], from, rows, hidden);
      UngatedLayer.timesSlope(net, a, slope, da, da, w);
    } else {
      Slice x = w.take(rows * hidden);
      Slice a = keptOrScratch(t[X_BAR], from, rows, hidden, w);
      Slice slope = keptOrScratch(t[X_BAR_DOT], from, rows, hidden, w);
      hiddenWithTangent(net, from, rows, t, x, da, w);
      UngatedLayer.applyWithTangent(net, x, a, slope, da, dSlope, w);
    }
    w.leave();
  }

  private static Slice keptOrScratch(Slice kept, int from, int rows, int width, Workspace w) {
    return kept.isNone() ? w.take(rows * width) : Dense.rows(w, kept, from, rows, width);
  }

  /// `δx := δu W₁ + u δW₁ + δb₁`.
  private static void hiddenTangent(
      FeedForward net, int from, int rows, Slice[] t, Slice dx, Workspace w) {
    hiddenWithTangent(net, from, rows, t, Slice.NONE, dx, w);
  }

  /// `x := u W₁ + b₁`, unless absent, and [#hiddenTangent].
  private static void hiddenWithTangent(
      FeedForward net, int from, int rows, Slice[] t, Slice x, Slice dx, Workspace w) {
    Dense.affineWithTangent(
        w.kernels(),
        rows,
        Dense.rows(w, t[U], from, rows, net.width()),
        net.inWeight(w, t[THETA]),
        net.inBias(w, t[THETA]),
        x,
        Dense.rows(w, t[DU], from, rows, net.width()),
        net.inWeight(w, t[D_THETA]),
        net.inBias(w, t[D_THETA]),
        dx);
  }

  /// `ā := λ W₂ᵀ`, `x̄` from it, `ū := ū + x̄ W₁ᵀ`; leaves `x̄` and, of a gated network with a
  /// place for it, `a`.
  static void adjoint(FeedForward net, int from, int to, Slice[] t, Workspace w) {
    Kernels k = w.kernels();
    int rows = to - from;
    w.enter();
    Slice a = Dense.rows(w, t[A], from, rows, net.hidden());
    Slice xBar = Dense.rows(w, t[X_BAR], from, rows, net.columns());
    Slice aBar = placeOf(net, rows, xBar, w);
    Slice lambda = Dense.rows(w, t[LAMBDA], from, rows, net.width());
    Slice uBar = Dense.rows(w, t[U_BAR], from, rows, net.width());
    Dense.multiplyTransposed(k, rows, lambda, net.outWeight(w, t[THETA]), aBar);
    if (net.gated()) {
      Slice x = Dense.rows(w, t[X], from, rows, net.columns());
      GatedLayer.adjoint(net, rows, x, aBar, xBar, w);
      if (!a.isNone()) {
        GatedLayer.apply(net, rows, x, a, w);
      }
    } else {
      Slice slope = Dense.rows(w, t[SLOPE], from, rows, net.hidden());
      UngatedLayer.timesSlope(net, a, slope, aBar, xBar, w);
    }
    Dense.addMultiplyTransposed(k, rows, xBar, net.inWeight(w, t[THETA]), uBar);
    w.leave();
  }

  /// Where `ā` goes: without a gate `x̄` is made of it in place, since what the second-level cache
  /// holds is short.
  private static Slice placeOf(FeedForward net, int rows, Slice xBar, Workspace w) {
    return net.gated() ? w.take(rows * net.hidden()) : xBar;
  }

  /// [#adjoint] and its derivative along `(δu, δθ, δλ)`; leaves `x̄` and its derivative, and of a
  /// gated network `a` and `δa`.
  static void secondAdjoint(FeedForward net, int from, int to, Slice[] t, Workspace w) {
    Kernels k = w.kernels();
    int rows = to - from;
    w.enter();
    Slice a = Dense.rows(w, t[A], from, rows, net.hidden());
    Slice xBar = Dense.rows(w, t[X_BAR], from, rows, net.columns());
    Slice xBarDot = Dense.rows(w, t[X_BAR_DOT], from, rows, net.columns());
    Slice aBar = placeOf(net, rows, xBar, w);
    Slice aBarDot = placeOf(net, rows, xBarDot, w);
    costates(net, from, rows, t, aBar, aBarDot, w);
    if (net.gated()) {
      Slice x = Dense.rows(w, t[X], from, rows, net.columns());
      Slice dx = keptOrScratch(t[DX], from, rows, net.columns(), w);
      Slice da = Dense.rows(w, t[DA], from, rows, net.hidden());
      if (t[DX].isNone()) {
        hiddenTangent(net, from, rows, t, dx, w);
      }
      GatedLayer.secondAdjoint(net, rows, x, dx, aBar, aBarDot, a, da, xBar, xBarDot, w);
    } else {
      Slice slope = Dense.rows(w, t[SLOPE], from, rows, net.hidden());
      Slice dSlope = Dense.rows(w, t[D_SLOPE], from, rows, net.hidden());
      UngatedLayer.secondAdjoint(net, a, slope, dSlope, xBar, xBarDot, w);
    }
    Slice weight = net.inWeight(w, t[THETA]);
    Slice uBarDot = Dense.rows(w, t[U_BAR_DOT], from, rows, net.width());
    Slice uBar = Dense.rows(w, t[U_BAR], from, rows, net.width());
    Slice dWeight = net.inWeight(w, t[D_THETA]);
    Dense.addMultiplyTransposedWithTangent(k, rows, xBar, weight, uBar, xBarDot, dWeight, uBarDot);
    w.leave();
  }

  /// `ā := λ W₂ᵀ` and its derivative `ȧ := δλ W₂ᵀ + λ δW₂ᵀ`.
  private static void costates(
      FeedForward net, int from, int rows, Slice[] t, Slice aBar, Slice aBarDot, Workspace w) {
    Kernels k = w.kernels();
    Slice lambda = Dense.rows(w, t[LAMBDA], from, rows, net.width());
    Slice dLambda = Dense.rows(w, t[D_LAMBDA], from, rows, net.width());
    Slice weight = net.outWeight(w, t[THETA]);
    Slice dWeight = net.outWeight(w, t[D_THETA]);
    Dense.multiplyTransposedWithTangent(k, rows, lambda, weight, aBar, dLambda, dWeight, aBarDot);
  }
}
