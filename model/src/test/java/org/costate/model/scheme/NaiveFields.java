package org.costate.model.scheme;

/// The fields of a Transformer on one sequence of `N` tokens with `D` features, written with plain
/// loops from their formulas: what the schemes are measured against.
final class NaiveFields {
  static final int N = 6;
  static final int D = 8;
  static final int HEADS = 2;
  static final int HIDDEN = 12;

  private NaiveFields() {}

  /// `x W + b` with `W` `[in, out]` at `at` in `theta` and `b` behind it.
  static double[] affine(double[] x, int in, int out, double[] theta, int at) {
    double[] y = new double[x.length / in * out];
    for (int row = 0; row < x.length / in; row++) {
      for (int j = 0; j < out; j++) {
        double sum = theta[at + in * out + j];
        for (int i = 0; i < in; i++) {
          sum += x[row * in + i] * theta[at + i * out + j];
        }
        y[row * out + j] = sum;
      }
    }
    return y;
  }

  /// Softmax attention of all tokens to all, scores divided by the root of the head width.
  static double[] attention(double[] u, double[] theta) {
    double[] qkv = affine(u, D, 3 * D, theta, 0);
    double[] mixed = new double[N * D];
    int each = D / HEADS;
    for (int head = 0; head < HEADS; head++) {
      for (int i = 0; i < N; i++) {
        double[] weight = new double[N];
        double total = 0;
        for (int j = 0; j < N; j++) {
          double score = 0;
          for (int k = 0; k < each; k++) {
            score += qkv[i * 3 * D + head * each + k] * qkv[j * 3 * D + D + head * each + k];
          }
          weight[j] = Math.exp(score / Math.sqrt(each));
          total += weight[j];
        }
        for (int j = 0; j < N; j++) {
          for (int k = 0; k < each; k++) {
            mixed[i * D + head * each + k] +=
                weight[j] / total * qkv[j * 3 * D + 2 * D + head * each + k];
          }
        }
      }
    }
    return affine(mixed, D, D, theta, (D + 1) * 3 * D);
  }

  /// `tanh(u W + b) W' + b'`.
  static double[] feedForward(double[] u, double[] theta) {
    double[] hidden = affine(u, D, HIDDEN, theta, 0);
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = Math.tanh(hidden[i]);
    }
    return affine(hidden, HIDDEN, D, theta, (D + 1) * HIDDEN);
  }

  /// `(u − mean u)/√(var u + ε)` on every token, times a gain plus a bias.
  static double[] norm(double[] u, double[] gainAndBias, double epsilon) {
    double[] y = new double[u.length];
    for (int row = 0; row < u.length / D; row++) {
      double mean = 0;
      double square = 0;
      for (int k = 0; k < D; k++) {
        mean += u[row * D + k] / D;
      }
      for (int k = 0; k < D; k++) {
        square += (u[row * D + k] - mean) * (u[row * D + k] - mean) / D;
      }
      for (int k = 0; k < D; k++) {
        double z = (u[row * D + k] - mean) / Math.sqrt(square + epsilon);
        y[row * D + k] = gainAndBias[k] * z + gainAndBias[D + k];
      }
    }
    return y;
  }

  /// `P_T f + σ1' + σ2' z`, `z = (u − σ1)/σ2`, with `sigma = (σ1, σ2)` and their rates.
  static double[] tangent(double[] f, double[] u, double[] sigma, double[] rate) {
    double[] y = new double[u.length];
    for (int row = 0; row < u.length / D; row++) {
      double mean = 0;
      double along = 0;
      for (int k = 0; k < D; k++) {
        double z = (u[row * D + k] - sigma[0]) / sigma[1];
        mean += f[row * D + k] / D;
        along += f[row * D + k] * z / D;
      }
      for (int k = 0; k < D; k++) {
        double z = (u[row * D + k] - sigma[0]) / sigma[1];
        y[row * D + k] = f[row * D + k] - mean - along * z + rate[0] + rate[1] * z;
      }
    }
    return y;
  }

  /// `a x + b y`.
  static double[] sum(double a, double[] x, double b, double[] y) {
    double[] z = new double[x.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = a * x[i] + b * y[i];
    }
    return z;
  }
}
