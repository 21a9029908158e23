package org.costate.control.stability;

import org.costate.model.operator.Attention;
import org.costate.model.operator.L2Attention;
import org.costate.model.operator.LinearAttention;
import org.ojalgo.matrix.store.MatrixStore;

/// Bounds of the Jacobian of attention for `n` tokens in a ball of radius `R`.
///
/// For one head `y_i = Σ_j γ_ij v_j`, `v = u V`, scores `s_ij = ⟨q_i, k_j⟩ scale`, the derivative
/// has three parts, with `μ_i = Σ_j γ_ij x_j` and the centred tokens `x_j − μ_i`:
///
///     Σ_j γ_ij dv_j                          at most √n ‖V‖, because ‖γ‖₁ ≤ n and ‖γ‖_∞ = 1
///     Σ_k γ_ik (x_k − μ_i) V ⟨dq_i, k_k⟩      at most ‖V‖ K R scale ‖W^Q‖ with K ≥ the spread of
///     the keys
///     Σ_k γ_ik (x_k − μ_i) V ⟨q_i, dk_k⟩      at most √n ‖V‖ R G with G ≥ ‖q_i W^Kᵀ‖ scale
///
/// (Cauchy and Schwarz over `γ_i`, whose mean square distance from `μ_i` is at most `R²`.) Without
/// biases and rotation that is `‖V‖ (√n + (1 + √n) ‖A‖ R²)`, `A = W^Q W^Kᵀ scale`, which is below
/// the bound `√3 ‖V‖ (‖A‖² R⁴ (4n + 1) + n)^{1/2}` of Castin, Ablin and Peyré (2312.14820). It
/// holds for every mask and every token quadrature weight: only `Σ_j γ_ij = 1` is used.
final class AttentionBound {
  private AttentionBound() {}

  /// The heads one by one, `Σ_h` of the bounds with `V_h W^O_h`; or stacked,
  /// `(Σ_h bound_h²)^{1/2} ‖W^O‖`: the smaller.
  static double softmax(Attention f, Weights w, Ball ball) {
    double summed = 0;
    double squares = 0;
    for (int h = 0; h < f.heads(); h++) {
      MatrixStore<Double> value = part(f, w, f.heads() + f.keyHeads() + keyHead(f, h), false);
      double factor = head(f, w, h, ball);
      double norm = Weights.norm(value);
      squares += factor * factor * norm * norm;
      if (f.outputMap()) {
        MatrixStore<Double> out = w.rows("output.weight", h * f.headWidth(), f.headWidth());
        summed += factor * Weights.normOfProduct(value, out.transpose());
      }
    }
    return f.outputMap()
        ? Math.min(summed, Math.sqrt(squares) * Weights.norm(w.matrix("output.weight")))
        : Math.sqrt(squares);
  }

  private static int keyHead(Attention f, int head) {
    return head / (f.heads() / f.keyHeads());
  }

  /// Columns of one head of `[W^Q, W^K, W^V]`, or of their biases.
  private static MatrixStore<Double> part(Attention f, Weights w, int index, boolean bias) {
    String name = bias ? "qkv.bias" : "qkv.weight";
    return w.columns(name, index * f.headWidth(), f.headWidth());
  }

  /// The bound of a head over `‖V‖`.
  private static double head(Attention f, Weights w, int h, Ball ball) {
    double radius = ball.radius();
    double rootN = Math.sqrt(ball.tokens());
    double scale = Math.abs(f.scale());
    int key = f.heads() + keyHead(f, h);
    MatrixStore<Double> query = part(f, w, h, false);
    MatrixStore<Double> keys = part(f, w, key, false);
    MatrixStore<Double> queryBias = part(f, w, h, true);
    if (f.rotary().isPresent()) {
      // The rotation lies between W^Q and W^K and makes the bias of a key depend on its place.
      double q = Weights.norm(query);
      double k = Weights.norm(keys);
      double spread = k * radius + Weights.norm(part(f, w, key, true));
      double pull = (q * radius + Weights.norm(queryBias)) * k;
      return rootN + scale * radius * (q * spread + rootN * pull);
    }
    // A bias of the keys adds the same to all scores of a row: it has no effect.
    double product = Weights.normOfProduct(query, keys);
    double pull = product * radius + Weights.norm(queryBias.multiply(keys.transpose()));
    return rootN + scale * radius * (product * radius + rootN * pull);
  }

  /// Attention by distances: in the space of the queries of a head, which are its values too, with
  /// `s_ik = −scale ‖q_i − q_k‖²`, the three parts are at most `√n`, `2c` and `2√n c`, because
  /// `scale Σ_k γ_ik ‖q_i − q_k‖² ≤ c` with `c e^{c+1} = n − 1` (Kim, Papamakarios and Mnih,
  /// 2006.04710, whose bound `√n (4c + 1)` is above `√n + 2c (1 + √n)`). It holds on the whole
  /// space, for masks that let a token see itself.
  static double distances(L2Attention f, Weights w, Ball ball, double weightRatio) {
    double n = ball.tokens();
    double c = spread((n - 1) * weightRatio);
    double factor = Math.sqrt(n) + 2 * c * (1 + Math.sqrt(n));
    double squares = 0;
    double summed = 0;
    for (int h = 0; h < f.heads(); h++) {
      MatrixStore<Double> query = w.columns("query.weight", h * f.headWidth(), f.headWidth());
      double norm = Weights.norm(query);
      squares += norm * norm;
      if (f.outputMap()) {
        summed += norm * Weights.norm(w.rows("output.weight", h * f.headWidth(), f.headWidth()));
      }
    }
    double stacked = Math.sqrt(squares);
    return factor
        * (f.outputMap()
            ? Math.min(summed, stacked * Weights.norm(w.matrix("output.weight")))
            : stacked);
  }

  /// `c` with `c e^{c+1} = y`, from above.
  static double spread(double y) {
    double low = 0;
    double high = Math.log1p(y) + 1;
    while (high - low > 1e-13 * high) {
      double middle = (low + high) / 2;
      if (middle * Math.exp(middle + 1) < y) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /// Attention without softmax: `y_i = scale Σ_j w_j ⟨q_i, k_j⟩ v_j`, each factor varied in turn.
  static double linear(LinearAttention f, Weights w, Ball ball, double largestWeight) {
    double total = 0;
    int each = f.headWidth();
    for (int h = 0; h < f.heads(); h++) {
      double[] norm = new double[3];
      double[] most = new double[3];
      for (int part = 0; part < 3; part++) {
        int from = (part * f.heads() + h) * each;
        norm[part] = Weights.norm(w.columns("qkv.weight", from, each));
        double bias = Weights.norm(w.columns("qkv.bias", from, each));
        most[part] = norm[part] * ball.radius() + bias;
      }
      double product =
          norm[0] * most[1] * most[2] + most[0] * norm[1] * most[2] + most[0] * most[1] * norm[2];
      double out = f.outputMap() ? Weights.norm(w.rows("output.weight", h * each, each)) : 1;
      total += product * out;
    }
    return Math.abs(f.scale()) * largestWeight * ball.tokens() * total;
  }
}
