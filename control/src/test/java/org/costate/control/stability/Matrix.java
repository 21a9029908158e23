package org.costate.control.stability;

import java.util.Arrays;
import java.util.Random;
import org.costate.adjoint.LinearMap;
import org.costate.control.Vectors;

/// A matrix as a map.
record Matrix(double[][] a) implements LinearMap {
  static Matrix random(int rows, int cols, long seed) {
    Random random = new Random(seed);
    double[][] a = new double[rows][cols];
    for (double[] row : a) {
      Arrays.setAll(row, j -> random.nextGaussian());
    }
    return new Matrix(a);
  }

  @Override
  public int rows() {
    return a.length;
  }

  @Override
  public int cols() {
    return a[0].length;
  }

  @Override
  public void apply(double[] v, double[] out) {
    for (int i = 0; i < a.length; i++) {
      out[i] = Vectors.dot(a[i], v);
    }
  }

  @Override
  public void applyTranspose(double[] w, double[] out) {
    Arrays.fill(out, 0);
    for (int i = 0; i < a.length; i++) {
      Vectors.axpy(w[i], a[i], out);
    }
  }
}
