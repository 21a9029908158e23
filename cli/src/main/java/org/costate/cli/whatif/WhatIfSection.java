package org.costate.cli.whatif;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.costate.control.whatif.DesignParameter;
import org.costate.control.whatif.Effect;
import org.costate.control.whatif.Slopes;
import org.costate.control.whatif.Trial;
import org.costate.control.whatif.WhatIf;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// The results of the verb as sections of a report.
public final class WhatIfSection {
  private WhatIfSection() {}

  /// One section on all derivatives, and one for every sweep.
  public static List<Report.Section> of(Effect base, List<WhatIf> sweeps, List<Slopes> slopes) {
    List<Report.Section> sections = new ArrayList<>();
    sections.add(overview(base, slopes));
    sweeps.forEach(sweep -> sections.add(section(sweep, base)));
    return sections;
  }

  private static Report.Section overview(Effect base, List<Slopes> slopes) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Block.Figures(
            List.of(
                new Block.Figure(number(base.gain()), "largest growth over all layers"),
                new Block.Figure(number(base.exponent()), "leading exponent per layer"),
                new Block.Figure(number(base.effectiveRank()), "effective rank of the tokens"),
                new Block.Figure(number(base.loss()), "loss"))));
    if (!slopes.isEmpty()) {
      blocks.add(new Block.Text(verdict(slopes, base)));
      blocks.add(elasticities(slopes, base));
      blocks.add(layers(slopes, base));
    }
    return new Report.Section(
        "Which part of the design matters",
        "Change of the gain, in per cent, when a parameter is raised by one per cent of what it is"
            + " now: exact derivatives by a second-order adjoint sweep. Weights are kept.",
        blocks);
  }

  private static String verdict(List<Slopes> slopes, Effect base) {
    Slopes most =
        slopes.stream()
            .max(Comparator.comparingDouble(s -> Math.abs(elasticity(s, base))))
            .orElseThrow();
    double e = elasticity(most, base);
    return String.format(
        Locale.ROOT,
        "The %s has the greatest hold on the gain: one per cent more of it %s the gain by %.3g per"
            + " cent, most of that in layer %d.",
        most.parameter().description(),
        e < 0 ? "lowers" : "raises",
        Math.abs(e),
        most.strongestLayer());
  }

  /// `d log gain / d log p`, with 1 for parameters whose value is a factor.
  private static double elasticity(Slopes s, Effect base) {
    return s.total().gain() * s.base() / base.gain();
  }

  private static Block elasticities(List<Slopes> slopes, Effect base) {
    return new Block.Bars(
        "Change of the gain per change of a parameter (% per %)",
        slopes.stream().map(s -> s.parameter().option()).toList(),
        Block.Axis.linear("% per %"),
        List.of(
            new Block.Bar(
                "gain", slopes.stream().mapToDouble(s -> elasticity(s, base)).toArray())));
  }

  private static Block layers(List<Slopes> slopes, Effect base) {
    int count = slopes.getFirst().gain().length;
    List<Block.Bar> bars = new ArrayList<>();
    for (Slopes s : slopes) {
      double[] values = Arrays.stream(s.gain()).map(g -> g * s.base() / base.gain()).toArray();
      bars.add(new Block.Bar(s.parameter().option(), values));
    }
    return new Block.Bars(
        "The same for the parameter of one layer alone",
        IntStream.range(0, count).mapToObj(String::valueOf).toList(),
        Block.Axis.linear("% per %"),
        bars);
  }

  private static Report.Section section(WhatIf sweep, Effect base) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(plot("Gain", "gain", sweep, Effect::gain));
    blocks.add(plot("Leading exponent", "exponent per layer", sweep, Effect::exponent));
    blocks.add(plot("Effective rank of the tokens", "rank", sweep, Effect::effectiveRank));
    if (Double.isFinite(base.loss())) {
      blocks.add(plot("Loss", "loss", sweep, Effect::loss));
    }
    blocks.add(table(sweep));
    DesignParameter p = sweep.parameter();
    return new Report.Section(
        "What if: " + p.description(),
        p.label(sweep.base())
            + " as it stands. "
            + (sweep.slopes().isPresent()
                ? "Recomputed, beside what the first order predicts from the adjoint."
                : "Recomputed."),
        blocks);
  }

  private static Block plot(
      String title, String axis, WhatIf sweep, ToDoubleFunction<Effect> effect) {
    DesignParameter p = sweep.parameter();
    double[] found =
        sweep.trials().stream()
            .mapToDouble(t -> t.effect().map(effect::applyAsDouble).orElse(Double.NaN))
            .toArray();
    if (p == DesignParameter.PLACEMENT) {
      List<String> names = sweep.trials().stream().map(t -> p.label(t.value())).toList();
      return new Block.Bars(
          title, names, Block.Axis.linear(axis), List.of(new Block.Bar(axis, found)));
    }
    List<Trial> ordered =
        sweep.trials().stream().sorted(Comparator.comparingDouble(Trial::value)).toList();
    double[] x = ordered.stream().mapToDouble(Trial::value).toArray();
    List<Block.Curve> curves = new ArrayList<>();
    curves.add(Block.Curve.joined("recomputed", x, values(ordered, effect, false)));
    if (sweep.slopes().isPresent()) {
      curves.add(
          Block.Curve.joined("first order, by the adjoint", x, values(ordered, effect, true)));
    }
    return new Block.Lines(title, Block.Axis.linear(p.option()), Block.Axis.linear(axis), curves);
  }

  private static double[] values(
      List<Trial> trials, ToDoubleFunction<Effect> effect, boolean predicted) {
    return trials.stream()
        .map(t -> predicted ? t.predicted() : t.effect())
        .mapToDouble(e -> e.map(effect::applyAsDouble).orElse(Double.NaN))
        .toArray();
  }

  private static Block table(WhatIf sweep) {
    List<List<String>> rows = new ArrayList<>();
    for (Trial t : sweep.trials()) {
      Effect e = t.effect().orElse(Effect.NONE);
      rows.add(
          List.of(
              sweep.parameter().label(t.value()),
              number(e.gain()),
              number(e.exponent()),
              number(e.effectiveRank()),
              number(e.loss()),
              t.failure()));
    }
    return new Block.Table(
        "Recomputed",
        List.of(sweep.parameter().option(), "gain", "exponent", "rank", "loss", "failure"),
        rows);
  }

  private static String number(double value) {
    return WhatIfTable.number(value);
  }
}
