package org.costate.model.operator;

import org.costate.model.kernel.Kernels;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The nonlinear part of a [FeedForward] without a gate: from pre-activations `x` to activations `a
/// = f(x)`. The derivative actions take the slopes `f'(x)` that the way forward left, and to second
/// order their tangents `f''(x) ∘ δx`, rather than evaluate the activation again.
///
/// Both are absent where the activation is a projection: its value tells the slope, and the slope
/// does not change.
final class UngatedLayer {
  private UngatedLayer() {}

  /// `a := f(x)` and, unless absent, `slope := f'(x)`.
  static void apply(FeedForward net, Slice x, Slice a, Slice slope, Workspace w) {
    if (slope.isNone()) {
      int n = a.length();
      w.kernels().activate(net.activation(), n, x.array(), x.offset(), a.array(), a.offset());
    } else {
      evaluate(net, x, a, slope, Slice.NONE, w);
    }
  }

  /// [#apply] and, unless absent, `δf' := f''(x) ∘ δx`.
  ///
  /// @param da modified: `δx`, which becomes `δa = f'(x) ∘ δx`
  static void applyWithTangent(
      FeedForward net, Slice x, Slice a, Slice slope, Slice da, Slice dSlope, Workspace w) {
    if (dSlope.isNone()) {
      apply(net, x, a, slope, w);
    } else {
      evaluate(net, x, a, slope, dSlope, w);
      multiply(w.kernels(), dSlope, da, 0, dSlope);
    }
    timesSlope(net, a, slope, da, da, w);
  }

  private static void evaluate(
      FeedForward net, Slice x, Slice a, Slice slope, Slice curvature, Workspace w) {
    w.kernels()
        .activateWithDerivatives(
            net.activation(),
            a.length(),
            x.array(),
            x.offset(),
            a.array(),
            a.offset(),
            slope.array(),
            slope.offset(),
            curvature.array(),
            curvature.offset());
  }

  /// `result := f'(x) ∘ v`: the tangent and the adjoint. `result` may be `v`.
  static void timesSlope(
      FeedForward net, Slice a, Slice slope, Slice v, Slice result, Workspace w) {
    if (slope.isNone()) {
      w.kernels()
          .activateTangent(
              net.activation(),
              a.length(),
              a.array(),
              a.offset(),
              v.array(),
              v.offset(),
              result.array(),
              result.offset());
    } else {
      multiply(w.kernels(), slope, v, 0, result);
    }
  }

  /// In place `ȧ` becomes `ẋ := f'(x) ∘ ȧ + f''(x) ∘ δx ∘ ā`, then `ā` becomes `x̄ := f'(x) ∘ ā`.
  static void secondAdjoint(
      FeedForward net, Slice a, Slice slope, Slice dSlope, Slice bar, Slice barDot, Workspace w) {
    timesSlope(net, a, slope, barDot, barDot, w);
    if (!dSlope.isNone()) {
      multiply(w.kernels(), dSlope, bar, 1, barDot);
    }
    timesSlope(net, a, slope, bar, bar, w);
  }

  /// `z := x ∘ y + β z`.
  private static void multiply(Kernels k, Slice x, Slice y, double beta, Slice z) {
    k.multiply(
        x.length(), 1, x.array(), x.offset(), y.array(), y.offset(), beta, z.array(), z.offset());
  }
}
