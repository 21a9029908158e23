package org.costate.control.stability;

import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/// The effective rank of the matrix of tokens, `exp(−Σ p_k log p_k)` with `p_k = σ_k / Σ σ` and `σ`
/// its singular values (Roy and Vetterli 2007): from 1, where all tokens are multiples of one
/// vector, to the number of tokens or features.
public final class EffectiveRank {
  /// Singular values below this part of the largest are rounding.
  private static final double ROUNDING = 1e-14;

  private EffectiveRank() {}

  /// The effective rank of `state`, `[tokens, width]`; not a number for a state of zeros.
  public static double of(double[] state, int tokens) {
    return of(Assembled.singularValues(matrix(state, tokens)));
  }

  static double of(double[] sigma) {
    double total = total(sigma);
    return total > 0 ? Math.exp(entropy(sigma, total)) : Double.NaN;
  }

  /// Its gradient with respect to the state: `U diag(g) Vᵀ` with
  /// `g_k = −rank (log p_k + H)/Σ σ`, `H = −Σ p_k log p_k`. Singular values that are zero up to
  /// rounding, where it has no derivative, are held.
  public static double[] gradient(double[] state, int tokens) {
    Assembled.Scaled scaled = Assembled.Scaled.of(matrix(state, tokens));
    SingularValue<Double> svd = SingularValue.R064.make(scaled.matrix());
    svd.decompose(scaled.matrix());
    double[] sigma = svd.getSingularValues().toRawCopy1D();
    double total = total(sigma);
    double entropy = entropy(sigma, total);
    double rank = Math.exp(entropy);
    MatrixStore<Double> u = svd.getU();
    MatrixStore<Double> v = svd.getV();
    int width = state.length / tokens;
    double[] gradient = new double[state.length];
    for (int k = 0; k < sigma.length; k++) {
      if (sigma[k] > ROUNDING * sigma[0]) {
        double g = -rank * (Math.log(sigma[k] / total) + entropy) / total / scaled.factor();
        for (int i = 0; i < tokens; i++) {
          for (int j = 0; j < width; j++) {
            gradient[i * width + j] += g * u.doubleValue(i, k) * v.doubleValue(j, k);
          }
        }
      }
    }
    return gradient;
  }

  private static double total(double[] sigma) {
    double total = 0;
    for (double s : sigma) {
      total += s;
    }
    return total;
  }

  private static double entropy(double[] sigma, double total) {
    double entropy = 0;
    for (double s : sigma) {
      double p = s / total;
      entropy -= p > 0 ? p * Math.log(p) : 0;
    }
    return entropy;
  }

  private static R064Store matrix(double[] state, int tokens) {
    int width = state.length / tokens;
    R064Store matrix = R064Store.FACTORY.make(tokens, width);
    for (int i = 0; i < tokens; i++) {
      for (int k = 0; k < width; k++) {
        matrix.set(i, k, state[i * width + k]);
      }
    }
    return matrix;
  }
}
