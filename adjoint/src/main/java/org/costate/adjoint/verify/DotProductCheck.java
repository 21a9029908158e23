package org.costate.adjoint.verify;

import java.util.Locale;
import java.util.SplittableRandom;
import org.costate.adjoint.sweep.ModelSweep;
import org.costate.adjoint.sweep.Scales;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.adjoint.sweep.SweepOptions.Extra;
import org.hipparchus.util.MathArrays;

/// `|<J v, w> − <v, Jᵀw>| ≤ 1e-14 ‖w‖ ‖J v‖` for the Jacobian `J` of the output with respect to all
/// controls and a real input: tangent against adjoint sweep, worst of several directions.
final class DotProductCheck {
  private static final double TOLERANCE = 1e-14;
  private static final int DIRECTIONS = 3;

  private DotProductCheck() {}

  static CheckResult run(Subject subject, CheckOptions options) {
    boolean realInput = subject.model().inputWidth() > 0;
    SweepOptions sweeps = SweepOptions.with(options.kernels()).withExtras(Extra.TANGENTS);
    ModelSweep sweep =
        new ModelSweep(
            subject.model(),
            subject.costs(),
            subject.batch().shape(),
            realInput ? sweeps.withExtras(Extra.INPUT_COSTATE) : sweeps);
    double worst = -1;
    String witness = "";
    for (int k = 0; k < DIRECTIONS; k++) {
      SplittableRandom random = new SplittableRandom(options.seed() * 7919 + k);
      double[] v = subject.direction(100 + k);
      double[] input = normal(random, realInput ? inputSize(subject) : 0);
      sweep.tangent(subject.point(), subject.batch(), Scales.ONE, v, input);
      double[] jv = sweep.outputTangent().toArray();
      double[] w = normal(random, jv.length);
      double[] bar = new double[v.length];
      sweep.adjoint(subject.point(), subject.batch(), w, bar);
      double forward = dot(jv, w);
      double backward = dot(v, bar);
      if (realInput) {
        backward += dot(input, sweep.inputCostate().toArray());
      }
      double size = norm(w) * norm(jv);
      double violation = size > 0 ? Math.abs(forward - backward) / size : Double.NaN;
      if (!(violation <= worst)) {
        worst = violation;
        witness =
            String.format(
                Locale.ROOT,
                "<Jv,w> = %.6e, <v,J'w> = %.6e, ratio to it %.1e, |w||Jv| = %.2e; %d controls%s",
                forward,
                backward,
                Math.abs(forward - backward) / Math.abs(forward),
                size,
                v.length,
                realInput ? ", " + input.length + " inputs" : "");
      }
    }
    return CheckResult.of(
        "tangent and adjoint of the output", "dot product", worst, TOLERANCE, witness);
  }

  private static int inputSize(Subject subject) {
    return subject.batch().shape().size(subject.model().inputWidth());
  }

  private static double[] normal(SplittableRandom random, int count) {
    double[] x = new double[count];
    for (int i = 0; i < count; i++) {
      x[i] = random.nextGaussian();
    }
    return x;
  }

  /// `<x, y>` as if in twice the digits, so that the check itself adds no rounding.
  static double dot(double[] x, double[] y) {
    return x.length == 0 ? 0 : MathArrays.linearCombination(x, y);
  }

  private static double norm(double[] x) {
    return Math.sqrt(dot(x, x));
  }
}
