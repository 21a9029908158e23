package org.costate.control.lyapunov;

import java.util.Optional;
import org.costate.control.convex.Barrier;
import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.RawStore;

/// One block of a linear matrix inequality in a symmetric matrix `P` and a slack `s`,
///
///     S(P, s) = c P − Aᵀ P A − (σ s + f) I ⪰ 0,   φ = −log det S.
///
/// Unknowns: the lower triangle of `P` row by row, entries off the diagonal times `√2` (so that
/// lengths are those of Frobenius), then `s`. Gradient and Hessian need a few products of `n × n`
/// matrices and one of two numbers an entry: the structure of the block spares the matrices `F_i`
/// of [a general one][org.costate.control.convex.SemidefiniteCone].
///
/// @param name what messages call it
/// @param c factor of `P`
/// @param a `A`, `n × n`; zero for a bound of `P` itself
/// @param slack `σ`
/// @param floor `f`
record LyapunovBlock(String name, double c, double[][] a, double slack, double floor)
    implements Barrier {
  private static final double ROOT_TWO = Math.sqrt(2);
  private static final double ROOT_HALF = Math.sqrt(0.5);

  /// `P ⪰ I`.
  static LyapunovBlock aboveIdentity(int n) {
    return new LyapunovBlock("P above I", 1, new double[n][n], 0, 1);
  }

  /// `P − AᵀPA/μ² ⪰ s I`.
  static LyapunovBlock decrease(String name, double[][] a, double mu) {
    double[][] scaled = new double[a.length][a.length];
    SymmetricMatrices.add(1 / mu, a, scaled);
    return new LyapunovBlock(name, 1, scaled, 1, 0);
  }

  /// The unknowns of `P` and `s`.
  static double[] unknowns(double[][] p, double s) {
    int n = p.length;
    double[] x = new double[n * (n + 1) / 2 + 1];
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        x[at++] = p[i][j] * ROOT_TWO;
      }
      x[at++] = p[i][i];
    }
    x[at] = s;
    return x;
  }

  /// `P` of the unknowns.
  static double[][] matrix(int n, double[] x) {
    double[][] p = new double[n][n];
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        p[i][j] = x[at++] / ROOT_TWO;
        p[j][i] = p[i][j];
      }
      p[i][i] = x[at++];
    }
    return p;
  }

  /// `s` of the unknowns.
  static double slackOf(double[] x) {
    return x[x.length - 1];
  }

  @Override
  public int size() {
    return a.length * (a.length + 1) / 2 + 1;
  }

  @Override
  public double order() {
    return a.length;
  }

  private double[][] at(double[] x) {
    return at(matrix(a.length, x), slackOf(x));
  }

  /// `S(P, s)`.
  double[][] at(double[][] p, double s) {
    double[][] block = SymmetricMatrices.congruent(a, p);
    for (int i = 0; i < p.length; i++) {
      for (int j = 0; j < p.length; j++) {
        block[i][j] = c * p[i][j] - block[i][j];
      }
      block[i][i] -= slack * s + floor;
    }
    return block;
  }

  @Override
  public double violation(double[] x) {
    return -SymmetricMatrices.least(at(x));
  }

  private static Optional<Cholesky<Double>> factored(double[][] s) {
    Cholesky<Double> cholesky = Cholesky.R064.make(RawStore.wrap(s));
    return cholesky.decompose(RawStore.wrap(s)) && cholesky.isSPD()
        ? Optional.of(cholesky)
        : Optional.empty();
  }

  @Override
  public double value(double[] x) {
    Optional<Cholesky<Double>> factored = factored(at(x));
    if (factored.isEmpty()) {
      return Double.NaN;
    }
    MatrixStore<Double> l = factored.get().getL();
    double phi = 0;
    for (int i = 0; i < a.length; i++) {
      phi -= 2 * Math.log(l.doubleValue(i, i));
    }
    return phi;
  }

  /// `U = S⁻¹`: up to a factor, on the central path, the multiplier of the block.
  double[][] inverse(double[] x) {
    MatrixStore<Double> inverse = factored(at(x)).orElseThrow().getInverse();
    return SymmetricMatrices.symmetrised(inverse.toRawCopy2D());
  }

  /// `−⟨U, dS⟩`.
  @Override
  public void addGradient(double[] x, double[] gradient) {
    double[][] u = inverse(x);
    int n = u.length;
    double[][] w =
        SymmetricMatrices.product(SymmetricMatrices.product(a, u), SymmetricMatrices.transposed(a));
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double weight = i == j ? 1 : ROOT_TWO;
        gradient[at++] -= weight * (c * u[i][j] - w[i][j]);
      }
    }
    gradient[at] += slack * SymmetricMatrices.trace(u);
  }

  /// `tr(U dS U dS')`. With `V = A U` and `W = A U Aᵀ` it is made of products of two entries:
  /// `tr(X E X' E')` of elementary `E`, `E'` needs no matrix product.
  @Override
  public void addHessian(double[] x, double[][] hessian) {
    double[][] u = inverse(x);
    int n = u.length;
    double[][] v = SymmetricMatrices.product(a, u);
    double[][] w = SymmetricMatrices.product(v, SymmetricMatrices.transposed(a));
    double[][] vv = SymmetricMatrices.product(v, SymmetricMatrices.transposed(v));
    double[][] uu = SymmetricMatrices.product(u, u);
    int last = n * (n + 1) / 2;
    int row = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        int column = 0;
        double weight = i == j ? ROOT_HALF : 1;
        for (int k = 0; k < n && column <= row; k++) {
          for (int l = 0; l <= k && column <= row; l++) {
            double both = weight * (k == l ? ROOT_HALF : 1);
            double mixed = quad(v, i, j, k, l) + quad(v, k, l, i, j);
            double entry = both * (c * c * quad(u, i, j, k, l) - c * mixed + quad(w, i, j, k, l));
            hessian[row][column] += entry;
            if (column < row) {
              hessian[column][row] += entry;
            }
            column++;
          }
        }
        double slope = (i == j ? 1 : ROOT_TWO) * slack * (vv[i][j] - c * uu[i][j]);
        hessian[row][last] += slope;
        hessian[last][row] += slope;
        row++;
      }
    }
    hessian[last][last] += slack * slack * SymmetricMatrices.trace(uu);
  }

  /// `X_ki X_lj + X_kj X_li`.
  private static double quad(double[][] x, int i, int j, int k, int l) {
    return x[k][i] * x[l][j] + x[k][j] * x[l][i];
  }
}
