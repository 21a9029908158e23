package org.costate.adjoint.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.costate.adjoint.verify.TaylorLadder.Outcome;

/// Slopes of the Taylor remainders of value, gradient and Hessian–vector product, best of three
/// seeded directions; where no direction has a window, the gradient is held against its
/// differences.
final class TaylorCheck {
  private static final String[] NAMES = {"value", "gradient", "Hessian-vector product"};
  private static final double[] SMOOTH = {0.05, 0.05, 0.05};

  /// Between two kinks the cost is smooth, but the window is short.
  private static final double[] KINKED = {0.05, 0.1, 0.1};

  private static final int DIRECTIONS = 3;

  /// Steps over which differences of gradients are taken: shorter than the ladder, where there are
  /// fewer kinks.
  private static final double[] DIFFERENCES = {1e-5, 1e-6, 1e-7, 1e-8, 1e-9};

  static final double DIFFERENCE_TOLERANCE = 1e-6;

  private final Subject subject;
  private final ActiveSet active;
  private final double[] g;
  private final List<TaylorLadder> ladders = new ArrayList<>();

  TaylorCheck(Subject subject, ActiveSet active, double[] g) {
    this.subject = subject;
    this.active = active;
    this.g = g;
    for (int k = 0; k < DIRECTIONS; k++) {
      ladders.add(TaylorLadder.along(subject, active, g, subject.direction(k)));
    }
  }

  /// The remainders along the direction that is best for the gradient.
  List<TaylorRow> rows() {
    return ladders.get(Math.max(0, best(1))).rows();
  }

  List<CheckResult> results() {
    List<CheckResult> results = new ArrayList<>();
    for (int k = 0; k < NAMES.length; k++) {
      int best = best(k);
      results.add(best >= 0 ? rated(k, best) : unrated(k));
    }
    return results;
  }

  /// The direction with the highest verdict on remainder `k`, −1 if none has one.
  private int best(int k) {
    int best = -1;
    for (int i = 0; i < ladders.size(); i++) {
      boolean rated = ladders.get(i).outcome(k) == Outcome.RATED;
      if (rated && (best < 0 || ladders.get(i).rate(k) > ladders.get(best).rate(k))) {
        best = i;
      }
    }
    return best;
  }

  private CheckResult rated(int k, int best) {
    TaylorLadder ladder = ladders.get(best);
    double rate = ladder.rate(k);
    double tolerance = active.isKinked() ? KINKED[k] : SMOOTH[k];
    String witness =
        String.format(
            Locale.ROOT,
            "rate %.4f, the least of the last three in a window of %d of %d steps, best of %d"
                + " directions; largest remainder %.2e, rounding %.1e",
            rate,
            ladder.window(k),
            TaylorLadder.STEPS,
            DIRECTIONS,
            ladder.rows().getFirst().remainder(k),
            ladder.floor());
    double shortfall = Math.max(0, k + 1 - rate);
    return CheckResult.of(NAMES[k], "Taylor remainder " + k, shortfall, tolerance, witness);
  }

  private CheckResult unrated(int k) {
    boolean rounding = k > 0 && ladders.stream().allMatch(l -> l.outcome(k) == Outcome.IN_ROUNDING);
    if (rounding) {
      double largest =
          ladders.stream()
              .flatMap(l -> l.rows().stream())
              .filter(row -> row.activeSetChanges() == 0)
              .mapToDouble(row -> row.remainder(k))
              .max()
              .orElseThrow();
      return CheckResult.of(
          NAMES[k],
          "Taylor remainder " + k,
          largest,
          ladders.getFirst().floor(),
          "remainder in rounding on the whole ladder: J is a polynomial of degree at most " + k);
    }
    return k == 2 ? unmeasured(k) : byDifferences(k);
  }

  /// Second derivatives are undefined at kinks: then the Hessian–vector product stands on its own
  /// checks.
  private CheckResult unmeasured(int k) {
    return CheckResult.unmeasured(
        NAMES[k],
        "Taylor remainder " + k + ": no window",
        String.format(Locale.ROOT, "%s; the other checks of it decide", withoutWindow()));
  }

  private String withoutWindow() {
    int fewest =
        ladders.stream()
            .flatMap(l -> l.rows().stream())
            .mapToInt(TaylorRow::activeSetChanges)
            .min()
            .orElseThrow();
    return String.format(
        Locale.ROOT,
        "no window: at least %d active-set changes at every step, or too few remainders above"
            + " rounding",
        fewest);
  }

  /// Along a segment the secant of `J` is the mean of its slopes, whatever kinks are in between:
  /// the trapezoidal rule with the gradients at both ends.
  private CheckResult byDifferences(int k) {
    double[] v = subject.direction(0);
    double start = subject.value(subject.point());
    double size = Math.max(Math.abs(DotProductCheck.dot(g, v)), subject.expected(g, v));
    double least = Double.POSITIVE_INFINITY;
    double at = 0;
    for (double h : DIFFERENCES) {
      double[] moved = subject.moved(h, v);
      double[] sum = subject.gradient(moved);
      for (int j = 0; j < sum.length; j++) {
        sum[j] += g[j];
      }
      double secant = (subject.value(moved) - start) / h;
      double violation = Math.abs(secant - DotProductCheck.dot(sum, v) / 2) / size;
      at = violation < least ? h : at;
      least = Math.min(least, violation);
    }
    String witness =
        String.format(
            Locale.ROOT,
            "%s; least difference of secant and mean gradient at h = %.1e, slope %.2e",
            withoutWindow(),
            at,
            size);
    return CheckResult.of(
        NAMES[k],
        "Taylor remainder " + k + ": no window; difference of gradients",
        size > 0 ? least : Double.NaN,
        DIFFERENCE_TOLERANCE,
        witness);
  }
}
