package org.costate.model.quadrature;

import java.util.List;
import java.util.Optional;
import org.costate.model.operator.Attention;
import org.costate.model.operator.Mask;

/// Attention with kernels given as functions, before any discretisation:
///
///     A(u)(x, y) = Σ_h ∫ γ_h(x, x') V_h(x', y) dx',   (Q, K, V)_h = ∫ W^{Q,K,V}_h(ξ, ·) u(·, ξ)
///     dξ, γ_h(x, x') = exp s_h(x, x') / ∫ exp s_h(x, x'') dx'',   s_h(x, x') = ⟨Q_h(x),
///     K_h(x')⟩/√|Ω_y|
///
/// On a quadrature of the features it becomes an ordinary [Attention] with the controls that
/// [#controls] gives; on the tokens the quadrature is the token weights of the batch. The weights
/// of the features in `⟨Q, K⟩` are spread as their roots over the columns of `Q` and `K`.
///
/// @param heads the kernels of every head
public record FunctionAttention(List<Head> heads) {
  /// The kernels of one head.
  public record Head(FunctionKernel query, FunctionKernel key, FunctionKernel value) {}

  /// @throws IllegalArgumentException if there is no head
  public FunctionAttention {
    heads = List.copyOf(heads);
    if (heads.isEmpty()) {
      throw new IllegalArgumentException("attention: found no head, expected at least one");
    }
  }

  /// The operator on states that are sampled at the nodes of `features`.
  public Attention operator(QuadratureRule features) {
    int n = features.size();
    double scale = 1 / Math.sqrt(features.measure());
    return new Attention(
        n,
        heads.size(),
        heads.size(),
        n,
        scale,
        new Mask.Full(),
        Optional.empty(),
        false,
        true,
        false);
  }

  /// The controls of [#operator]: `qkv.weight`, then `output.weight`, which adds the heads up.
  public double[] controls(QuadratureRule features) {
    int n = features.size();
    int all = heads.size();
    int columns = Math.multiplyExact(3 * all, n);
    double[] theta = new double[Math.multiplyExact(n, columns + all * n)];
    for (int h = 0; h < all; h++) {
      place(heads.get(h).query(), features, true, theta, h * n, columns);
      place(heads.get(h).key(), features, true, theta, (all + h) * n, columns);
      place(heads.get(h).value(), features, false, theta, (2 * all + h) * n, columns);
      for (int i = 0; i < n; i++) {
        theta[n * columns + (h * n + i) * n + i] = 1;
      }
    }
    return theta;
  }

  private static void place(
      FunctionKernel kernel,
      QuadratureRule features,
      boolean spread,
      double[] theta,
      int column,
      int columns) {
    int n = features.size();
    double[] w = kernel.matrix(features, features);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double root = spread ? Math.sqrt(features.weight(j)) : 1;
        theta[i * columns + column + j] = root * w[i * n + j];
      }
    }
  }
}
