package org.costate.cli.stability;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;
import org.costate.control.stability.Stability;
import org.costate.control.stability.StepAnatomy;
import org.costate.control.stability.Substep;
import org.costate.control.stability.TangentSpectrum;
import org.costate.control.stability.TokenGeometry;
import org.costate.control.stability.Witnesses;

/// The results as lines of text.
public final class StabilityText {
  private static final int SHOWN = 8;

  private StabilityText() {}

  /// Prints the results.
  public static void print(Stability s, PrintStream text) {
    text.printf(
        Locale.ROOT,
        "state %d numbers, %d layers, %d structural directions%n",
        s.stateDimension(),
        s.steps(),
        s.structural());
    GrowthBlocks.sentences(s).forEach(text::println);
    text.println("exponents       " + numbers(s.exponents()));
    text.println("singular values " + numbers(s.singular()));
    if (!s.singularConverged()) {
      text.println("                not all of them converged");
    }
    s.tangent()
        .ifPresent(
            t ->
                text.printf(
                    Locale.ROOT,
                    "sum rule        violation %.2e, tolerance %.0e%n",
                    t.violation(),
                    TangentSpectrum.TOLERANCE));
    s.witnesses().ifPresent(w -> print(w, s, text));
    text.println("layer      gain  mean cosine  effective rank");
    for (TokenGeometry tokens : s.tokens()) {
      String gain =
          tokens.layer() < s.steps()
              ? String.format(Locale.ROOT, "%9.4g", s.gains().get(tokens.layer()).gain())
              : " ".repeat(9);
      text.printf(
          Locale.ROOT,
          "%5d %s  %11.4f  %14.3f%n",
          tokens.layer(),
          gain,
          tokens.meanCosine(),
          tokens.effectiveRank());
    }
    s.finalNormGain().ifPresent(gain -> text.printf(Locale.ROOT, "final norm: gain %.4g%n", gain));
  }

  private static void print(Witnesses w, Stability s, PrintStream text) {
    text.printf(
        Locale.ROOT,
        "whole gain      %.5g, adversarial %.5g at distance %.3g, certified at most %.3g%n",
        s.singular()[0],
        w.adversarial().gain(),
        w.radius(),
        w.bound());
    text.println("layer  substep                   gain      bound  share");
    for (StepAnatomy step : w.anatomy()) {
      for (Substep part : step.substeps()) {
        text.printf(
            Locale.ROOT,
            "%5d  %-20s %9.4g %10.4g  %5.1f %%%n",
            step.step(),
            part.operator(),
            part.gain(),
            part.bound(),
            100 * part.gain() / part.bound());
      }
    }
  }

  private static String numbers(double[] values) {
    String shown =
        String.join(
            "  ",
            Arrays.stream(values)
                .limit(SHOWN)
                .mapToObj(v -> String.format(Locale.ROOT, "%.5g", v))
                .toList());
    return values.length > SHOWN ? shown + "  … (" + values.length + ")" : shown;
  }
}
