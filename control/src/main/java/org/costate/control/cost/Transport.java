package org.costate.control.cost;

import org.costate.adjoint.cost.RunningCost;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Point;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Optimal-transport cost of a step: `h ℓ = h κ/(n d) ‖(u_{n+1} − u_n)/h‖²` for every sequence,
/// with `n d` its real, unpadded entries. Its minimisers move on straight lines at constant speed.
///
/// With token quadrature weights `w_j`, the norm is `Σ_j w_j ‖·‖²` and `n` is `Σ_j w_j`, which for
/// weights 0 and 1 is the number of unpadded tokens.
///
/// @param weight `κ ≥ 0`
public record Transport(double weight) implements RunningCost {
  /// @throws IllegalArgumentException if the weight is negative or not finite
  public Transport {
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          "transport cost: found weight " + weight + ", expected a finite number of at least 0");
    }
  }

  @Override
  public double value(Point p, Slice next, double scale, Workspace w) {
    int width = p.u().length() / p.shape().positions();
    double sum = 0;
    for (int b = 0; b < p.shape().batch(); b++) {
      double factor = factor(p, b, width);
      for (int row = b * p.shape().tokens(); row < (b + 1) * p.shape().tokens(); row++) {
        double[] to = next.array();
        double[] from = p.u().array();
        int t = next.offset() + row * width;
        int f = p.u().offset() + row * width;
        double squares = 0;
        for (int k = 0; k < width; k++) {
          double d = to[t + k] - from[f + k];
          squares += d * d;
        }
        sum += factor * tokenWeight(p, row) * squares;
      }
    }
    return scale * sum;
  }

  @Override
  public void addAdjoint(
      Point p, Slice next, double scale, Variation bar, Slice nextBar, Workspace w) {
    add(p, next, p.u(), scale, bar.u(), nextBar, w.kernels());
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
    add(p, dNext, v.u(), scale, barDot.u(), nextBarDot, w.kernels());
  }

  /// Adds `± 2 κ scale w_j / (n d h) (after − before)`: the cost is quadratic, so this serves the
  /// gradient and its derivative alike.
  private void add(
      Point p, Slice after, Slice before, double scale, Slice bar, Slice nextBar, Kernels kernels) {
    int width = p.u().length() / p.shape().positions();
    for (int b = 0; b < p.shape().batch(); b++) {
      double factor = 2 * scale * factor(p, b, width);
      for (int row = b * p.shape().tokens(); row < (b + 1) * p.shape().tokens(); row++) {
        double term = factor * tokenWeight(p, row);
        addRow(width, row, term, after, nextBar, kernels);
        addRow(width, row, -term, before, nextBar, kernels);
        addRow(width, row, -term, after, bar, kernels);
        addRow(width, row, term, before, bar, kernels);
      }
    }
  }

  private static void addRow(
      int width, int row, double factor, Slice from, Slice to, Kernels kernels) {
    if (!from.isNone() && !to.isNone()) {
      int at = row * width;
      kernels.axpy(width, factor, from.array(), from.offset() + at, to.array(), to.offset() + at);
    }
  }

  /// `κ/(n d h)` of sequence `b`; 0 for a sequence of padding only.
  private double factor(Point p, int b, int width) {
    int tokens = p.shape().tokens();
    double n = tokens;
    if (p.batch().tokenWeights().isPresent()) {
      n = 0;
      for (int j = b * tokens; j < (b + 1) * tokens; j++) {
        n += p.batch().tokenWeights().get()[j];
      }
    }
    return n > 0 ? weight / (n * width * p.h()) : 0;
  }

  private static double tokenWeight(Point p, int row) {
    return p.batch().tokenWeights().isEmpty() ? 1 : p.batch().tokenWeights().get()[row];
  }
}
