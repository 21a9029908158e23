package org.costate.interop.data;

import java.util.SplittableRandom;
import org.hipparchus.ode.ODEState;
import org.hipparchus.ode.OrdinaryDifferentialEquation;
import org.hipparchus.ode.nonstiff.DormandPrince853Integrator;

/// The Lorenz system `x' = σ(y − x)`, `y' = x(ρ − z) − y`, `z' = xy − βz`.
///
/// Source: E. N. Lorenz, *Deterministic Nonperiodic Flow*, J. Atmos. Sci. 20 (1963).
///
/// @param sigma Prandtl number `σ`
/// @param rho relative Rayleigh number `ρ`
/// @param beta geometric factor `β`
public record Lorenz63(double sigma, double rho, double beta)
    implements OrdinaryDifferentialEquation {
  /// The chaotic parameters of the source: 10, 28, 8/3.
  public static final Lorenz63 CLASSICAL = new Lorenz63(10, 28, 8.0 / 3);

  private static final double TOLERANCE = 1e-12;
  private static final double TRANSIENT = 20;

  @Override
  public int getDimension() {
    return 3;
  }

  @Override
  public double[] computeDerivatives(double t, double[] u) {
    return new double[] {
      sigma * (u[1] - u[0]), u[0] * (rho - u[2]) - u[1], u[0] * u[1] - beta * u[2]
    };
  }

  /// The state `duration` after `start`, by the Dormand–Prince 8(5,3) method with absolute and
  /// relative tolerance 1e-12.
  public double[] flow(double[] start, double duration) {
    var integrator = new DormandPrince853Integrator(1e-10, 1, TOLERANCE, TOLERANCE);
    return integrator.integrate(this, new ODEState(0, start), duration).getPrimaryState();
  }

  /// `samples` states at times `interval` apart on the attractor: the start is drawn with the seed,
  /// and 20 units of time are left out.
  public Series trajectory(int samples, double interval, long seed) {
    SplittableRandom random = Windows.seeded(seed, 0);
    double[] u = {random.nextDouble(-1, 1), random.nextDouble(-1, 1), random.nextDouble(24, 26)};
    u = flow(u, TRANSIENT);
    double[] values = new double[Math.multiplyExact(3, samples)];
    for (int i = 0; i < samples; i++) {
      System.arraycopy(u, 0, values, 3 * i, 3);
      if (i + 1 < samples) {
        u = flow(u, interval);
      }
    }
    return new Series(3, values);
  }
}
