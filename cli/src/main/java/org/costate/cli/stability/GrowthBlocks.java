package org.costate.cli.stability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.costate.control.stability.Passage;
import org.costate.control.stability.Stability;
import org.costate.control.stability.StepAnatomy;
import org.costate.control.stability.StepGain;
import org.costate.control.stability.Witnesses;
import org.costate.reports.Block;

/// The first answers of a section on stability: how much a perturbation grows, in which layer, by
/// which substep, at which tokens, and how far that is from what can be proved.
final class GrowthBlocks {
  private GrowthBlocks() {}

  /// @param tokenNames what the tokens are called
  static List<Block> of(Stability s, List<String> tokenNames) {
    return List.of(
        figures(s, tokenNames),
        new Block.Text(sentence(s)),
        curve(s),
        substeps(s),
        new Block.HeatMap(
            "Which tokens carry it: size of that perturbation at every token, from the first"
                + " state up",
            "token",
            tokenNames,
            "layer",
            counted(s.worst().length),
            s.worst(),
            true));
  }

  private static Block figures(Stability s, List<String> tokenNames) {
    StepGain layer = largest(s);
    Passage passage = where(s);
    double[] last = s.worst()[s.worst().length - 1];
    int token =
        IntStream.range(0, last.length).reduce((a, b) -> last[b] > last[a] ? b : a).orElse(0);
    List<Block.Figure> figures = new ArrayList<>();
    figures.add(new Block.Figure("× " + number(s.singular()[0]), "largest growth over all layers"));
    figures.add(
        new Block.Figure(
            "layer " + layer.step(), "has the largest gain of a layer, " + number(layer.gain())));
    figures.add(
        new Block.Figure(
            passage.largest().operator(), "does most of it, in layer " + passage.step()));
    figures.add(
        new Block.Figure(
            "token " + tokenNames.get(token), "carries most of the worst perturbation at the end"));
    figures.add(
        new Block.Figure(
            number(Arrays.stream(s.exponents()).max().orElse(Double.NaN)),
            "leading Lyapunov exponent per layer"));
    s.witnesses()
        .ifPresent(
            w ->
                figures.add(
                    new Block.Figure(
                        number(s.singular()[0] / w.bound()),
                        "share of that growth in the certified bound")));
    return new Block.Figures(figures);
  }

  /// The layer in which the perturbation that ends as the largest grows most.
  private static Passage where(Stability s) {
    return s.passages().stream()
        .max(Comparator.comparingDouble(p -> p.behind() / p.front()))
        .orElseThrow();
  }

  private static StepGain largest(Stability s) {
    return s.gains().stream().max(Comparator.comparingDouble(StepGain::gain)).orElseThrow();
  }

  private static String sentence(Stability s) {
    Passage p = where(s);
    StringBuilder text =
        new StringBuilder(
            "A small perturbation of the first state grows %s times at most over all layers."
                .formatted(number(s.singular()[0])));
    text.append(
        " The one that does grows most in layer %d, %s times; what %s puts there is %s times as long as it was in front of the layer."
            .formatted(
                p.step(),
                number(p.behind() / p.front()),
                p.largest().operator(),
                number(p.largest().part() / p.front())));
    s.transientGrowth()
        .filter(g -> g.largest() > s.singular()[0] * 1.01)
        .ifPresent(
            g ->
                text.append(
                    " On the way others are longer than at the end: up to %s times after %d layers."
                        .formatted(number(g.largest()), g.peak())));
    s.witnesses()
        .ifPresent(
            w ->
                text.append(
                    " What can be proved, for all states whose tokens stay within the balls around these: at most %s times."
                        .formatted(number(w.bound()))));
    return text.toString();
  }

  /// The worst perturbation, the most that is possible up to every depth, and the bound.
  private static Block curve(Stability s) {
    List<Block.Curve> curves = new ArrayList<>();
    double[] worst = new double[s.steps() + 1];
    for (int n = 0; n < s.steps(); n++) {
      worst[n] = s.passages().get(n).front();
      worst[n + 1] = s.passages().get(n).behind();
    }
    curves.add(Block.Curve.counted("the perturbation that ends largest", worst));
    s.transientGrowth()
        .ifPresent(
            g -> {
              double[] x =
                  IntStream.concat(IntStream.of(0), Arrays.stream(g.depths()))
                      .asDoubleStream()
                      .toArray();
              double[] y = new double[x.length];
              y[0] = 1;
              System.arraycopy(g.gains(), 0, y, 1, g.gains().length);
              curves.add(Block.Curve.joined("the most any can grow up to there", x, y));
            });
    s.witnesses().flatMap(w -> bound(w, s.steps())).ifPresent(curves::add);
    return new Block.Lines(
        "Where it grows: length of a perturbation of length 1 over depth",
        Block.Axis.linear("layers behind it"),
        Block.Axis.log("length"),
        curves);
  }

  private static Optional<Block.Curve> bound(Witnesses w, int steps) {
    double[] bound = new double[steps + 1];
    bound[0] = 1;
    for (StepAnatomy a : w.anatomy()) {
      bound[a.step() + 1] = bound[a.step()] * a.bound();
    }
    return Double.isFinite(bound[steps])
        ? Optional.of(Block.Curve.counted("certified bound", bound))
        : Optional.empty();
  }

  private static Block substeps(Stability s) {
    List<Passage.Stop> first = s.passages().getFirst().stops();
    List<Block.Bar> bars = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      int k = i;
      double[] parts =
          s.passages().stream().mapToDouble(p -> p.stops().get(k).part() / p.front()).toArray();
      bars.add(new Block.Bar((i + 1) + " " + first.get(i).operator(), parts));
    }
    return new Block.Bars(
        "Which substep does it: what each one makes of that perturbation, per length in front of"
            + " the layer",
        counted(s.steps()),
        Block.Axis.linear("length"),
        bars);
  }

  static List<String> counted(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).toList();
  }

  static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : "–";
  }
}
