package org.costate.cli.stability;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.costate.control.stability.EnsembleStability;
import org.costate.control.stability.Spread;
import org.costate.control.stability.Stability;

/// What [DepthOptions] asks for, as lines of text.
public final class DepthText {
  private static final int SHOWN = 8;

  private DepthText() {}

  /// Prints everything that there is.
  public static void print(Stability s, Optional<EnsembleStability> ensemble, PrintStream text) {
    s.lyapunov()
        .ifPresent(
            l -> {
              text.println("lyapunov        " + l.sentence());
              text.printf(
                  Locale.ROOT,
                  "                energy to come at most %.5g; residuals %.1e and %.1e%n",
                  l.energy()[0],
                  l.recursionResidual(),
                  l.residual());
            });
    s.stretch()
        .ifPresent(
            t -> {
              String name = "layers %d to %d".formatted(t.from(), t.to() - 1);
              text.println(name + ": singular values " + numbers(t.leading()));
              if (t.least().length > 0) {
                String bounds = t.leastConverged() ? "" : " (upper bounds: not converged)";
                text.println(name + ": least " + numbers(t.least()) + bounds);
              }
            });
    ensemble.ifPresent(
        e -> {
          text.println("over " + e.sequences() + " sequences, mean ± deviation");
          text.println("exponents       " + spread(e.exponents()));
          text.println("gains           " + spread(e.gains()));
        });
  }

  private static String spread(Spread s) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(SHOWN, s.mean().length); i++) {
      shown.append(String.format(Locale.ROOT, "%.4g ± %.2g  ", s.mean()[i], s.deviation()[i]));
    }
    return shown.toString().strip();
  }

  private static String numbers(double[] values) {
    return String.join(
        "  ",
        Arrays.stream(values)
            .limit(SHOWN)
            .mapToObj(v -> String.format(Locale.ROOT, "%.5g", v))
            .toList());
  }
}
