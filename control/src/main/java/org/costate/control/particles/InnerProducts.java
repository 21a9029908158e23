package org.costate.control.particles;

import java.util.Arrays;

/// The inner products of all pairs of particles: what clustering is seen by.
///
/// @param count `n`
/// @param values `[n, n]`, row-major, symmetric; the diagonal is 1
record InnerProducts(int count, double[] values) {
  /// The inner products of `x` `[n, d]`.
  static InnerProducts of(double[] x, int n) {
    int d = x.length / n;
    double[] values = new double[Math.multiplyExact(n, n)];
    for (int i = 0; i < n; i++) {
      values[i * n + i] = 1;
      for (int j = 0; j < i; j++) {
        double sum = 0;
        for (int k = 0; k < d; k++) {
          sum += x[i * d + k] * x[j * d + k];
        }
        values[i * n + j] = sum;
        values[j * n + i] = sum;
      }
    }
    return new InnerProducts(n, values);
  }

  /// The smallest one.
  double smallest() {
    return Arrays.stream(values).min().orElseThrow();
  }

  /// Their mean over all `n²` pairs, every particle with itself included: `|mean x|²`.
  double mean() {
    return Arrays.stream(values).sum() / values.length;
  }

  /// Their mean over the pairs of different particles.
  double meanOfDifferent() {
    return (Arrays.stream(values).sum() - count) / ((double) count * (count - 1));
  }

  /// `ln E_β`, `E_β = (1/(2βn²)) ΣΣ e^{β<x_i, x_j>}`, without overflow; `β > 0`.
  double logEnergy(double beta) {
    double most = beta * Arrays.stream(values).max().orElseThrow();
    double sum = Arrays.stream(values).map(value -> Math.exp(beta * value - most)).sum();
    return most + Math.log(sum) - Math.log(2) - Math.log(beta) - 2 * Math.log(count);
  }

  /// The number of clusters: particles belong together that are joined by a chain of pairs with an
  /// inner product of at least `level`.
  int clusters(double level) {
    int[] root = new int[count];
    Arrays.setAll(root, i -> i);
    int clusters = count;
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        if (values[i * count + j] >= level) {
          int a = rootOf(root, i);
          int b = rootOf(root, j);
          if (a != b) {
            root[a] = b;
            clusters--;
          }
        }
      }
    }
    return clusters;
  }

  /// The fraction of pairs of different particles with an inner product of at least `level`.
  double together(double level) {
    long close = Arrays.stream(values).filter(value -> value >= level).count() - count;
    return close / ((double) count * (count - 1));
  }

  private static int rootOf(int[] root, int i) {
    int at = i;
    while (root[at] != at) {
      root[at] = root[root[at]];
      at = root[at];
    }
    return at;
  }
}
