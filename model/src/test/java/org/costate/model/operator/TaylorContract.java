package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.kernel.Kernels;

/// Taylor remainders of `φ(h) = <λ, F(p + h v)>` over the ladder `h = 0.01/2^i`, `i = 0 … 12`:
///
/// ```
/// r0 = |φ(h) − φ(0)|                                    slope 1
/// r1 = |φ(h) − φ(0) − h <Jᵀλ, v>|                       slope 2
/// r2 = |φ(h) − φ(0) − h <Jᵀλ, v> − h²/2 <H v, v>|       slope 3
/// ```
///
/// The window of a remainder are the steps on which it stands above rounding and, for a piecewise
/// smooth operator, on which nothing changed its sign. The verdict is the least of the last three
/// rates in the window, best of three directions. A remainder that lies in rounding on the whole
/// ladder is that of a polynomial and passes.
public final class TaylorContract {
  private static final int STEPS = 13;
  private static final double FLOOR = 1e-13;
  private static final double[] SMOOTH = {0.95, 1.95, 2.95};
  private static final double[] KINKED = {0.95, 1.9, 2.9};

  private final OperatorCase entry;
  private final Probe probe;
  private final Draw draw = new Draw(77);

  /// @param kernels the arithmetic under test
  public TaylorContract(OperatorCase entry, Kernels kernels) {
    this.entry = entry;
    this.probe = new Probe(entry, kernels);
  }

  void remaindersFallAtTheirOrders() {
    Pair p = entry.point(draw);
    double[] lambda = draw.normal(entry.outputSize());
    double[] best = {-1, -1, -1};
    for (int direction = 0; direction < 3; direction++) {
      double[] rates = rates(p, entry.direction(draw), lambda);
      for (int k = 0; k < 3; k++) {
        best[k] = Math.max(best[k], rates[k]);
      }
    }
    double[] expected = entry.kinked() ? KINKED : SMOOTH;
    for (int k = 0; k < 3; k++) {
      assertTrue(best[k] >= 0, entry + ": Taylor remainder " + k + " has no window");
      assertTrue(
          best[k] >= expected[k], entry + ": Taylor remainder " + k + " falls as h^" + best[k]);
    }
  }

  /// Rates of the three remainders: −1 without a window, infinite if a remainder lies in rounding
  /// throughout.
  private double[] rates(Pair p, Pair v, double[] lambda) {
    Probe.Value start = probe.value(p, true);
    double slope = probe.adjoint(p, lambda).dot(v);
    double curvature = probe.second(p, v, lambda, new double[lambda.length]).barDot().dot(v);
    double floor = FLOOR * Pair.norm(lambda) * Pair.norm(start.y());
    List<List<Double>> windows = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    boolean[] aboveRounding = new boolean[3];
    for (int i = 0; i < STEPS; i++) {
      double h = Math.scalb(0.01, -i);
      Pair moved = p.plus(h, v);
      Probe.Value end = probe.value(moved, true);
      double[] r = remainders(Pair.plus(end.y(), -1, start.y()), lambda, h, slope, curvature);
      boolean smooth = !entry.kinked() || sameSigns(p, start, moved, end);
      for (int k = 0; k < 3; k++) {
        boolean above = r[k] > floor;
        aboveRounding[k] |= above && smooth;
        if (above && smooth) {
          windows.get(k).add(r[k]);
        }
      }
    }
    double[] rates = new double[3];
    for (int k = 0; k < 3; k++) {
      rates[k] = aboveRounding[k] ? rate(windows.get(k)) : Double.POSITIVE_INFINITY;
    }
    return rates;
  }

  private static double[] remainders(
      double[] change, double[] lambda, double h, double slope, double curvature) {
    double r0 = Pair.dot(change, lambda);
    double r1 = r0 - h * slope;
    double r2 = r1 - h * h / 2 * curvature;
    return new double[] {Math.abs(r0), Math.abs(r1), Math.abs(r2)};
  }

  private static double rate(List<Double> window) {
    if (window.size() < 4) {
      return -1;
    }
    double least = Double.POSITIVE_INFINITY;
    for (int i = window.size() - 3; i < window.size(); i++) {
      least = Math.min(least, Math.log(window.get(i - 1) / window.get(i)) / Math.log(2));
    }
    return least;
  }

  private static boolean sameSigns(Pair p, Probe.Value start, Pair moved, Probe.Value end) {
    return sameSigns(p.u(), moved.u())
        && sameSigns(start.record(), end.record())
        && sameSigns(start.y(), end.y());
  }

  private static boolean sameSigns(double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      if (Math.signum(x[i]) != Math.signum(y[i])) {
        return false;
      }
    }
    return true;
  }
}
