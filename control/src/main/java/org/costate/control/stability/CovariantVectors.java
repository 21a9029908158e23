package org.costate.control.stability;

import java.util.ArrayList;
import java.util.List;
import org.costate.adjoint.LinearMap;
import org.costate.control.Vectors;

/// Covariant Lyapunov vectors after Ginelli et al. (2007): directions that the maps carry into each
/// other, `A_n v_i^n ∥ v_i^{n+1}`, the `i`-th with the `i`-th exponent in both directions of time.
///
/// The forward sweep keeps the frames `Q_n` and the triangles `R_n` of the QR iteration, `A_n Q_n =
/// Q_{n+1} R_{n+1}`; a backward sweep `C_n ∝ R_{n+1}⁻¹ C_{n+1}` of upper triangular coordinates
/// converges to `v_i^n = Q_n c_i^n`. Over few maps the vectors at the end are those of the QR
/// iteration (`C_N = I`) and earlier ones have converged further; covariance holds exactly at
/// every map, converged or not.
///
/// @param vectors unit vectors, `[n][i]`, `n = 0 … N`
public record CovariantVectors(double[][][] vectors) {

  /// The vectors that belong to the directions of `start`.
  ///
  /// @param maps `A_0 … A_{N−1}`
  public static CovariantVectors of(List<? extends LinearMap> maps, Frame start) {
    int count = start.size();
    List<double[][]> frames = new ArrayList<>();
    frames.add(start.columns());
    List<double[][]> triangles = new ArrayList<>();
    for (LinearMap map : maps) {
      double[][] images = images(map, frames.getLast());
      double[][] q = new double[count][];
      for (int i = 0; i < count; i++) {
        q[i] = images[i].clone();
      }
      Frame.factorise(q, count);
      frames.add(q);
      triangles.add(triangle(q, images));
    }
    double[][][] vectors = new double[maps.size() + 1][][];
    double[][] coordinates = identity(count);
    for (int n = maps.size(); n >= 0; n--) {
      vectors[n] = combined(frames.get(n), coordinates);
      if (n > 0) {
        coordinates = solved(triangles.get(n - 1), coordinates);
      }
    }
    return new CovariantVectors(vectors);
  }

  private static double[][] images(LinearMap map, double[][] directions) {
    double[][] images = new double[directions.length][map.rows()];
    for (int i = 0; i < directions.length; i++) {
      map.apply(directions[i], images[i]);
    }
    return images;
  }

  /// `R = Qᵀ A Q`, column `i` in row `i`.
  private static double[][] triangle(double[][] q, double[][] images) {
    double[][] r = new double[q.length][q.length];
    for (int i = 0; i < q.length; i++) {
      for (int j = 0; j <= i; j++) {
        r[i][j] = Vectors.dot(q[j], images[i]);
      }
    }
    return r;
  }

  private static double[][] identity(int count) {
    double[][] identity = new double[count][count];
    for (int i = 0; i < count; i++) {
      identity[i][i] = 1;
    }
    return identity;
  }

  /// `R⁻¹ C` by back substitution, columns scaled to length 1; columns lie in rows.
  private static double[][] solved(double[][] r, double[][] c) {
    double[][] solution = new double[c.length][];
    for (int i = 0; i < c.length; i++) {
      double[] x = c[i].clone();
      for (int j = i; j >= 0; j--) {
        x[j] /= r[j][j];
        for (int k = 0; k < j; k++) {
          x[k] -= r[j][k] * x[j];
        }
      }
      Vectors.scale(1 / Vectors.norm(x), x);
      solution[i] = x;
    }
    return solution;
  }

  private static double[][] combined(double[][] frame, double[][] coordinates) {
    double[][] vectors = new double[frame.length][frame[0].length];
    for (int i = 0; i < frame.length; i++) {
      for (int j = 0; j <= i; j++) {
        Vectors.axpy(coordinates[i][j], frame[j], vectors[i]);
      }
      Vectors.scale(1 / Vectors.norm(vectors[i]), vectors[i]);
    }
    return vectors;
  }

  /// Largest sine of the angle between `A_n v_i^n` and `v_i^{n+1}`, over all maps and vectors.
  public double covarianceAngle(List<? extends LinearMap> maps) {
    double largest = 0;
    for (int n = 0; n < maps.size(); n++) {
      double[][] images = images(maps.get(n), vectors[n]);
      for (int i = 0; i < images.length; i++) {
        double length = Vectors.norm(images[i]);
        double along = Vectors.dot(images[i], vectors[n + 1][i]);
        Vectors.axpy(-along, vectors[n + 1][i], images[i]);
        largest = Math.max(largest, Vectors.norm(images[i]) / length);
      }
    }
    return largest;
  }
}
