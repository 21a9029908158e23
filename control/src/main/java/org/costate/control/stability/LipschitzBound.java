package org.costate.control.stability;

import org.costate.model.kernel.Activation;
import org.costate.model.operator.Affine;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.FieldLayer;
import org.costate.model.operator.L2Attention;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.LinearAttention;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Padding;
import org.costate.model.operator.PatchEmbedding;
import org.costate.model.operator.Pointwise;
import org.costate.model.operator.Pooling;
import org.costate.model.operator.PositionEmbedding;
import org.costate.model.operator.RmsNorm;
import org.ojalgo.matrix.store.MatrixStore;

/// Certified bounds of the Jacobians `‖∂F/∂u‖₂` of operators, for every state of a [Ball] and the
/// controls as they are. The attentions are bounded by [AttentionBound].
public final class LipschitzBound {
  private LipschitzBound() {}

  /// The bound; infinite for an operator of which none is known.
  ///
  /// @param theta the controls of `f`
  /// @param weightRatio largest over smallest token quadrature weight; 1 for equal ones, infinite
  ///     where one is zero
  /// @param largestWeight largest token quadrature weight
  public static double of(
      Operator f, double[] theta, Ball ball, double weightRatio, double largestWeight) {
    Weights w = new Weights(f, theta);
    return switch (f) {
      case Attention g -> AttentionBound.softmax(g, w, ball);
      case L2Attention g -> AttentionBound.distances(g, w, ball, weightRatio);
      case LinearAttention g -> AttentionBound.linear(g, w, ball, largestWeight);
      case FeedForward g -> g.gated() ? gated(g, w, ball) : plain(g, w);
      case LayerNorm g -> norm(g, w, g.epsilon(), ball);
      case RmsNorm g -> norm(g, w, g.epsilon(), ball);
      case Affine _ -> Weights.norm(w.matrix("weight"));
      case FieldLayer g -> slope(g.activation()) * Weights.norm(w.matrix("weight"));
      case Pointwise g -> slope(g.activation());
      case Padding _ -> 1;
      case PatchEmbedding _ -> Weights.norm(w.matrix("weight"));
      case PositionEmbedding _ -> 1;
      case Pooling g -> pooling(g, ball, weightRatio);
      default -> Double.POSITIVE_INFINITY;
    };
  }

  /// The mean of `n` tokens is `1/√n`-Lipschitz; of unequal weights no more than one of them is.
  private static double pooling(Pooling f, Ball ball, double weightRatio) {
    boolean even = f.kind() == Pooling.Kind.MEAN && weightRatio == 1;
    return even ? 1 / Math.sqrt(ball.tokens()) : 1;
  }

  /// `sup |f'|`, rounded up. That of GELU is at `x = √2`: `Φ(√2) + √2 φ(√2) = 1.12891`; of its tanh
  /// form 1.12900; of SiLU 1.09984.
  static double slope(Activation f) {
    return switch (f) {
      case IDENTITY, RELU, TANH -> 1;
      case GELU_ERF, GELU_TANH -> 1.1291;
      case SILU -> 1.0999;
    };
  }

  private static double plain(FeedForward f, Weights w) {
    return slope(f.activation())
        * Weights.norm(w.matrix("in.weight"))
        * Weights.norm(w.matrix("out.weight"));
  }

  /// `d(f(g) ∘ s) = f'(g) ∘ s ∘ dg + f(g) ∘ ds` with `|s_k| ≤ ‖column k‖ R + |b_k|` and `|f(g)| ≤
  /// sup|f'| |g|`, because `f(0) = 0`.
  private static double gated(FeedForward f, Weights w, Ball ball) {
    int n = f.hidden();
    MatrixStore<Double> gate = w.columns("in.weight", 0, n);
    MatrixStore<Double> factor = w.columns("in.weight", n, n);
    double gateMost = largestFeature(gate, w.columns("in.bias", 0, n), ball.radius());
    double factorMost = largestFeature(factor, w.columns("in.bias", n, n), ball.radius());
    double hidden = factorMost * Weights.norm(gate) + gateMost * Weights.norm(factor);
    return slope(f.activation()) * hidden * Weights.norm(w.matrix("out.weight"));
  }

  private static double largestFeature(
      MatrixStore<Double> weight, MatrixStore<Double> bias, double radius) {
    double largest = 0;
    for (int k = 0; k < weight.countColumns(); k++) {
      double square = 0;
      for (int i = 0; i < weight.countRows(); i++) {
        square += weight.doubleValue(i, k) * weight.doubleValue(i, k);
      }
      largest = Math.max(largest, Math.sqrt(square) * radius + Math.abs(bias.doubleValue(0, k)));
    }
    return largest;
  }

  /// The derivative of the projection is `1/√(var + ε)` times a symmetric matrix with eigenvalues
  /// in `[0, 1]`. With quadrature weights on the features it is not symmetric: no bound.
  private static double norm(Operator f, Weights w, double epsilon, Ball ball) {
    if (f instanceof LayerNorm norm && norm.featureWeights().isPresent()) {
      return Double.POSITIVE_INFINITY;
    }
    double gain = w.largest("gain", 1) * w.largest("sigma2", 1);
    double scale = ball.leastScale();
    return gain * (1 + 1e-12) / Math.sqrt(scale * scale + epsilon);
  }
}
