package org.costate.control.lyapunov;

import java.util.List;

/// One quadratic function `V(x) = ⟨x, P x⟩` for a whole set of matrices, with the best rate `μ`:
///
///     A_iᵀ P A_i ⪯ μ² P   for all i,   P ≻ 0:
///
/// under any product of `k` of them, in any order, `‖x‖` grows by at most `√cond(P) μ^k`. The least
/// `μ` is found by bisection, a linear matrix inequality at a time (Boyd, El Ghaoui, Feron and
/// Balakrishnan, *Linear Matrix Inequalities in System and Control Theory*, 1994, section 5.1).
/// Both ends of the bracket are proven by numbers that can be checked without the solver: the upper
/// one by `P`, the lower one by the spectral radius of one of the matrices or by multipliers
/// `Z_i ⪰ 0` with
///
///     M = Σ_i (A_i Z_i A_iᵀ/μ² − Z_i),   tr M + (κ − 1) n min(0, λ_min(M)) > 0:
///
/// a `P` of rate `μ` would have `⟨M, P⟩ ≤ 0`, but no `P ⪰ I` with `tr P ≤ κ n` has.
///
/// @param p `P`, scaled to a least eigenvalue of 1
/// @param rate upper end: the rate of `P`
/// @param lowerBound lower end: no `P` of condition number up to `Search.condition / n` is better
/// @param multipliers the `Z_i` that prove it; none where a spectral radius does
/// @param settled whether the bracket is as narrow as was asked for; otherwise the numbers gave out
public record CommonFunction(
    double[][] p, double rate, double lowerBound, List<double[][]> multipliers, boolean settled) {
  /// What is said about the set.
  public enum Verdict {
    /// Every matrix of the set, in any order, makes `V` fall: the rate is below 1.
    CONTRACTION,
    /// No common quadratic function falls under all matrices: proven.
    NONE,
    /// The bracket holds 1.
    OPEN
  }

  /// How far the rate is sought.
  ///
  /// @param tolerance relative width of the bracket to end with
  /// @param condition `κ`, at least 10: `P` has no eigenvalue above `κ n` times its least one
  public record Search(double tolerance, double condition) {
    public Search {
      if (!(tolerance > 0) || !(condition >= 10)) {
        throw new IllegalArgumentException(
            "lyapunov function: found tolerance %s and condition %s, expected > 0 and >= 10"
                .formatted(tolerance, condition));
      }
    }

    /// Rates to `1e-6`, condition numbers of about a million.
    public static Search standard() {
      return new Search(1e-6, 1e6);
    }
  }

  /// The best function for `matrices`, all `n × n`.
  ///
  /// @throws IllegalArgumentException if there are none or they differ in size
  public static CommonFunction of(List<double[][]> matrices, Search search) {
    if (matrices.isEmpty()) {
      throw new IllegalArgumentException("lyapunov function: found no matrices, expected some");
    }
    int n = matrices.getFirst().length;
    for (double[][] a : matrices) {
      if (a.length != n || a[0].length != n) {
        throw new IllegalArgumentException(
            "lyapunov function: found a matrix of %d × %d, expected %d × %d"
                .formatted(a.length, a[0].length, n, n));
      }
    }
    return new RateBisection(matrices, search).run();
  }

  /// Whether the set contracts.
  public Verdict verdict() {
    if (rate < 1) {
      return Verdict.CONTRACTION;
    }
    return lowerBound >= 1 ? Verdict.NONE : Verdict.OPEN;
  }

  /// Condition number of `P`.
  public double condition() {
    double[] all = SymmetricMatrices.eigenvalues(p);
    return all[all.length - 1] / all[0];
  }

  /// What the inequalities are violated by at the rate: the largest of
  /// `−λ_min(μ² P − A_iᵀ P A_i)/(μ² ‖P‖)` and `−λ_min(P)/‖P‖`, at least 0.
  public double residual(List<double[][]> matrices) {
    double norm = SymmetricMatrices.largest(p);
    double worst = -SymmetricMatrices.least(p) / norm;
    for (double[][] a : matrices) {
      double[][] block = new LyapunovBlock("rate", rate * rate, a, 0, 0).at(p, 0);
      worst = Math.max(worst, -SymmetricMatrices.least(block) / (rate * rate * norm));
    }
    return Math.max(0, worst);
  }
}
