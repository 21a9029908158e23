package org.costate.cli.whatif;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.costate.control.whatif.Effect;
import org.costate.control.whatif.Slopes;
import org.costate.control.whatif.Trial;
import org.costate.control.whatif.WhatIf;

/// The results of the verb as tables on a terminal.
public final class WhatIfTable {
  private WhatIfTable() {}

  /// Prints everything.
  public static void print(Effect base, List<WhatIf> sweeps, List<Slopes> slopes, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "as it stands: exponent %s, gain %s, effective rank %s, loss %s%n",
        number(base.exponent()),
        number(base.gain()),
        number(base.effectiveRank()),
        number(base.loss()));
    for (WhatIf sweep : sweeps) {
      print(sweep, out);
    }
    if (!slopes.isEmpty()) {
      out.println("derivatives by the adjoint");
      out.println(
          "parameter      exponent        gain        rank        loss  layer of most gain");
      slopes.forEach(s -> print(s, out));
    }
  }

  private static void print(WhatIf sweep, PrintStream out) {
    out.printf(
        "%s (%s), %s as it stands%s%n",
        sweep.parameter().option(),
        sweep.parameter().description(),
        sweep.parameter().label(sweep.base()),
        sweep.slopes().isPresent() ? "; in brackets the first order" : "");
    out.printf("%12s", "value");
    List.of("exponent", "gain", "rank", "loss").forEach(name -> out.printf("  %22s", name));
    out.println();
    for (Trial trial : sweep.trials()) {
      out.printf("%12s", sweep.parameter().label(trial.value()));
      if (trial.effect().isEmpty()) {
        out.println("  " + trial.failure());
        continue;
      }
      List<ToDoubleFunction<Effect>> all =
          List.of(Effect::exponent, Effect::gain, Effect::effectiveRank, Effect::loss);
      for (ToDoubleFunction<Effect> each : all) {
        String found = number(each.applyAsDouble(trial.effect().get()));
        String predicted =
            trial.predicted().map(p -> " (" + number(each.applyAsDouble(p)) + ")").orElse("");
        out.printf("  %22s", found + predicted);
      }
      out.println();
    }
  }

  private static void print(Slopes s, PrintStream out) {
    Effect total = s.total();
    out.printf(
        "%-12s %10s  %10s  %10s  %10s  %18d%n",
        s.parameter().option(),
        number(total.exponent()),
        number(total.gain()),
        number(total.effectiveRank()),
        number(total.loss()),
        s.strongestLayer());
  }

  static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : "–";
  }
}
