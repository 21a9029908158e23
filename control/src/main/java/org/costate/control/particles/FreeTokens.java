package org.costate.control.particles;

import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Attention;
import org.costate.model.operator.Mask;
import org.costate.model.scheme.Schemes;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/// Tokens of `R^d` under attention alone, without normalisation:
///
///     x_i' = Σ_j P_ij V x_j,   P_ij = e^{β<Q x_i, K x_j>} / Σ_l e^{β<Q x_i, K x_l>}.
///
/// They run away; what has limits are the rescaled tokens `z_i(t) = e^{−tV} x_i(t)`, whose
/// attention matrix is the same. A Transformer of this suite whose only block is attention, moved
/// by the classical Runge–Kutta method.
///
/// Source: Geshkovski, Letrouit, Polyanskiy, Rigollet, *The emergence of clusters in self-attention
/// dynamics* (arXiv 2305.05465).
///
/// Holds scratch: one thread uses it at a time.
public final class FreeTokens {
  private static final String ATTENTION = "attention";

  private final int tokens;
  private final int dimension;
  private final double beta;
  private final double[] queryKey;
  private final RealMatrix value;
  private final TokenMotion motion;

  /// @param tokens `n ≥ 1`
  /// @param dimension `d ≥ 1`
  /// @param interaction normalised
  /// @throws IllegalArgumentException if it is not, or there are no tokens
  /// @throws org.costate.model.InputException if the matrices have other sizes
  public FreeTokens(int tokens, int dimension, Interaction interaction, Kernels kernels) {
    if (tokens < 1 || dimension < 1 || !interaction.normalised()) {
      throw new IllegalArgumentException(
          "free tokens: found %d tokens in dimension %d, %s, expected some and a softmax"
              .formatted(tokens, dimension, interaction.normalised() ? "softmax" : "no softmax"));
    }
    this.tokens = tokens;
    this.dimension = dimension;
    int d = dimension;
    beta = interaction.beta();
    double[] query = InteractionMatrices.orIdentity("query", interaction.query(), d);
    double[] key = InteractionMatrices.orIdentity("key", interaction.key(), d);
    double[] values = InteractionMatrices.orIdentity("value", interaction.value(), d);
    queryKey = InteractionMatrices.multiplyFirstTransposed(query, key, d, d, d);
    value = new Array2DRowRealMatrix(d, d);
    Attention attention =
        new Attention(
            d, 1, 1, d, beta, new Mask.Full(), java.util.Optional.empty(), false, false, false);
    ContinuousEquation equation =
        ContinuousEquation.of(Field.of(Controlled.of(attention, ATTENTION)));
    motion = new TokenMotion(equation, Schemes.rk4(equation), tokens, kernels);
    for (int a = 0; a < d; a++) {
      for (int c = 0; c < d; c++) {
        motion.set(ATTENTION, a * 3 * d + c, query[c * d + a]);
        motion.set(ATTENTION, a * 3 * d + d + c, key[c * d + a]);
        motion.set(ATTENTION, a * 3 * d + 2 * d + c, values[c * d + a]);
        value.setEntry(c, a, values[c * d + a]);
      }
    }
  }

  /// Number of tokens.
  public int tokens() {
    return tokens;
  }

  /// Dimension of a token.
  public int dimension() {
    return dimension;
  }

  /// Moves tokens from time `from` to time `to` in equal steps of at most `largest`.
  ///
  /// @param x `[n, d]` at `from`; not modified
  /// @return tokens at `to`
  /// @throws org.costate.model.NumericalException if a token is not finite any more
  public double[] advance(double[] x, double from, double to, double largest) {
    double[] now = x.clone();
    double[] next = new double[x.length];
    int steps = (int) Math.max(1, Math.ceil((to - from) / largest * (1 - 1e-12)));
    double h = (to - from) / steps;
    for (int k = 0; k < steps; k++) {
      double t = from + k * h;
      motion.step(now, t, h, next);
      motion.requireFinite(now, next, t, h, k);
      double[] swap = now;
      now = next;
      next = swap;
    }
    return now;
  }

  /// The rescaled tokens `z_i = e^{−tV} x_i`.
  ///
  /// @param x `[n, d]` at time `t`
  public double[] rescaled(double[] x, double t) {
    RealMatrix back = MatrixUtils.matrixExponential(value.scalarMultiply(-t));
    double[] z = new double[x.length];
    for (int i = 0; i < tokens; i++) {
      for (int k = 0; k < dimension; k++) {
        for (int l = 0; l < dimension; l++) {
          z[i * dimension + k] += back.getEntry(k, l) * x[i * dimension + l];
        }
      }
    }
    return z;
  }

  /// The attention matrix `P` of tokens `x`: `[n][n]`, rows sum to 1.
  public double[][] weights(double[] x) {
    double[][] p = new double[tokens][tokens];
    for (int i = 0; i < tokens; i++) {
      double most = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < tokens; j++) {
        p[i][j] = beta * score(x, i, j);
        most = Math.max(most, p[i][j]);
      }
      double sum = 0;
      for (int j = 0; j < tokens; j++) {
        p[i][j] = Math.exp(p[i][j] - most);
        sum += p[i][j];
      }
      for (int j = 0; j < tokens; j++) {
        p[i][j] /= sum;
      }
    }
    return p;
  }

  private double score(double[] x, int i, int j) {
    double sum = 0;
    for (int k = 0; k < dimension; k++) {
      for (int l = 0; l < dimension; l++) {
        sum += x[i * dimension + k] * queryKey[k * dimension + l] * x[j * dimension + l];
      }
    }
    return sum;
  }
}
