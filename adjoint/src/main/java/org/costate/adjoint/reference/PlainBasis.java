package org.costate.adjoint.reference;

import org.costate.model.time.Constant;
import org.costate.model.time.Legendre;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.PiecewiseLinear;
import org.costate.model.time.TimeBasis;
import org.hipparchus.analysis.polynomials.PolynomialFunction;
import org.hipparchus.analysis.polynomials.PolynomialsUtils;

/// The functions of time `φ_k` once more, from their definitions.
final class PlainBasis {
  /// Distance, in units of the step, by which a time is moved into its step before it is asked in
  /// which cell it lies.
  private static final double INSIDE = 1e-9;

  private PlainBasis() {}

  /// `φ_k(t)` or `φ_k'(t)`, seen from inside the step `[from, from + h]`.
  static double value(TimeBasis basis, int k, int derivative, double t, double from, double h) {
    boolean last = from + h - t < INSIDE * h;
    double inside = last ? t - INSIDE * h : t + INSIDE * h;
    return switch (basis) {
      case Constant _ -> derivative == 0 ? 1 : 0;
      case PiecewiseConstant b -> derivative == 0 && cell(inside, b.count(), b.end()) == k ? 1 : 0;
      case PiecewiseLinear b -> hat(b, k, derivative, t, inside);
      case Legendre b -> legendre(b, k, derivative, t);
      default ->
          throw new IllegalArgumentException(
              "reference interpreter: found the unknown functions of time "
                  + basis.name()
                  + ", expected piecewise constant, piecewise linear, legendre or constant");
    };
  }

  private static int cell(double inside, int cells, double end) {
    int found = (int) Math.floor(inside * cells / end);
    return Math.min(Math.max(found, 0), cells - 1);
  }

  /// The hat function of node `k`: its left leg on cell `k − 1`, its right leg on cell `k`.
  private static double hat(PiecewiseLinear b, int k, int derivative, double t, double inside) {
    int cells = b.count() - 1;
    double width = b.end() / cells;
    int cell = cell(inside, cells, b.end());
    if (cell == k - 1) {
      return derivative == 0 ? (t - (k - 1) * width) / width : 1 / width;
    }
    if (cell == k) {
      return derivative == 0 ? ((k + 1) * width - t) / width : -1 / width;
    }
    return 0;
  }

  private static double legendre(Legendre b, int k, int derivative, double t) {
    PolynomialFunction p = PolynomialsUtils.createLegendrePolynomial(k);
    double x = 2 * t / b.end() - 1;
    return derivative == 0 ? p.value(x) : p.polynomialDerivative().value(x) * 2 / b.end();
  }
}
