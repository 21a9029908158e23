package org.costate.control.stability;

import java.util.ArrayList;
import java.util.List;
import org.costate.adjoint.LinearMap;
import org.costate.control.Vectors;

/// The matrices of consecutive linear maps on a few directions: on all of a small state, or on the
/// span of directions that the maps carry along, `A_n Q_n = Q_{n+1} R_{n+1}` with orthonormal
/// `Q_n`. Perturbations `x = Q_0 c` move as `c_{n+1} = R_{n+1} c_n`, and `‖x_n‖ = ‖c_n‖`: no
/// approximation, but a statement about that span alone.
///
/// @param matrices `A_n` or `R_{n+1}`, by products with the maps
/// @param transposed `A_nᵀ` or `Q_nᵀ A_nᵀ Q_{n+1}`, by products with their transposes
/// @param whole whether the directions are all there are
record SubspaceSteps(List<double[][]> matrices, List<double[][]> transposed, boolean whole) {

  /// All directions, in their own coordinates.
  static SubspaceSteps whole(List<? extends LinearMap> maps) {
    List<double[][]> matrices = new ArrayList<>();
    List<double[][]> transposed = new ArrayList<>();
    for (LinearMap map : maps) {
      int n = map.cols();
      double[][] a = new double[n][n];
      double[][] t = new double[n][n];
      double[] e = new double[n];
      double[] column = new double[n];
      for (int j = 0; j < n; j++) {
        e[j] = 1;
        map.apply(e, column);
        for (int i = 0; i < n; i++) {
          a[i][j] = column[i];
        }
        map.applyTranspose(e, column);
        for (int i = 0; i < n; i++) {
          t[i][j] = column[i];
        }
        e[j] = 0;
      }
      matrices.add(a);
      transposed.add(t);
    }
    return new SubspaceSteps(matrices, transposed, true);
  }

  /// The span of `start`, carried along.
  static SubspaceSteps along(List<? extends LinearMap> maps, Frame start) {
    int k = start.size();
    List<double[][]> matrices = new ArrayList<>();
    List<double[][]> transposed = new ArrayList<>();
    double[][] q = start.columns();
    for (LinearMap map : maps) {
      double[][] images = new double[k][map.rows()];
      double[][] next = new double[k][];
      for (int j = 0; j < k; j++) {
        map.apply(q[j], images[j]);
        next[j] = images[j].clone();
      }
      Frame.factorise(next, k);
      double[][] r = new double[k][k];
      double[][] t = new double[k][k];
      double[] back = new double[map.cols()];
      for (int i = 0; i < k; i++) {
        map.applyTranspose(next[i], back);
        for (int j = 0; j < k; j++) {
          r[i][j] = Vectors.dot(next[i], images[j]);
          t[j][i] = Vectors.dot(q[j], back);
        }
      }
      matrices.add(r);
      transposed.add(t);
      q = next;
    }
    return new SubspaceSteps(matrices, transposed, k == maps.getFirst().cols());
  }

  int size() {
    return matrices.getFirst().length;
  }
}
