package org.costate.control.leastsquares;

import java.util.Arrays;

/// One forward pass over all rows, chunk by chunk: the contexts of the chunks add up to that of the
/// data.
final class ContextPass {
  private static final int CHUNK = 1024;

  private final RegressionLayer layer;
  private final Moments moments;
  private final double[] rows;
  private final double[] weights = new double[CHUNK];
  private final double[] sum;
  private final double[] lost;
  private int filled;

  private ContextPass(RegressionLayer layer, Moments moments) {
    this.layer = layer;
    this.moments = moments;
    rows = new double[CHUNK * layer.features()];
    sum = new double[layer.features()];
    lost = new double[layer.features()];
  }

  /// The coefficients that the context of all rows holds.
  ///
  /// @param moments whose means are taken away from the rows
  static double[] coefficients(RegressionData data, RegressionLayer layer, Moments moments) {
    ContextPass pass = new ContextPass(layer, moments);
    data.forEach((x, y, weight) -> pass.add(x, weight));
    if (pass.filled > 0) {
      pass.run();
    }
    return pass.sum;
  }

  private void add(double[] x, double weight) {
    int p = layer.features();
    for (int j = 0; j < p; j++) {
      rows[filled * p + j] = x[j] - moments.mean(j);
    }
    weights[filled++] = weight;
    if (filled == CHUNK) {
      run();
    }
  }

  /// Adds with the compensation of Kahan.
  private void run() {
    int p = layer.features();
    double[] part =
        layer.coefficients(Arrays.copyOf(rows, filled * p), Arrays.copyOf(weights, filled));
    for (int k = 0; k < p; k++) {
      double term = part[k] - lost[k];
      double next = sum[k] + term;
      lost[k] = next - sum[k] - term;
      sum[k] = next;
    }
    filled = 0;
  }
}
