package org.costate.control.lyapunov;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A quadratic Lyapunov function that changes along a trajectory, by the discrete recursion
///
///     P_N = I,   P_n = I + A_nᵀ P_{n+1} A_n,
///
/// so that `V_n(x) = ⟨x, P_n x⟩` falls by `‖x‖²` in every step: `A_nᵀ P_{n+1} A_n − P_n = −I`. It
/// is the energy still to come, `V_n(x) = Σ_{m ≥ n} ‖A_{m−1} ⋯ A_n x‖²`, and `λ_max(P_n)` that of
/// the worst perturbation.
///
/// @param p `P_0 … P_N`
public record TrajectoryFunction(List<double[][]> p) {
  /// Largest relative residual that passes.
  public static final double TOLERANCE = 1e-9;

  public TrajectoryFunction {
    p = List.copyOf(p);
  }

  /// The function of a product of square matrices `A_0 … A_{N−1}`.
  public static TrajectoryFunction of(List<double[][]> matrices) {
    List<double[][]> backwards = new ArrayList<>();
    double[][] next = SymmetricMatrices.identity(matrices.getFirst().length);
    backwards.add(next);
    for (int n = matrices.size() - 1; n >= 0; n--) {
      double[][] here = SymmetricMatrices.identity(next.length);
      SymmetricMatrices.add(1, SymmetricMatrices.congruent(matrices.get(n), next), here);
      backwards.add(here);
      next = here;
    }
    Collections.reverse(backwards);
    return new TrajectoryFunction(backwards);
  }

  /// `max_n ‖A_nᵀ P_{n+1} A_n − P_n + I‖_F/‖P_n‖_F`.
  ///
  /// @param matrices `A_n`
  /// @param transposed `A_nᵀ`, which may come from elsewhere: from adjoints, where the matrices
  ///     come from tangents
  public double residual(List<double[][]> matrices, List<double[][]> transposed) {
    double worst = 0;
    for (int n = 0; n < matrices.size(); n++) {
      double[][] rest =
          SymmetricMatrices.product(
              SymmetricMatrices.product(transposed.get(n), p.get(n + 1)), matrices.get(n));
      SymmetricMatrices.add(-1, p.get(n), rest);
      SymmetricMatrices.add(1, SymmetricMatrices.identity(rest.length), rest);
      worst = Math.max(worst, frobenius(rest) / frobenius(p.get(n)));
    }
    return worst;
  }

  private static double frobenius(double[][] x) {
    double square = 0;
    for (double[] row : x) {
      for (double entry : row) {
        square += entry * entry;
      }
    }
    return Math.sqrt(square);
  }

  /// `λ_max(P_n)`, `n = 0 … N`.
  public double[] largest() {
    return p.stream().mapToDouble(SymmetricMatrices::largest).toArray();
  }
}
