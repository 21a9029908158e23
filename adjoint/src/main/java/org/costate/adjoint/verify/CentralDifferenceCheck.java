package org.costate.adjoint.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.costate.model.time.ControlLayout;

/// Central differences `(J(c + h v) − J(c − h v))/(2h)` against `<∇J, v>`, along directions of all
/// controls and of every block alone. Steps are relative to the controls; the verdict is the
/// minimum of the V-shaped curve between truncation and rounding.
final class CentralDifferenceCheck {
  private static final double TOLERANCE = 1e-6;

  /// From the bottom of the V outwards, so that most curves are left early.
  private static final double[] STEPS = {1e-4, 1e-5, 1e-3, 1e-6, 1e-2, 1e-7, 1e-8};

  private static final int DIRECTIONS = 2;

  /// A slope smaller than this part of `J` is measured against it instead: the rounding of `J`
  /// hides it.
  private static final double SMALL = 1e-6;

  private final Subject subject;
  private final double[] g;
  private final double start;

  CentralDifferenceCheck(Subject subject, double[] g) {
    this.subject = subject;
    this.g = g;
    this.start = Math.abs(subject.value(subject.point()));
  }

  /// The least point of one curve.
  private record Minimum(
      String where, double violation, double step, double slope, boolean small) {}

  /// @param blocks whether every block of controls is checked alone, too
  CheckResult run(boolean blocks) {
    List<Minimum> all = new ArrayList<>();
    for (int k = 0; k < DIRECTIONS; k++) {
      all.add(curve("all controls", subject.direction(200 + k), 0));
    }
    List<ControlLayout.Block> parts =
        blocks ? subject.model().layout().blocks() : List.<ControlLayout.Block>of();
    for (ControlLayout.Block block : parts) {
      all.add(curve("block " + block.name(), subject.direction(300, block), TOLERANCE));
    }
    Minimum worst = all.getFirst();
    for (Minimum each : all) {
      worst = each.violation > worst.violation ? each : worst;
    }
    long vacuous = all.stream().filter(Minimum::small).count();
    String witness =
        String.format(
            Locale.ROOT,
            "worst of %d directions (%d of all controls, %d of a block alone, %d with a slope below"
                + " %.0e J): %s, slope %.3e, V-curve least at h = %.0e",
            all.size(),
            DIRECTIONS,
            parts.size(),
            vacuous,
            SMALL,
            worst.where,
            worst.slope,
            worst.step);
    boolean any = all.getFirst().slope != 0;
    return CheckResult.of(
        "gradient", "central differences", any ? worst.violation : Double.NaN, TOLERANCE, witness);
  }

  /// @param enough violation at which the search for the minimum may stop
  private Minimum curve(String where, double[] v, double enough) {
    double slope = DotProductCheck.dot(g, v);
    double expected = Math.max(Math.abs(slope), subject.expected(g, v));
    double size = Math.max(expected, SMALL * start);
    double least = Double.POSITIVE_INFINITY;
    double at = 0;
    for (double h : STEPS) {
      double difference =
          (subject.value(subject.moved(h, v)) - subject.value(subject.moved(-h, v))) / (2 * h);
      double violation = size > 0 ? Math.abs(difference - slope) / size : 0;
      at = violation < least ? h : at;
      least = Math.min(least, violation);
      if (least <= enough) {
        break;
      }
    }
    return new Minimum(where, least, at, slope, expected < SMALL * start);
  }
}
