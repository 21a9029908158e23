package org.costate.control.stability;

import org.costate.adjoint.LinearMap;

/// An orthonormal basis of the directions that, in every token, are orthogonal to some normals: as
/// a map `T` from coordinates to states, `TᵀT = I`. The normals of a token are `QR`-factorised by
/// Householder reflections, and `T` is the rest of `Q`.
///
/// States are `[tokens, width]`, coordinates `[tokens, width − normals]`, row-major.
final class TangentBasis implements LinearMap {
  private final int tokens;
  private final int width;
  private final int normals;

  /// Reflections `I − 2 v vᵀ` of every token, `[token][normal]`.
  private final double[][][] reflections;

  /// @param normals of every token, `[token][normal][width]`, linearly independent; overwritten
  TangentBasis(int width, double[][][] normals) {
    this.tokens = normals.length;
    this.width = width;
    this.normals = normals[0].length;
    this.reflections = normals;
    for (double[][] token : normals) {
      factorise(token);
    }
  }

  /// All directions: no normals.
  static TangentBasis whole(int tokens, int width) {
    return new TangentBasis(width, new double[tokens][0][]);
  }

  private static void factorise(double[][] columns) {
    for (int j = 0; j < columns.length; j++) {
      double[] v = columns[j];
      for (int i = 0; i < j; i++) {
        reflect(columns[i], v, 0);
      }
      double norm = 0;
      for (int k = j; k < v.length; k++) {
        norm = Math.hypot(norm, v[k]);
      }
      double head = v[j] + Math.copySign(norm, v[j]);
      java.util.Arrays.fill(v, 0, j, 0);
      v[j] = head;
      double length = 0;
      for (int k = j; k < v.length; k++) {
        length = Math.hypot(length, v[k]);
      }
      for (int k = j; k < v.length; k++) {
        v[k] /= length;
      }
    }
  }

  /// `row := row − 2 v <v, row>`, `row` the numbers of `x` from `from` on.
  private static void reflect(double[] v, double[] x, int from) {
    double along = 0;
    for (int k = 0; k < v.length; k++) {
      along += v[k] * x[from + k];
    }
    for (int k = 0; k < v.length; k++) {
      x[from + k] -= 2 * along * v[k];
    }
  }

  @Override
  public int rows() {
    return tokens * width;
  }

  @Override
  public int cols() {
    return tokens * (width - normals);
  }

  @Override
  public void apply(double[] v, double[] out) {
    int free = width - normals;
    for (int i = 0; i < tokens; i++) {
      java.util.Arrays.fill(out, i * width, i * width + normals, 0);
      System.arraycopy(v, i * free, out, i * width + normals, free);
      for (int j = normals - 1; j >= 0; j--) {
        reflect(reflections[i][j], out, i * width);
      }
    }
  }

  @Override
  public void applyTranspose(double[] w, double[] out) {
    int free = width - normals;
    double[] row = new double[width];
    for (int i = 0; i < tokens; i++) {
      System.arraycopy(w, i * width, row, 0, width);
      for (int j = 0; j < normals; j++) {
        reflect(reflections[i][j], row, 0);
      }
      System.arraycopy(row, normals, out, i * free, free);
    }
  }

  /// `T_toᵀ A T_from`: a map between states in the coordinates of two bases.
  static LinearMap restricted(LinearMap map, TangentBasis from, TangentBasis to) {
    if (from.normals == 0 && to.normals == 0) {
      return map;
    }
    double[] before = new double[from.rows()];
    double[] after = new double[to.rows()];
    return new LinearMap() {
      @Override
      public int rows() {
        return to.cols();
      }

      @Override
      public int cols() {
        return from.cols();
      }

      @Override
      public void apply(double[] v, double[] out) {
        from.apply(v, before);
        map.apply(before, after);
        to.applyTranspose(after, out);
      }

      @Override
      public void applyTranspose(double[] w, double[] out) {
        to.apply(w, after);
        map.applyTranspose(after, before);
        from.applyTranspose(before, out);
      }
    };
  }
}
