package org.costate.adjoint.sweep;

import java.util.Optional;
import org.costate.model.NumericalException;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Operator;
import org.costate.model.scheme.Fault;
import org.costate.model.scheme.Step;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Catches values that are not finite, and says where they came up first.
final class Finiteness {
  private Finiteness() {}

  /// Whether all of `values` are finite: their sum tells, unless it overflows.
  static boolean holds(Slice values, Kernels kernels) {
    return Double.isFinite(kernels.sum(values.length(), values.array(), values.offset()))
        || firstBad(values) < 0;
  }

  /// @throws NumericalException naming the operator, the token and the first bad index
  static void requireOf(Operator operator, Slice values, Shape s, Kernels kernels) {
    if (!holds(values, kernels)) {
      throw failure(operator.name(), values, s, operator.outputWidth());
    }
  }

  /// @param line lines of step `n` in front of `step`, which may be a part of it
  /// @throws NumericalException naming step, substep, token and first bad index of the state behind
  ///     step `n` from `p`
  static void requireAfter(Step step, int n, int line, Point p, Slice next, Workspace w) {
    if (holds(next, w.kernels())) {
      return;
    }
    Optional<Fault> fault = step.firstFault(p, w);
    if (fault.isEmpty()) {
      throw failure(step.name(), next, p.shape(), step.outputWidth()).inStep(n, -1);
    }
    Fault f = fault.get();
    String found = "found " + f.value() + " in feature " + f.feature() + ", expected finite values";
    throw new NumericalException(f.operator(), f.sequence(), f.token(), found)
        .inStep(n, line + f.line() - 1);
  }

  /// @param square of the costate's norm, which is finite only if all of it is
  /// @throws NumericalException naming the step whose adjoint gave a costate that is not finite
  static void requireCostate(int n, double square, Slice costate, Shape s, int width) {
    if (!Double.isFinite(square) && firstBad(costate) >= 0) {
      throw failure("costate", costate, s, width).inStep(n, -1);
    }
  }

  private static NumericalException failure(String what, Slice values, Shape s, int width) {
    int at = firstBad(values);
    int row = at / width;
    return new NumericalException(
        what,
        row / s.tokens(),
        row % s.tokens(),
        "found %s in feature %d, expected finite values".formatted(values.at(at), at % width));
  }

  private static int firstBad(Slice values) {
    for (int i = 0; i < values.length(); i++) {
      if (!Double.isFinite(values.at(i))) {
        return i;
      }
    }
    return -1;
  }
}
