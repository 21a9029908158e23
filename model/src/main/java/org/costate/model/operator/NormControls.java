package org.costate.model.operator;

import org.costate.model.state.Slice;

/// The affine map behind the standardisation `z` of a [LayerNorm], folded into two vectors: `y = g
/// ∘ (σ1 + σ2 z) + b = G ∘ z + B` with `G = σ2 g`, `B = σ1 g + b`, kept as `[G, B]`.
final class NormControls {
  private NormControls() {}

  private static double mean(RowNorm n, Slice theta) {
    return n.constraint() ? theta.at(0) : 0;
  }

  private static double deviation(RowNorm n, Slice theta) {
    return n.constraint() ? theta.at(1) : 1;
  }

  private static double gain(RowNorm n, Slice theta, int i) {
    return n.gain() ? theta.at(n.gainAt() + i) : 1;
  }

  private static double bias(RowNorm n, Slice theta, int i) {
    return n.bias() ? theta.at(n.biasAt() + i) : 0;
  }

  /// `[G, B]` of the controls.
  static void fold(RowNorm n, Slice theta, Slice folded) {
    int d = n.width();
    double[] out = folded.array();
    int at = folded.offset();
    double mean = mean(n, theta);
    double deviation = deviation(n, theta);
    for (int i = 0; i < d; i++) {
      double gain = gain(n, theta, i);
      out[at + i] = deviation * gain;
      out[at + d + i] = Math.fma(mean, gain, bias(n, theta, i));
    }
  }

  /// The derivative of [#fold] along `dTheta`.
  static void foldTangent(RowNorm n, Slice theta, Slice dTheta, Slice folded) {
    int d = n.width();
    double[] out = folded.array();
    int at = folded.offset();
    double mean = mean(n, theta);
    double deviation = deviation(n, theta);
    double dMean = n.constraint() ? dTheta.at(0) : 0;
    double dDeviation = n.constraint() ? dTheta.at(1) : 0;
    for (int i = 0; i < d; i++) {
      double gain = gain(n, theta, i);
      double dGain = n.gain() ? dTheta.at(n.gainAt() + i) : 0;
      out[at + i] = deviation * dGain + dDeviation * gain;
      out[at + d + i] = mean * dGain + dMean * gain + bias(n, dTheta, i);
    }
  }

  /// The adjoint of [#fold]: adds to `θ̄` what `[Ḡ, B̄]` give.
  static void addAdjoint(RowNorm n, Slice theta, Slice foldedBar, Slice thetaBar) {
    int d = n.width();
    double[] bar = foldedBar.array();
    int at = foldedBar.offset();
    double[] out = thetaBar.array();
    int to = thetaBar.offset();
    double mean = mean(n, theta);
    double deviation = deviation(n, theta);
    double meanBar = 0;
    double deviationBar = 0;
    for (int i = 0; i < d; i++) {
      double gain = gain(n, theta, i);
      meanBar += gain * bar[at + d + i];
      deviationBar += gain * bar[at + i];
      if (n.gain()) {
        out[to + n.gainAt() + i] += mean * bar[at + d + i] + deviation * bar[at + i];
      }
      if (n.bias()) {
        out[to + n.biasAt() + i] += bar[at + d + i];
      }
    }
    if (n.constraint()) {
      out[to] += meanBar;
      out[to + 1] += deviationBar;
    }
  }

  /// The part of the derivative of [#addAdjoint] that comes from `dTheta` with `[Ḡ, B̄]` fixed.
  static void addSecond(RowNorm n, Slice dTheta, Slice foldedBar, Slice thetaBarDot) {
    if (dTheta.isNone()) {
      return;
    }
    int d = n.width();
    double[] bar = foldedBar.array();
    int at = foldedBar.offset();
    double[] out = thetaBarDot.array();
    int to = thetaBarDot.offset();
    double dMean = n.constraint() ? dTheta.at(0) : 0;
    double dDeviation = n.constraint() ? dTheta.at(1) : 0;
    double meanBar = 0;
    double deviationBar = 0;
    for (int i = 0; i < d; i++) {
      if (n.gain()) {
        double dGain = dTheta.at(n.gainAt() + i);
        meanBar += dGain * bar[at + d + i];
        deviationBar += dGain * bar[at + i];
        out[to + n.gainAt() + i] += dMean * bar[at + d + i] + dDeviation * bar[at + i];
      }
    }
    if (n.constraint()) {
      out[to] += meanBar;
      out[to + 1] += deviationBar;
    }
  }
}
