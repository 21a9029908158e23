package org.costate.model.operator;

import org.costate.model.kernel.Activation;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The nonlinear part of a gated [FeedForward]: from pre-activations `x = [g, s]` to activations `a
/// = f(g) ∘ s`, all of it from the pre-activations.
final class GatedLayer {
  private GatedLayer() {}

  /// `a := f(g) ∘ s`.
  static void apply(FeedForward net, int rows, Slice x, Slice a, Workspace w) {
    Kernels k = w.kernels();
    Activation f = net.activation();
    int n = net.hidden();
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

  /// [#apply], [#tangent] and [#adjoint] with the derivative of it.
  static void secondAdjoint(
      FeedForward net,
      int rows,
      Slice x,
      Slice dx,
      Slice aBar,
      Slice aBarDot,
      Slice a,
      Slice da,
      Slice xBar,
      Slice xBarDot,
      Workspace w) {
    apply(net, rows, x, a, w);
    tangent(net, rows, x, dx, da, w);
    adjoint(net, rows, x, aBar, xBar, w);
    adjointTangent(net, rows, x, dx, aBar, aBarDot, xBarDot, w);
  }

  /// `δa := f'(g) ∘ δg ∘ s + f(g) ∘ δs`.
  static void tangent(FeedForward net, int rows, Slice x, Slice dx, Slice da, Workspace w) {
    Kernels k = w.kernels();
    Activation f = net.activation();
    int n = net.hidden();
    double[] xa = x.array();
    double[] dxa = dx.array();
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

  /// `ḡ := f'(g) ∘ s ∘ ā`, `s̄ := f(g) ∘ ā`.
  static void adjoint(FeedForward net, int rows, Slice x, Slice aBar, Slice xBar, Workspace w) {
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

  /// The derivative of [#adjoint] along `(δx, ȧ)`:
  /// `ġ := f'(g) ∘ (δs ∘ ā + s ∘ ȧ) + f''(g) ∘ δg ∘ s ∘ ā`, `ṡ := f'(g) ∘ δg ∘ ā + f(g) ∘ ȧ`.
  private static void adjointTangent(
      FeedForward net,
      int rows,
      Slice x,
      Slice dx,
      Slice aBar,
      Slice aBarDot,
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
