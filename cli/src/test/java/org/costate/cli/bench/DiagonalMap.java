package org.costate.cli.bench;

import org.costate.adjoint.LinearMap;

/// A diagonal matrix: its singular values are known.
record DiagonalMap(double[] diagonal) implements LinearMap {
  static DiagonalMap of(double[] diagonal) {
    return new DiagonalMap(diagonal);
  }

  @Override
  public int rows() {
    return diagonal.length;
  }

  @Override
  public int cols() {
    return diagonal.length;
  }

  @Override
  public void apply(double[] v, double[] out) {
    for (int i = 0; i < v.length; i++) {
      out[i] = diagonal[i] * v[i];
    }
  }

  @Override
  public void applyTranspose(double[] w, double[] out) {
    apply(w, out);
  }
}
