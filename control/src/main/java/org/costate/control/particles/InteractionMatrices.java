package org.costate.control.particles;

import java.util.Optional;
import org.costate.model.InputException;

/// The matrices of an [Interaction] in the features of a [SphereEmbedding].
///
/// @param form `Â` `[D, D]` with `β<Q x_i, K x_j> = x̂_iᵀ Â x̂_j`
/// @param map `V̂` `[D, D]`, applied to rows: `√D Uᵀ V x = V̂ᵀ x̂`
record InteractionMatrices(double[] form, double[] map) {
  /// @throws InputException if a matrix is not `[d, d]`
  static InteractionMatrices of(Interaction interaction, SphereEmbedding embedding) {
    int d = embedding.dimension();
    double[] query = orIdentity("query", interaction.query(), d);
    double[] key = orIdentity("key", interaction.key(), d);
    double[] value = orIdentity("value", interaction.value(), d);
    double[] u = embedding.basis();
    int width = embedding.width();
    double[] queryKey = multiplyFirstTransposed(query, key, d, d, d);
    double[] form = sandwich(queryKey, u, d, width);
    double scale = interaction.beta() / width;
    for (int i = 0; i < form.length; i++) {
      form[i] *= scale;
    }
    return new InteractionMatrices(form, sandwich(transposed(value, d), u, d, width));
  }

  /// The controls of an attention with head width `d`: queries `Q x`, keys `K x`, values `V x`, and
  /// an output map back to `√D Uᵀ`.
  ///
  /// @throws InputException if a matrix is not `[d, d]`
  static double[] attentionControls(Interaction interaction, SphereEmbedding embedding) {
    int d = embedding.dimension();
    int width = embedding.width();
    double[] u = embedding.basis();
    double[] theta = new double[width * 3 * d + d * width];
    double[][] matrices = {
      orIdentity("query", interaction.query(), d),
      orIdentity("key", interaction.key(), d),
      orIdentity("value", interaction.value(), d)
    };
    for (int m = 0; m < 3; m++) {
      double[] rows = multiply(matrices[m], u, d, d, width);
      for (int c = 0; c < d; c++) {
        for (int a = 0; a < width; a++) {
          theta[a * 3 * d + m * d + c] = rows[c * width + a] / embedding.radius();
        }
      }
    }
    for (int i = 0; i < u.length; i++) {
      theta[width * 3 * d + i] = embedding.radius() * u[i];
    }
    return theta;
  }

  static double[] orIdentity(String name, Optional<double[]> matrix, int d) {
    if (matrix.isPresent()) {
      if (matrix.get().length != d * d) {
        throw new InputException(
            name + ": found a matrix of " + matrix.get().length + " numbers",
            "[" + d + ", " + d + "]",
            "");
      }
      return matrix.get();
    }
    double[] identity = new double[Math.multiplyExact(d, d)];
    for (int i = 0; i < d; i++) {
      identity[i * d + i] = 1;
    }
    return identity;
  }

  /// `Uᵀ M U`.
  private static double[] sandwich(double[] m, double[] u, int d, int width) {
    return multiplyFirstTransposed(u, multiply(m, u, d, d, width), width, d, width);
  }

  private static double[] transposed(double[] a, int d) {
    double[] t = new double[a.length];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        t[j * d + i] = a[i * d + j];
      }
    }
    return t;
  }

  /// `A B` with `A` `[m, k]`, `B` `[k, n]`.
  private static double[] multiply(double[] a, double[] b, int m, int k, int n) {
    double[] c = new double[m * n];
    for (int i = 0; i < m; i++) {
      for (int l = 0; l < k; l++) {
        double factor = a[i * k + l];
        if (factor != 0) {
          for (int j = 0; j < n; j++) {
            c[i * n + j] += factor * b[l * n + j];
          }
        }
      }
    }
    return c;
  }

  /// `Aᵀ B` with `A` `[k, m]`, `B` `[k, n]`.
  static double[] multiplyFirstTransposed(double[] a, double[] b, int m, int k, int n) {
    double[] c = new double[m * n];
    for (int l = 0; l < k; l++) {
      for (int i = 0; i < m; i++) {
        double factor = a[l * m + i];
        if (factor != 0) {
          for (int j = 0; j < n; j++) {
            c[i * n + j] += factor * b[l * n + j];
          }
        }
      }
    }
    return c;
  }
}
