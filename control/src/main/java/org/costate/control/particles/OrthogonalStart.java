package org.costate.control.particles;

import org.hipparchus.analysis.integration.IterativeLegendreGaussIntegrator;
import org.hipparchus.ode.ODEState;
import org.hipparchus.ode.OrdinaryDifferentialEquation;
import org.hipparchus.ode.nonstiff.DormandPrince853Integrator;

/// The motion of `n` particles that begin orthogonal to each other, under normalised attention with
/// `Q = K = V = I`: by symmetry all inner products are one number `g(t)`,
///
///     g' = 2 e^{βg} (1−g) ((n−1)g + 1) / (e^β + (n−1) e^{βg}),   g(0) = 0.
///
/// @param particles `n ≥ 2`
/// @param beta `β ≥ 0`
public record OrthogonalStart(int particles, double beta) {
  private static final double TOLERANCE = 1e-13;

  /// `g'` at `g`, written so that no exponential overflows.
  public double rate(double g) {
    double others = particles - 1.0;
    return 2 * (1 - g) * (others * g + 1) / (Math.exp(beta * (1 - g)) + others);
  }

  /// `g(t)`, by the Dormand–Prince method with tolerance 1e-13.
  public double at(double t) {
    if (t == 0) {
      return 0;
    }
    OrdinaryDifferentialEquation equation =
        new OrdinaryDifferentialEquation() {
          @Override
          public int getDimension() {
            return 1;
          }

          @Override
          public double[] computeDerivatives(double time, double[] g) {
            return new double[] {rate(g[0])};
          }
        };
    var method = new DormandPrince853Integrator(1e-12 * t, t, TOLERANCE, TOLERANCE);
    return method.integrate(equation, new ODEState(0, new double[] {0}), t).getPrimaryState()[0];
  }

  /// `g(t)` for `β = 0`, in closed form: `(e^{2t} − 1)/(e^{2t} + n − 1)`.
  public static double withoutTemperature(int particles, double t) {
    return -Math.expm1(-2 * t) / (1 + (particles - 1) * Math.exp(-2 * t));
  }

  /// The time at which `g` reaches `level < 1`: `∫_0^level dg / g'`, by Gauss–Legendre quadrature.
  public double timeTo(double level) {
    var rule = new IterativeLegendreGaussIntegrator(12, 1e-12, 1e-12, 2, 24);
    return rule.integrate(2_000_000, g -> 1 / rate(g), 0, level);
  }
}
