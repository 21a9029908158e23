package org.costate.control.constrain;

import org.costate.adjoint.LinearMap;
import org.costate.control.Objective;
import org.costate.control.Vectors;
import org.costate.control.optimise.Lbfgs;
import org.costate.control.optimise.OptimiserState;
import org.costate.control.optimise.Outcome;

/// The multipliers `y` of smooth constraints at a point, computed from the definitions and not
/// taken over from a solver: those of the projection of `c − ∇J` onto the linearised feasible set,
///
///     min_x ½ ‖x − (c − ∇J)‖²,   x ∈ C,   h + A (x − c) = 0 (≤ 0),
///
/// whose solution is `c` exactly where `c` is stationary. The dual is smooth and concave in the few
/// unknowns `y`: with `z(y) = c − ∇J − Aᵀ y` its gradient is `h + A (P_C(z) − c)`.
final class Multipliers {
  private static final int ITERATIONS = 400;
  private static final int DROPS = 50;
  private static final double ACTIVE = 1e-5;
  private static final double DIGITS = 1e-13;

  /// Where the linearised constraints exclude each other the dual has no maximum.
  private static final double ENDLESS = 1e8;

  private final Constraints set;
  private final Linearised smooth;
  private final double[] c;
  private final double[] gradient;

  private Multipliers(Constraints set, Linearised smooth, double[] c, double[] gradient) {
    this.set = set;
    this.smooth = smooth;
    this.c = c;
    this.gradient = gradient;
  }

  /// The multipliers at `c`; those of inequalities that are not active are 0. Where the linearised
  /// constraints exclude each other there are none, and all are 0.
  static double[] of(Constraints set, Linearised smooth, double[] c, double[] gradient) {
    if (smooth.count() == 0) {
      return new double[0];
    }
    return new Multipliers(set, smooth, c, gradient).solve();
  }

  /// Inequalities whose multiplier comes out negative are dropped, one at a time.
  private double[] solve() {
    boolean[] free = new boolean[smooth.count()];
    for (int k = 0; k < free.length; k++) {
      free[k] = k < smooth.equalities() || smooth.values()[k] > -ACTIVE;
    }
    double[] y = new double[free.length];
    for (int drop = 0; drop < DROPS; drop++) {
      y = solve(free);
      int least = -1;
      for (int k = smooth.equalities(); k < y.length; k++) {
        if (y[k] < 0 && (least < 0 || y[k] < y[least])) {
          least = k;
        }
      }
      if (least < 0) {
        return y;
      }
      free[least] = false;
    }
    for (int k = smooth.equalities(); k < y.length; k++) {
      y[k] = Math.max(0, y[k]);
    }
    return y;
  }

  private double[] solve(boolean[] free) {
    Dual dual = new Dual(free);
    double[] y = new double[free.length];
    double[] g = new double[free.length];
    Lbfgs rule = new Lbfgs(Math.max(5, Math.min(30, free.length)));
    OptimiserState state = rule.start(y.length);
    double enough = DIGITS * (1 + Vectors.norm(gradient));
    for (int i = 0; i < ITERATIONS; i++) {
      Outcome outcome = rule.step(dual, 1, y, state, g);
      if (Vectors.norm(y) > ENDLESS * (1 + Vectors.norm(gradient))) {
        return new double[free.length];
      }
      if (!outcome.accepted() || outcome.gradientNorm() <= enough) {
        break;
      }
    }
    return y;
  }

  /// Minus the dual: `½ ‖z‖² − ½ dist²(z, C) − yᵀ h`, from `c`.
  private final class Dual implements Objective {
    private final boolean[] free;

    Dual(boolean[] free) {
      this.free = free;
    }

    @Override
    public int size() {
      return free.length;
    }

    @Override
    public double value(double[] y) {
      return gradient(y, new double[y.length]);
    }

    @Override
    public double gradient(double[] y, double[] g) {
      ProjectedStep step = ProjectedStep.of(set, smooth, c, gradient, y);
      double value =
          0.5 * Vectors.dot(step.slope(), step.slope())
              - 0.5 * Vectors.dot(step.normal(), step.normal());
      for (int k = 0; k < y.length; k++) {
        double slope = smooth.values()[k] + Vectors.dot(smooth.rows()[k], step.move());
        g[k] = free[k] ? -slope : 0;
        value -= y[k] * smooth.values()[k];
      }
      return value;
    }

    @Override
    public LinearMap hessian(double[] y) {
      throw new UnsupportedOperationException("dual: no second derivatives");
    }
  }
}
