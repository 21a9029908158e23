package org.costate.control.particles;

/// The unit sphere of `R^d` as the constraint set of layer normalisation in `D = d + 1` features:
/// `x̂ = √D Uᵀ x`, where the rows of `U` `[d, D]` are the Helmert basis of the tokens of mean 0.
/// It is an isometry up to the factor `√D`, and `mean x̂ = 0`, `mean x̂² = |x|²`: so the particles
/// are tokens of a Transformer behind its norm, and every scheme of the suite serves them.
///
/// @param dimension `d`
record SphereEmbedding(int dimension) {
  /// `D`.
  int width() {
    return dimension + 1;
  }

  /// `√D`, the norm of an embedded unit vector.
  double radius() {
    return Math.sqrt(width());
  }

  /// `U` `[d, D]`: row `k` is `(1, …, 1, −k, 0, …)/√(k(k+1))` with `k` ones, `k = 1 … d`.
  double[] basis() {
    int width = width();
    double[] u = new double[dimension * width];
    for (int k = 1; k <= dimension; k++) {
      double norm = 1 / Math.sqrt(k * (k + 1.0));
      int row = (k - 1) * width;
      for (int a = 0; a < k; a++) {
        u[row + a] = norm;
      }
      u[row + k] = -k * norm;
    }
    return u;
  }

  /// `x̂` `[n, D]` of `x` `[n, d]`.
  double[] embed(double[] x) {
    int n = x.length / dimension;
    double[] embedded = new double[Math.multiplyExact(n, width())];
    for (int i = 0; i < n; i++) {
      double below = 0;
      for (int k = dimension; k >= 0; k--) {
        double own = k == 0 ? 0 : -k * scaled(x, i, k);
        embedded[i * width() + k] = radius() * (own + below);
        below += k == 0 ? 0 : scaled(x, i, k);
      }
    }
    return embedded;
  }

  /// `x` `[n, d]` of `x̂` `[n, D]`.
  double[] extract(double[] embedded) {
    int n = embedded.length / width();
    double[] x = new double[n * dimension];
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int k = 1; k <= dimension; k++) {
        sum += embedded[i * width() + k - 1];
        double along = sum - k * embedded[i * width() + k];
        x[i * dimension + k - 1] = along / (Math.sqrt(k * (k + 1.0)) * radius());
      }
    }
    return x;
  }

  private double scaled(double[] x, int i, int k) {
    return x[i * dimension + k - 1] / Math.sqrt(k * (k + 1.0));
  }
}
