package org.costate.control.cost;

import org.costate.adjoint.cost.RunningCost;
import org.costate.model.state.Point;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Energy of the state at the beginning of a step: `h ℓ = h κ/2 ‖u_n‖²` for every sequence, summed
/// over its tokens and features, padding included.
///
/// @param weight `κ ≥ 0`
public record StateEnergy(double weight) implements RunningCost {
  /// @throws IllegalArgumentException if the weight is negative or not finite
  public StateEnergy {
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          "state energy: found weight " + weight + ", expected a finite number of at least 0");
    }
  }

  @Override
  public double value(Point p, Slice next, double scale, Workspace w) {
    Slice u = p.u();
    return 0.5
        * scale
        * p.h()
        * weight
        * w.kernels().dot(u.length(), u.array(), u.offset(), u.array(), u.offset());
  }

  @Override
  public void addAdjoint(
      Point p, Slice next, double scale, Variation bar, Slice nextBar, Workspace w) {
    add(p, p.u(), scale, bar.u(), w);
  }

  @Override
  public void addSecond(
      Point p,
      Slice next,
      Variation v,
      Slice dNext,
      double scale,
      Variation barDot,
      Slice nextBarDot,
      Workspace w) {
    add(p, v.u(), scale, barDot.u(), w);
  }

  private void add(Point p, Slice u, double scale, Slice bar, Workspace w) {
    if (!u.isNone() && !bar.isNone()) {
      double factor = scale * p.h() * weight;
      w.kernels().axpy(u.length(), factor, u.array(), u.offset(), bar.array(), bar.offset());
    }
  }
}
