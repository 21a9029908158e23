package org.costate.control.stability;

import java.util.Arrays;

/// Norms of the derivative `J = diag(p) − p pᵀ` of a softmax with the probabilities `p`: how far a
/// row of attention weights moves with its scores.
final class SoftmaxJacobian {
  private static final int HALVINGS = 100;

  private SoftmaxJacobian() {}

  /// `‖J‖₂`, at most ½: the largest root of the secular equation `Σ_i p_i²/(p_i − λ) = 1`, between
  /// the two largest probabilities.
  static double norm(double[] p) {
    double[] sorted = p.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    if (n < 2 || sorted[n - 2] == sorted[n - 1]) {
      return n < 2 ? 0 : sorted[n - 1];
    }
    double low = sorted[n - 2];
    double high = sorted[n - 1];
    for (int k = 0; k < HALVINGS && low < high; k++) {
      double middle = low + (high - low) / 2;
      if (middle <= low || middle >= high) {
        break;
      }
      if (secular(sorted, middle) < 1) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /// Rises from `−∞` to `∞` between the two largest probabilities.
  private static double secular(double[] p, double lambda) {
    double sum = 0;
    for (double each : p) {
      sum += each * each / (each - lambda);
    }
    return sum;
  }
}
