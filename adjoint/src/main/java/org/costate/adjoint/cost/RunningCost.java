package org.costate.adjoint.cost;

import org.costate.model.state.Point;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// A cost of every step, `h ℓ(u_n, u_{n+1}, θ_n)` summed over the sequences of an ensemble; `scale`
/// is one over their number. It sees both ends of the step, so a cost of the velocity
/// `(u_{n+1} − u_n)/h` needs no second pass through the step's adjoint.
///
/// Immutable; no method allocates or claims scratch.
public interface RunningCost {
  /// `scale · h ℓ`, the factor `h` included.
  ///
  /// @param p the step's start: `t`, `h`, `u_n`, `θ_n`
  /// @param next `u_{n+1}`
  double value(Point p, Slice next, double scale, Workspace w);

  /// Adds the derivatives of [#value] with respect to `u_n` and `θ_n` to `bar`, and with respect to
  /// `u_{n+1}` to `nextBar`.
  ///
  /// @param bar modified: added to; an absent part is skipped
  /// @param nextBar modified: added to
  void addAdjoint(Point p, Slice next, double scale, Variation bar, Slice nextBar, Workspace w);

  /// Adds to `barDot` and `nextBarDot` the derivative of [#addAdjoint] along `(v, δu_{n+1})`.
  ///
  /// @param v direction of `(u_n, θ_n)`; an absent part is zero
  /// @param dNext direction of `u_{n+1}`; may be absent
  /// @param barDot modified: added to; an absent part is skipped
  /// @param nextBarDot modified: added to
  void addSecond(
      Point p,
      Slice next,
      Variation v,
      Slice dNext,
      double scale,
      Variation barDot,
      Slice nextBarDot,
      Workspace w);
}
