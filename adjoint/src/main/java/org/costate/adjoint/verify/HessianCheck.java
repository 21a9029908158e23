package org.costate.adjoint.verify;

import java.util.Locale;

/// Hessian–vector products: their symmetry, and the derivative of the gradient by central
/// differences.
final class HessianCheck {
  private static final double SYMMETRY_TOLERANCE = 1e-12;
  private static final double[] STEPS = {1e-4, 1e-3, 1e-5, 1e-6, 1e-7, 1e-8};

  private final Subject subject;
  private final double[] v;
  private final double[] hv;

  HessianCheck(Subject subject) {
    this.subject = subject;
    this.v = subject.direction(400);
    this.hv = subject.hessianVector(v);
  }

  /// `<H v, w> = <v, H w>`.
  CheckResult symmetry() {
    double[] w = subject.direction(401);
    double[] hw = subject.hessianVector(w);
    double left = DotProductCheck.dot(hv, w);
    double right = DotProductCheck.dot(v, hw);
    double size = Math.max(norm(w) * norm(hv), norm(v) * norm(hw));
    return CheckResult.of(
        "Hessian-vector product",
        "symmetry",
        size > 0 ? Math.abs(left - right) / size : Double.NaN,
        SYMMETRY_TOLERANCE,
        String.format(
            Locale.ROOT, "<Hv,w> = %.6e, <v,Hw> = %.6e, |w||Hv| = %.2e", left, right, size));
  }

  /// `(∇J(c + h v) − ∇J(c − h v))/(2h) = H v`, on steps that cross no kink.
  CheckResult differences(ActiveSet active) {
    double size = subject.norm(hv);
    double least = Double.POSITIVE_INFINITY;
    double at = 0;
    int used = 0;
    for (double h : STEPS) {
      double[] ahead = subject.moved(h, v);
      double[] behind = subject.moved(-h, v);
      if (active.changes(ahead) > 0 || active.changes(behind) > 0) {
        continue;
      }
      double[] rest = subject.gradient(ahead);
      double[] back = subject.gradient(behind);
      for (int i = 0; i < rest.length; i++) {
        rest[i] = (rest[i] - back[i]) / (2 * h) - hv[i];
      }
      double violation = size > 0 ? subject.norm(rest) / size : subject.norm(rest);
      at = violation < least ? h : at;
      least = Math.min(least, violation);
      used++;
    }
    if (used == 0) {
      return CheckResult.unmeasured(
          "Hessian-vector product",
          "difference of gradients: no window",
          "every step changes the active set; the other checks of it decide");
    }
    return CheckResult.of(
        "Hessian-vector product",
        "difference of gradients",
        least,
        TaylorCheck.DIFFERENCE_TOLERANCE,
        String.format(
            Locale.ROOT,
            "least at h = %.0e of %d steps without active-set changes; |Hv| = %.2e in controls of"
                + " unit size",
            at,
            used,
            size));
  }

  private static double norm(double[] x) {
    return Math.sqrt(DotProductCheck.dot(x, x));
  }
}
