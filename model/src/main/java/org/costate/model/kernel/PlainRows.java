package org.costate.model.kernel;

/// Sums over one row, and what rests on them: softmax and standardisation.
///
/// A sum runs in eight interleaved partial sums, added in the tree of [#tree].
final class PlainRows {
  /// Square of the ratio of mean and deviation from which a row is far from 0.
  private static final double FAR = 64;

  private PlainRows() {}

  /// The fixed order in which eight partial sums are added: halves onto each other.
  static double tree(
      double s0, double s1, double s2, double s3, double s4, double s5, double s6, double s7) {
    return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
  }

  /// `Σ (x_i − p)(y_i − q)`.
  static double product(int n, double p, double[] x, int xo, double q, double[] y, int yo) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = 0;
    for (; i <= n - 8; i += 8) {
      s0 = Math.fma(x[xo + i] - p, y[yo + i] - q, s0);
      s1 = Math.fma(x[xo + i + 1] - p, y[yo + i + 1] - q, s1);
      s2 = Math.fma(x[xo + i + 2] - p, y[yo + i + 2] - q, s2);
      s3 = Math.fma(x[xo + i + 3] - p, y[yo + i + 3] - q, s3);
      s4 = Math.fma(x[xo + i + 4] - p, y[yo + i + 4] - q, s4);
      s5 = Math.fma(x[xo + i + 5] - p, y[yo + i + 5] - q, s5);
      s6 = Math.fma(x[xo + i + 6] - p, y[yo + i + 6] - q, s6);
      s7 = Math.fma(x[xo + i + 7] - p, y[yo + i + 7] - q, s7);
    }
    for (; i < n; i++) {
      double u = x[xo + i] - p;
      double v = y[yo + i] - q;
      switch (i & 7) {
        case 0 -> s0 = Math.fma(u, v, s0);
        case 1 -> s1 = Math.fma(u, v, s1);
        case 2 -> s2 = Math.fma(u, v, s2);
        case 3 -> s3 = Math.fma(u, v, s3);
        case 4 -> s4 = Math.fma(u, v, s4);
        case 5 -> s5 = Math.fma(u, v, s5);
        default -> s6 = Math.fma(u, v, s6);
      }
    }
    return tree(s0, s1, s2, s3, s4, s5, s6, s7);
  }

  /// `Σ x_i`.
  static double sum(int n, double[] x, int xo) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = 0;
    for (; i <= n - 8; i += 8) {
      s0 += x[xo + i];
      s1 += x[xo + i + 1];
      s2 += x[xo + i + 2];
      s3 += x[xo + i + 3];
      s4 += x[xo + i + 4];
      s5 += x[xo + i + 5];
      s6 += x[xo + i + 6];
      s7 += x[xo + i + 7];
    }
    for (; i < n; i++) {
      double u = x[xo + i];
      switch (i & 7) {
        case 0 -> s0 += u;
        case 1 -> s1 += u;
        case 2 -> s2 += u;
        case 3 -> s3 += u;
        case 4 -> s4 += u;
        case 5 -> s5 += u;
        default -> s6 += u;
      }
    }
    return tree(s0, s1, s2, s3, s4, s5, s6, s7);
  }

  /// Whether a mean is so large beside the variance around it that its round-off would be seen in
  /// the centred row: such a row is centred a second time.
  static boolean dominates(double mean, double variance) {
    return mean * mean > FAR * variance;
  }

  /// As [Kernels#standardizeRows] for one row. In a row far from 0, `x − mean` is nearly free of
  /// round-off, and its own mean is what the round-off of `mean` left.
  static void standardize(
      boolean centre,
      int n,
      double epsilon,
      double[] x,
      int xo,
      double[] z,
      int zo,
      double[] r,
      int ro,
      int stride) {
    double mean = centre ? sum(n, x, xo) / n : 0;
    double variance = product(n, mean, x, xo, mean, x, xo) / n;
    double rest = 0;
    if (dominates(mean, variance)) {
      restandardize(n, mean, 0, 1, x, xo, z, zo);
      rest = sum(n, z, zo) / n;
      r[ro] = 1 / Math.sqrt(product(n, rest, z, zo, rest, z, zo) / n + epsilon);
      restandardize(n, rest, 0, r[ro], z, zo, z, zo);
    } else {
      r[ro] = 1 / Math.sqrt(variance + epsilon);
      restandardize(n, mean, 0, r[ro], x, xo, z, zo);
    }
    r[ro + stride] = mean;
    r[ro + 2 * stride] = rest;
  }

  /// `z := ((x − mean) − rest) r`.
  static void restandardize(
      int n, double mean, double rest, double r, double[] x, int xo, double[] z, int zo) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (x[xo + i] - mean - rest) * r;
    }
  }

  /// As [Kernels#standardizeRowsTangent] for one row.
  static void standardizeTangent(
      boolean centre,
      int n,
      double[] z,
      int zo,
      double r,
      double[] v,
      int vo,
      double beta,
      double[] y,
      int yo) {
    double mean = centre ? sum(n, v, vo) / n : 0;
    double along = product(n, 0, z, zo, 0, v, vo) / n;
    if (beta == 0) {
      for (int i = 0; i < n; i++) {
        y[yo + i] = r * Math.fma(-along, z[zo + i], v[vo + i] - mean);
      }
    } else {
      for (int i = 0; i < n; i++) {
        y[yo + i] = Math.fma(r, Math.fma(-along, z[zo + i], v[vo + i] - mean), beta * y[yo + i]);
      }
    }
  }

  /// As [Kernels#standardizeRowsSecond] for one row.
  static void standardizeSecond(
      boolean centre,
      int n,
      double[] z,
      int zo,
      double r,
      double[] v,
      int vo,
      double[] lambda,
      int lo,
      double[] y,
      int yo) {
    double meanV = centre ? sum(n, v, vo) / n : 0;
    double meanLambda = centre ? sum(n, lambda, lo) / n : 0;
    double a = product(n, 0, z, zo, 0, v, vo) / n;
    double b = product(n, 0, z, zo, 0, lambda, lo) / n;
    double c = product(n, meanV, v, vo, meanLambda, lambda, lo) / n;
    double d = Math.fma(-3 * a, b, c);
    double factor = -r * r;
    for (int i = 0; i < n; i++) {
      double inner = Math.fma(b, v[vo + i] - meanV, z[zo + i] * d);
      inner = Math.fma(a, lambda[lo + i] - meanLambda, inner);
      y[yo + i] = Math.fma(factor, inner, y[yo + i]);
    }
  }

  /// As [Kernels#softmax].
  static double softmax(int n, double[] s, int so) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, s[so + i]);
    }
    expShifted(n, max, s, so);
    if (max == Double.NEGATIVE_INFINITY) {
      return max;
    }
    double total = sum(n, s, so);
    double scale = 1 / total;
    for (int i = 0; i < n; i++) {
      s[so + i] *= scale;
    }
    return max + Elementary.log(total);
  }

  /// As [Kernels#expShifted].
  static void expShifted(int n, double shift, double[] s, int so) {
    if (shift == Double.NEGATIVE_INFINITY) {
      java.util.Arrays.fill(s, so, so + n, 0);
      return;
    }
    for (int i = 0; i < n; i++) {
      s[so + i] = Elementary.exp(s[so + i] - shift);
    }
  }

  /// As [Kernels#softmaxJacobianRows], one row.
  static void softmaxJacobian(int n, double[] g, int go, double[] x, int xo) {
    double mean = product(n, 0, g, go, 0, x, xo);
    for (int i = 0; i < n; i++) {
      x[xo + i] = g[go + i] * (x[xo + i] - mean);
    }
  }

  /// As [Kernels#softmaxSecondJacobianRows], one row.
  static void softmaxSecondJacobian(
      int n,
      double[] g,
      int go,
      double[] gDot,
      int gdo,
      double[] x,
      int xo,
      double[] xDot,
      int xdo) {
    double mean = product(n, 0, g, go, 0, x, xo);
    double meanDot = product(n, 0, g, go, 0, xDot, xdo) + product(n, 0, gDot, gdo, 0, x, xo);
    for (int i = 0; i < n; i++) {
      double centred = x[xo + i] - mean;
      double bent = gDot[gdo + i] * centred;
      xDot[xdo + i] = Math.fma(g[go + i], xDot[xdo + i] - meanDot, bent);
      x[xo + i] = g[go + i] * centred;
    }
  }
}
