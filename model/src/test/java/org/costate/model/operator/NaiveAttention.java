package org.costate.model.operator;

import java.util.function.IntPredicate;

/// Attention of one sequence as the formulas say, entry by entry with `[tokens, tokens]` weights in
/// memory, and nothing in common with the code under test: no kernels, no tiles, no log-sum-exp.
///
/// @param score from a score and a token weight to the unnormalised `γ`
record NaiveAttention(
    int width,
    int heads,
    int keyHeads,
    int headWidth,
    boolean bias,
    boolean outputMap,
    boolean outputBias,
    Score score,
    boolean normalised,
    Visible visible) {

  /// The score of query `q` at token `i` and key `k` at token `j`.
  interface Score {
    double of(double[] q, double[] k, int i, int j);
  }

  /// Whether token `i` sees token `j`.
  interface Visible {
    boolean sees(int i, int j);
  }

  static Visible full() {
    return (i, j) -> true;
  }

  static Visible causal() {
    return (i, j) -> j <= i;
  }

  static Visible window(int left, int right) {
    return (i, j) -> i - j <= left && j - i <= right;
  }

  static Score product(double scale) {
    return (q, k, i, j) -> {
      double sum = 0;
      for (int c = 0; c < q.length; c++) {
        sum += q[c] * k[c];
      }
      return scale * sum;
    };
  }

  /// `y` of one sequence `u` `[tokens, width]` with token weights `weights`.
  double[] apply(double[] u, double[] theta, double[] weights) {
    int n = u.length / width;
    int columns = (heads + 2 * keyHeads) * headWidth;
    double[] z = new double[n * heads * headWidth];
    for (int h = 0; h < heads; h++) {
      int g = h * keyHeads / heads;
      double[][] q = columns(u, theta, columns, h * headWidth);
      double[][] k = columns(u, theta, columns, (heads + g) * headWidth);
      double[][] v = columns(u, theta, columns, (heads + keyHeads + g) * headWidth);
      for (int i = 0; i < n; i++) {
        double[] gamma = row(i, q[i], k, weights);
        for (int j = 0; j < n; j++) {
          for (int c = 0; c < headWidth; c++) {
            z[i * heads * headWidth + h * headWidth + c] += gamma[j] * v[j][c];
          }
        }
      }
    }
    return outputMap ? output(z, theta, (width + (bias ? 1 : 0)) * columns) : z;
  }

  private double[] row(int i, double[] q, double[][] k, double[] weights) {
    double[] gamma = new double[k.length];
    IntPredicate seen = j -> visible.sees(i, j) && weights[j] != 0;
    double sum = 0;
    for (int j = 0; j < k.length; j++) {
      if (seen.test(j)) {
        double s = score.of(q, k[j], i, j);
        gamma[j] = weights[j] * (normalised ? Math.exp(s) : s);
        sum += gamma[j];
      }
    }
    for (int j = 0; normalised && sum > 0 && j < k.length; j++) {
      gamma[j] /= sum;
    }
    return gamma;
  }

  private double[][] columns(double[] u, double[] theta, int columns, int from) {
    double[][] x = new double[u.length / width][headWidth];
    for (int i = 0; i < x.length; i++) {
      for (int c = 0; c < headWidth; c++) {
        double sum = bias ? theta[width * columns + from + c] : 0;
        for (int a = 0; a < width; a++) {
          sum += u[i * width + a] * theta[a * columns + from + c];
        }
        x[i][c] = sum;
      }
    }
    return x;
  }

  private double[] output(double[] z, double[] theta, int at) {
    int inner = heads * headWidth;
    double[] y = new double[z.length / inner * width];
    for (int i = 0; i < y.length; i++) {
      double sum = outputBias ? theta[at + inner * width + i % width] : 0;
      for (int c = 0; c < inner; c++) {
        sum += z[i / width * inner + c] * theta[at + c * width + i % width];
      }
      y[i] = sum;
    }
    return y;
  }
}
