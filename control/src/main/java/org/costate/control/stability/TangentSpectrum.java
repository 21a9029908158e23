package org.costate.control.stability;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.adjoint.LinearMap;
import org.costate.adjoint.sweep.Linearisation;

/// All Lyapunov exponents on the tangent space of the set on which the states lie, with the sum
/// rule `Σ_i λ_i = (1/L) Σ_n log |det T_{n+1}ᵀ A_n T_n|` as their witness: the exponents come from
/// QR of products, the determinants from an LU decomposition of the matrix of each step in
/// orthonormal bases `T_n` of the tangent spaces.
///
/// The start frame is made of the single coordinates, the last token first. A causal mask makes all
/// matrices block triangular in the tokens; from this frame on they stay so, and the LU
/// decomposition takes them transposed for the same reason: no rounding error of one token gets
/// into the smaller numbers of another.
///
/// @param firstState the first state on the set: steps before it do not count
/// @param dimension of the tangent space
/// @param exponents in descending order
/// @param sum `Σ_i λ_i`
/// @param meanLogDeterminant the right-hand side
public record TangentSpectrum(
    int firstState, int dimension, double[] exponents, double sum, double meanLogDeterminant) {
  /// Largest difference of the two sides that passes.
  public static final double TOLERANCE = 1e-10;

  /// The spectrum along a trajectory; absent where no step is left behind the first state on the
  /// set, or a gain is zero.
  static Optional<TangentSpectrum> of(Linearisation trajectory, TangentSpaces spaces) {
    int first = spaces.first();
    List<LinearMap> maps = new ArrayList<>();
    Optional<TangentBasis> from = spaces.basis(first);
    for (int n = first; n < trajectory.steps(); n++) {
      Optional<TangentBasis> to = spaces.basis(n + 1);
      if (from.isEmpty() || to.isEmpty()) {
        return Optional.empty();
      }
      LinearMap map = trajectory.propagator(n, n + 1);
      maps.add(TangentBasis.restricted(map, from.get(), to.get()));
      from = to;
    }
    return maps.isEmpty() ? Optional.empty() : Optional.of(of(maps, first));
  }

  /// The spectrum of a product of square matrices, with the sum rule.
  public static TangentSpectrum of(List<? extends LinearMap> maps, int firstState) {
    int dimension = maps.getFirst().cols();
    LyapunovSpectrum spectrum = LyapunovSpectrum.of(maps, Frame.backwards(dimension));
    double determinants = 0;
    for (LinearMap map : maps) {
      determinants += Assembled.logDeterminant(Assembled.matrix(map).transpose());
    }
    return new TangentSpectrum(
        firstState,
        dimension,
        descending(spectrum.exponents()),
        spectrum.sum(),
        determinants / maps.size());
  }

  /// What the sum rule is violated by.
  public double violation() {
    return Math.abs(sum - meanLogDeterminant);
  }

  static double[] descending(double[] values) {
    double[] sorted = values.clone();
    java.util.Arrays.sort(sorted);
    for (int i = 0, j = sorted.length - 1; i < j; i++, j--) {
      double kept = sorted[i];
      sorted[i] = sorted[j];
      sorted[j] = kept;
    }
    return sorted;
  }
}
