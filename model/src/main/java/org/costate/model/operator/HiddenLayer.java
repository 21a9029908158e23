package org.costate.model.operator;

import org.costate.model.kernel.Activation;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The nonlinear part of a [FeedForward]: from pre-activations `x` to activations `a`, `a = f(x)`,
/// or gated, with `x = [g, s]`, `a = f(g) ∘ s`.
final class HiddenLayer {
  private HiddenLayer() {}

  /// `a := f(x)` or `a := f(g) ∘ s`.
  static void apply(FeedForward net, int rows, Slice x, Slice a, Workspace w) {
    Kernels k = w.kernels();
    Activation f = net.activation();
    int n = net.hidden();
    if (!net.gated()) {
      k.activate(f, rows * n, x.array(), x.offset(), a.array(), a.offset());
      return;
    }
    w.enter();
    double[] work = w.scratch();
    int r = w.claim(n);
    for (int i = 0; i < rows; i++) {
      int g = x.offset() + 2 * n * i;
      k.activate(f, n, x.array(), g, work, r);
      k.multiply(n, 1, work, r, x.array(), g + n, 0, a.array(), a.offset() + n * i);
    }
    w.leave();
  }

  /// [#apply]; where it is not gated also `slope := f'(x)`, for [#adjointFromSlope].
  static void applyWithSlope(
      FeedForward net, int rows, Slice x, Slice a, Slice slope, Workspace w) {
    if (net.gated()) {
      apply(net, rows, x, a, w);
      return;
    }
    w.kernels()
        .activateWithSlope(
            net.activation(),
            rows * net.hidden(),
            x.array(),
            x.offset(),
            a.array(),
            a.offset(),
            slope.array(),
            slope.offset());
  }

  /// `y := slope ∘ v`, for networks that are not gated.
  static void multiply(Slice slope, Slice v, Slice y, Workspace w) {
    w.kernels()
        .multiply(
            y.length(),
            1,
            slope.array(),
            slope.offset(),
            v.array(),
            v.offset(),
            0,
            y.array(),
            y.offset());
  }

  /// [#tangent], where [#applyWithSlope] has left `f'(x)` in `slope`.
  static void tangentFromSlope(
      FeedForward net, int rows, Slice x, Slice dx, Slice slope, Slice da, Workspace w) {
    if (net.gated()) {
      tangent(net, rows, x, dx, da, w);
    } else {
      multiply(slope, dx, da, w);
    }
  }

  /// [#adjoint], where [#applyWithSlope] has left `f'(x)` in `x̄`.
  static void adjointFromSlope(
      FeedForward net, int rows, Slice x, Slice aBar, Slice xBar, Workspace w) {
    if (net.gated()) {
      adjoint(net, rows, x, aBar, xBar, w);
    } else {
      multiply(xBar, aBar, xBar, w);
    }
  }

  /// `δa := f'(x) ∘ δx` or `δa := f'(g) ∘ δg ∘ s + f(g) ∘ δs`.
  static void tangent(FeedForward net, int rows, Slice x, Slice dx, Slice da, Workspace w) {
    Kernels k = w.kernels();
    Activation f = net.activation();
    int n = net.hidden();
    double[] xa = x.array();
    double[] dxa = dx.array();
    if (!net.gated()) {
      k.activateTangent(f, rows * n, xa, x.offset(), dxa, dx.offset(), da.array(), da.offset());
      return;
    }
    w.enter();
    double[] work = w.scratch();
    int r = w.claim(n);
    for (int i = 0; i < rows; i++) {
      int g = x.offset() + 2 * n * i;
      int dg = dx.offset() + 2 * n * i;
      int to = da.offset() + n * i;
      k.activateTangent(f, n, xa, g, dxa, dg, work, r);
      k.multiply(n, 1, work, r, xa, g + n, 0, da.array(), to);
      k.activate(f, n, xa, g, work, r);
      k.multiply(n, 1, work, r, dxa, dg + n, 1, da.array(), to);
    }
    w.leave();
  }

  /// `x̄ := f'(x) ∘ ā` or `ḡ := f'(g) ∘ s ∘ ā`, `s̄ := f(g) ∘ ā`.
  static void adjoint(FeedForward net, int rows, Slice x, Slice aBar, Slice xBar, Workspace w) {
    if (!net.gated()) {
      tangent(net, rows, x, aBar, xBar, w);
      return;
    }
    Kernels k = w.kernels();
    Activation f = net.activation();
    int n = net.hidden();
    double[] xa = x.array();
    w.enter();
    double[] work = w.scratch();
    int r = w.claim(n);
    for (int i = 0; i < rows; i++) {
      int g = x.offset() + 2 * n * i;
      int from = aBar.offset() + n * i;
      int to = xBar.offset() + 2 * n * i;
      k.multiply(n, 1, xa, g + n, aBar.array(), from, 0, work, r);
      k.activateTangent(f, n, xa, g, work, r, xBar.array(), to);
      k.activate(f, n, xa, g, work, r);
      k.multiply(n, 1, work, r, aBar.array(), from, 0, xBar.array(), to + n);
    }
    w.leave();
  }

  /// The derivative of [#adjoint] along `(δx, ȧ)`: `ẋ := f'(x) ∘ ȧ + f''(x) ∘ δx ∘ ā`, or gated `ġ
  /// := f'(g) ∘ (δs ∘ ā + s ∘ ȧ) + f''(g) ∘ δg ∘ s ∘ ā`, `ṡ := f'(g) ∘ δg ∘ ā + f(g) ∘ ȧ`.
  ///
  /// @param slope as [#applyWithSlope] left it
  static void adjointTangent(
      FeedForward net,
      int rows,
      Slice x,
      Slice dx,
      Slice aBar,
      Slice aBarDot,
      Slice slope,
      Slice xBarDot,
      Workspace w) {
    Kernels k = w.kernels();
    Activation f = net.activation();
    int n = net.hidden();
    double[] xa = x.array();
    double[] dxa = dx.array();
    double[] a = aBar.array();
    double[] ad = aBarDot.array();
    double[] out = xBarDot.array();
    if (!net.gated()) {
      int all = rows * n;
      multiply(slope, aBarDot, xBarDot, w);
      k.activateSecond(
          f, all, xa, x.offset(), dxa, dx.offset(), a, aBar.offset(), out, xBarDot.offset());
      return;
    }
    w.enter();
    double[] work = w.scratch();
    int r = w.claim(n);
    for (int i = 0; i < rows; i++) {
      int g = x.offset() + 2 * n * i;
      int dg = dx.offset() + 2 * n * i;
      int ai = aBar.offset() + n * i;
      int adi = aBarDot.offset() + n * i;
      int to = xBarDot.offset() + 2 * n * i;
      k.multiply(n, 1, dxa, dg + n, a, ai, 0, work, r);
      k.multiply(n, 1, xa, g + n, ad, adi, 1, work, r);
      k.activateTangent(f, n, xa, g, work, r, out, to);
      k.multiply(n, 1, xa, g + n, a, ai, 0, work, r);
      k.activateSecond(f, n, xa, g, dxa, dg, work, r, out, to);
      k.activateTangent(f, n, xa, g, dxa, dg, work, r);
      k.multiply(n, 1, work, r, a, ai, 0, out, to + n);
      k.activate(f, n, xa, g, work, r);
      k.multiply(n, 1, work, r, ad, adi, 1, out, to + n);
    }
    w.leave();
  }
}
