package org.costate.control.stability;

import java.util.List;
import org.costate.adjoint.LinearMap;
import org.costate.control.lyapunov.CommonFunction;
import org.costate.control.lyapunov.TrajectoryFunction;

/// Quadratic Lyapunov functions of the steps of a trajectory: one that changes from step to step,
/// and one for all steps in any order, each on all of the state where it is small, else on the span
/// of its leading directions.
///
/// @param recursionStates directions of the changing function
/// @param recursionWhole whether these are all
/// @param energy `λ_max(P_n)`, `n = 0 … N`: the largest sum of the squared lengths of a unit
///     perturbation at `u_n` there and at all later states
/// @param recursionResidual of the recursion, relative, matrices by tangents and by adjoints
/// @param states directions of the common function
/// @param whole whether these are all
/// @param common the function and its rate
/// @param residual of its inequalities, relative
public record LyapunovFunctions(
    int recursionStates,
    boolean recursionWhole,
    double[] energy,
    double recursionResidual,
    int states,
    boolean whole,
    CommonFunction common,
    double residual) {
  /// A common function is sought for at most so many directions of a larger state.
  public static final int MOST = 12;

  /// A common function is sought for the whole of a state of at most so many numbers.
  public static final int SMALLEST = 16;

  private static final CommonFunction.Search SEARCH = new CommonFunction.Search(1e-5, 1e6);

  /// The functions of `maps`.
  ///
  /// @param leading orthonormal directions at the first state, those that grow most first: where
  ///     the state is small, only needed if it has more than [#SMALLEST] numbers
  static LyapunovFunctions of(List<? extends LinearMap> maps, Frame leading) {
    int dimension = maps.getFirst().cols();
    boolean small = dimension <= StabilityOptions.SMALL;
    boolean smallest = dimension <= SMALLEST;
    SubspaceSteps all = small ? SubspaceSteps.whole(maps) : SubspaceSteps.along(maps, leading);
    SubspaceSteps few = small && !smallest ? SubspaceSteps.along(maps, leading) : all;
    TrajectoryFunction recursion = TrajectoryFunction.of(all.matrices());
    CommonFunction common = CommonFunction.of(few.matrices(), SEARCH);
    return new LyapunovFunctions(
        all.size(),
        all.whole(),
        recursion.largest(),
        recursion.residual(all.matrices(), all.transposed()),
        few.size(),
        few.whole(),
        common,
        common.residual(few.matrices()));
  }

  /// Whether both residuals are within [TrajectoryFunction#TOLERANCE].
  public boolean pass() {
    return recursionResidual <= TrajectoryFunction.TOLERANCE
        && residual <= TrajectoryFunction.TOLERANCE;
  }

  /// What the common function says, in a sentence.
  public String sentence() {
    String where =
        whole
            ? "all %d directions of the state".formatted(states)
            : "the span of the %d leading directions, and no others".formatted(states);
    return switch (common.verdict()) {
      case CONTRACTION ->
          "One quadratic function falls under every layer, in any order: by the factor %.6g at"
                  .formatted(common.rate())
              + " least. This holds for "
              + where
              + ".";
      case NONE ->
          "No quadratic function falls under every layer: the best rate is at least %.6g, which"
                  .formatted(common.lowerBound())
              + " is proven for "
              + where
              + ".";
      case OPEN ->
          "Whether a quadratic function falls under every layer is open: the best rate lies between"
              + " %.8g and %.8g, for ".formatted(common.lowerBound(), common.rate())
              + where
              + ".";
    };
  }
}
