package org.costate.control.constrain;

import org.costate.adjoint.cost.RunningCost;
import org.costate.model.state.Point;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// How far the states are outside a set that every token must lie in: half the mean square
/// `½ dist²(u_{n+1}, S)` over steps, sequences and tokens, as a running cost. It is smooth, and 0
/// exactly where all states are inside.
///
/// @param set `S`, a box or a ball: of one token
/// @param steps `N`
record StateDistance(ConstraintSet set, int steps) implements RunningCost {
  StateDistance {
    if (!(set instanceof Box || set instanceof NormBall)) {
      throw new IllegalArgumentException(
          "state constraint: found " + set.formula() + ", expected a box or a norm ball");
    }
  }

  private double share(Point p, double scale) {
    return scale / (steps * (double) p.shape().tokens());
  }

  @Override
  public double value(Point p, Slice next, double scale, Workspace w) {
    int width = set.size();
    double sum = 0;
    for (int at = 0; at < next.length(); at += width) {
      sum += square(next, at);
    }
    return 0.5 * share(p, scale) * sum;
  }

  private double square(Slice next, int at) {
    double[] x = next.array();
    int from = next.offset() + at;
    return switch (set) {
      case Box box -> {
        double sum = 0;
        for (int k = from; k < from + box.size(); k++) {
          double outside = outside(box, x[k]);
          sum += outside * outside;
        }
        yield sum;
      }
      case NormBall ball -> {
        double outside = Math.max(0, norm(next, at) - ball.radius());
        yield outside * outside;
      }
      default -> throw new IllegalStateException();
    };
  }

  private static double outside(Box box, double x) {
    return x - Math.clamp(x, box.lower(), box.upper());
  }

  private double norm(Slice u, int at) {
    double square = 0;
    for (int k = at; k < at + set.size(); k++) {
      square += u.at(k) * u.at(k);
    }
    return Math.sqrt(square);
  }

  @Override
  public void addAdjoint(
      Point p, Slice next, double scale, Variation bar, Slice nextBar, Workspace w) {
    double share = share(p, scale);
    for (int at = 0; at < next.length(); at += set.size()) {
      double factor = set instanceof NormBall ball ? 1 - ball.radius() / norm(next, at) : 0;
      for (int k = at; k < at + set.size(); k++) {
        double x = next.at(k);
        double slope = set instanceof Box box ? outside(box, x) : Math.max(0, factor) * x;
        nextBar.array()[nextBar.offset() + k] += share * slope;
      }
    }
  }

  /// For a box, the directions outside; for a ball `(1 − r/‖x‖) I + r x xᵀ/‖x‖³` outside.
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
    if (dNext.isNone()) {
      return;
    }
    double share = share(p, scale);
    for (int at = 0; at < next.length(); at += set.size()) {
      if (set instanceof Box box) {
        for (int k = at; k < at + box.size(); k++) {
          double bent = outside(box, next.at(k)) == 0 ? 0 : dNext.at(k);
          nextBarDot.array()[nextBarDot.offset() + k] += share * bent;
        }
      } else if (set instanceof NormBall ball) {
        addSecond(ball, next, dNext, at, share, nextBarDot);
      }
    }
  }

  private void addSecond(
      NormBall ball, Slice next, Slice dNext, int at, double share, Slice nextBarDot) {
    double norm = norm(next, at);
    if (norm <= ball.radius()) {
      return;
    }
    double along = 0;
    for (int k = at; k < at + ball.size(); k++) {
      along += next.at(k) * dNext.at(k);
    }
    double ratio = ball.radius() / norm;
    for (int k = at; k < at + ball.size(); k++) {
      double bent = (1 - ratio) * dNext.at(k) + ratio * along / (norm * norm) * next.at(k);
      nextBarDot.array()[nextBarDot.offset() + k] += share * bent;
    }
  }
}
