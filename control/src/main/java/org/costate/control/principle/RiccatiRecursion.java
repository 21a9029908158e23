package org.costate.control.principle;

import java.util.Optional;
import org.hipparchus.exception.MathIllegalArgumentException;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/// The least cost of a linear–quadratic problem in closed form, by the discrete Riccati recursion:
/// for `x_{n+1} = x_n F + θ_n G` (states are rows) and
/// `J = k/2 ‖x_N‖² + Σ_n q/2 ‖x_n‖² + r/2 ‖θ_n‖²`,
///
/// `P_N = k I`, `P_n = q I + (F − K G) P_{n+1} Fᵀ`, `K = F P_{n+1} Gᵀ (r I + G P_{n+1} Gᵀ)⁻¹`,
/// `min J = ½ x_0 P_0 x_0ᵀ`.
///
/// It shares nothing with sweeps and optimisers, which are judged by it.
///
/// @param f `F`
/// @param g `G`, a row per input
/// @param state `q ≥ 0`
/// @param control `r ≥ 0`
/// @param terminal `k ≥ 0`
public record RiccatiRecursion(
    double[][] f, double[][] g, double state, double control, double terminal) {
  private static final double SYMMETRY = 1e-10;

  /// `min J` over `steps` steps from `start`; empty where controls are free in some direction, so
  /// that no single one is best.
  public Optional<Double> leastCost(double[] start, int steps) {
    RealMatrix step = new Array2DRowRealMatrix(f);
    RealMatrix input = new Array2DRowRealMatrix(g);
    RealMatrix p = identity(start.length, terminal);
    for (int n = 0; n < steps; n++) {
      RealMatrix pg = p.multiply(input.transpose());
      RealMatrix s = input.multiply(pg).add(identity(g.length, control));
      RealMatrix gain;
      try {
        gain =
            new CholeskyDecomposition(s, SYMMETRY, 0)
                .getSolver()
                .solve(step.multiply(pg).transpose())
                .transpose();
      } catch (MathIllegalArgumentException e) {
        return Optional.empty();
      }
      RealMatrix closed = step.subtract(gain.multiply(input));
      RealMatrix next = closed.multiply(p).multiply(step.transpose());
      p = next.add(next.transpose()).scalarMultiply(0.5).add(identity(start.length, state));
    }
    RealMatrix x = new Array2DRowRealMatrix(new double[][] {start});
    return Optional.of(0.5 * x.multiply(p).multiply(x.transpose()).getEntry(0, 0));
  }

  private static RealMatrix identity(int size, double factor) {
    return MatrixUtils.createRealIdentityMatrix(size).scalarMultiply(factor);
  }
}
