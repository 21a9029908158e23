package org.costate.control.particles;

import org.hipparchus.ode.ODEState;
import org.hipparchus.ode.OrdinaryDifferentialEquation;
import org.hipparchus.ode.nonstiff.DormandPrince853Integrator;

/// The motion of particles written out in `R^d` loop by loop, for comparison.
record NaiveParticles(int n, int d, Interaction interaction)
    implements OrdinaryDifferentialEquation {
  @Override
  public int getDimension() {
    return n * d;
  }

  @Override
  public double[] computeDerivatives(double t, double[] x) {
    double[] rate = new double[n * d];
    for (int i = 0; i < n; i++) {
      double[] q = apply(interaction.query().orElse(null), x, i);
      double[] sum = new double[d];
      double z = 0;
      for (int j = 0; j < n; j++) {
        double weight =
            Math.exp(interaction.beta() * dot(q, apply(interaction.key().orElse(null), x, j)));
        double[] v = apply(interaction.value().orElse(null), x, j);
        z += weight;
        for (int k = 0; k < d; k++) {
          sum[k] += weight * v[k];
        }
      }
      double by = interaction.normalised() ? z : n;
      double radial = 0;
      double square = 0;
      for (int k = 0; k < d; k++) {
        radial += sum[k] * x[i * d + k];
        square += x[i * d + k] * x[i * d + k];
      }
      for (int k = 0; k < d; k++) {
        rate[i * d + k] = (sum[k] - radial / square * x[i * d + k]) / by;
      }
    }
    return rate;
  }

  double[] flow(double[] x, double time) {
    var method = new DormandPrince853Integrator(1e-10, 1, 1e-13, 1e-13);
    return method.integrate(this, new ODEState(0, x), time).getPrimaryState();
  }

  private double[] apply(double[] matrix, double[] x, int i) {
    double[] y = new double[d];
    for (int a = 0; a < d; a++) {
      if (matrix == null) {
        y[a] = x[i * d + a];
      } else {
        for (int b = 0; b < d; b++) {
          y[a] += matrix[a * d + b] * x[i * d + b];
        }
      }
    }
    return y;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }
}
