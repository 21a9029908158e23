package org.costate.model.operator;

import java.util.Arrays;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// A quadrature on the features: shares `ω_k = v_k / Σ v`, so that `mean_y u = Σ ω_k u_k`. Equal
/// weights are the usual mean and need no object of this type.
public final class FeatureWeights {
  private final double[] shares;

  private FeatureWeights(double[] shares) {
    this.shares = shares;
  }

  /// Shares in proportion to the quadrature weights `v`.
  ///
  /// @throws IllegalArgumentException if there are none, or one is not positive and finite
  public static FeatureWeights of(double... v) {
    double total = 0;
    for (double weight : v) {
      if (!(weight > 0) || weight == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            "feature weights: found " + weight + ", expected positive finite numbers");
      }
      total += weight;
    }
    if (v.length == 0) {
      throw new IllegalArgumentException("feature weights: found none, expected one a feature");
    }
    double scale = 1 / total;
    return new FeatureWeights(Arrays.stream(v).map(weight -> weight * scale).toArray());
  }

  /// Number of features.
  public int size() {
    return shares.length;
  }

  /// `ω_k`.
  public double share(int k) {
    return shares[k];
  }

  /// Doubles of scratch that a call of the methods below claims.
  int workSize() {
    return 3 * shares.length;
  }

  /// `z := r (u − mean u)`, `r = 1/√(var u + ε)`, row by row.
  ///
  /// @param r modified: as [Kernels#standardizeRows] leaves it
  void standardize(int rows, double epsilon, Slice u, Slice z, Slice r, int stride, Workspace w) {
    Kernels k = w.kernels();
    int n = shares.length;
    w.enter();
    int t = w.claim(n);
    for (int i = 0; i < rows; i++) {
      int ui = u.offset() + i * n;
      int zi = z.offset() + i * n;
      double mean = k.dot(n, shares, 0, u.array(), ui);
      Arrays.fill(z.array(), zi, zi + n, -mean);
      k.axpy(n, 1, u.array(), ui, z.array(), zi);
      double rest = takeAwayMean(k, z.array(), zi);
      k.multiply(n, 1, shares, 0, z.array(), zi, 0, w.scratch(), t);
      double ri = 1 / Math.sqrt(k.dot(n, w.scratch(), t, z.array(), zi) + epsilon);
      k.axpby(n, ri, z.array(), zi, 0, z.array(), zi);
      r.array()[r.offset() + i] = ri;
      r.array()[r.offset() + stride + i] = mean;
      r.array()[r.offset() + 2 * stride + i] = rest;
    }
    w.leave();
  }

  /// Takes away what the round-off of a mean far from 0 has left, and returns it.
  private double takeAwayMean(Kernels k, double[] z, int zi) {
    double rest = k.dot(shares.length, shares, 0, z, zi);
    for (int i = 0; i < shares.length; i++) {
      z[zi + i] -= rest;
    }
    return rest;
  }

  /// `δz := r (v − <ω, v> − z <ω ∘ z, v>)`, row by row.
  void tangent(int rows, Slice z, Slice r, Slice v, Slice dz, Workspace w) {
    for (int i = 0; i < rows; i++) {
      tangentRow(i, z, r, v, dz.array(), dz.offset() + i * shares.length, w);
    }
  }

  private void tangentRow(int i, Slice z, Slice r, Slice v, double[] dz, int to, Workspace w) {
    Kernels k = w.kernels();
    int n = shares.length;
    w.enter();
    int t = w.claim(n);
    int zi = z.offset() + i * n;
    int vi = v.offset() + i * n;
    double ri = r.array()[r.offset() + i];
    k.multiply(n, 1, shares, 0, z.array(), zi, 0, w.scratch(), t);
    Arrays.fill(dz, to, to + n, -ri * k.dot(n, shares, 0, v.array(), vi));
    k.axpy(n, ri, v.array(), vi, dz, to);
    k.axpy(n, -ri * k.dot(n, w.scratch(), t, v.array(), vi), z.array(), zi, dz, to);
    w.leave();
  }

  /// `ū := ū + r (λ − ω Σλ − ω ∘ z <z, λ>)`, row by row: the transpose of [#tangent].
  void addAdjoint(int rows, Slice z, Slice r, Slice lambda, Slice bar, Workspace w) {
    Kernels k = w.kernels();
    int n = shares.length;
    w.enter();
    int t = w.claim(n);
    for (int i = 0; i < rows; i++) {
      int zi = z.offset() + i * n;
      int li = lambda.offset() + i * n;
      int to = bar.offset() + i * n;
      double ri = r.array()[r.offset() + i];
      k.multiply(n, 1, shares, 0, z.array(), zi, 0, w.scratch(), t);
      k.axpy(n, ri, lambda.array(), li, bar.array(), to);
      k.axpy(n, -ri * k.sum(n, lambda.array(), li), shares, 0, bar.array(), to);
      double along = k.dot(n, z.array(), zi, lambda.array(), li);
      k.axpy(n, -ri * along, w.scratch(), t, bar.array(), to);
    }
    w.leave();
  }

  /// Adds the derivative of [#addAdjoint] along a direction `v` of the point, `λ` fixed, row by
  /// row.
  void addSecond(int rows, Slice z, Slice r, Slice v, Slice lambda, Slice barDot, Workspace w) {
    Kernels k = w.kernels();
    int n = shares.length;
    w.enter();
    double[] work = w.scratch();
    int t = w.claim(n);
    int dz = w.claim(n);
    for (int i = 0; i < rows; i++) {
      int zi = z.offset() + i * n;
      int li = lambda.offset() + i * n;
      int to = barDot.offset() + i * n;
      double ri = r.array()[r.offset() + i];
      tangentRow(i, z, r, v, work, dz, w);
      k.multiply(n, 1, shares, 0, z.array(), zi, 0, work, t);
      double dri = -ri * ri * k.dot(n, work, t, v.array(), v.offset() + i * n);
      double along = k.dot(n, z.array(), zi, lambda.array(), li);
      double dAlong = k.dot(n, work, dz, lambda.array(), li);
      k.axpy(n, dri, lambda.array(), li, barDot.array(), to);
      k.axpy(n, -dri * k.sum(n, lambda.array(), li), shares, 0, barDot.array(), to);
      k.axpy(n, -dri * along - ri * dAlong, work, t, barDot.array(), to);
      k.multiply(n, -ri * along, shares, 0, work, dz, 1, barDot.array(), to);
    }
    w.leave();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FeatureWeights o && Arrays.equals(shares, o.shares);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(shares);
  }

  @Override
  public String toString() {
    return "FeatureWeights" + Arrays.toString(shares);
  }
}
