package org.costate.cli.stability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.costate.control.stability.Passage;
import org.costate.control.stability.Stability;
import org.costate.control.stability.StepAnatomy;
import org.costate.control.stability.StepGain;
import org.costate.control.stability.TransientGrowth;
import org.costate.control.stability.Witnesses;
import org.costate.reports.Block;

/// The first answers of a section on stability: how much a perturbation grows, in which layer, by
/// which substep, at which tokens, and how far that is from what can be proved.
final class GrowthBlocks {
  private GrowthBlocks() {}

  /// @param tokenNames what the tokens are called
  static List<Block> of(Stability s, List<String> tokenNames) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(figures(s, tokenNames));
    blocks.add(new Block.Text(String.join(" ", sentences(s))));
    blocks.add(curve(s));
    blocks.add(substeps(s));
    if (tokenNames.size() > 1) {
      blocks.add(
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
    s.witnesses().ifPresent(w -> blocks.add(distance(s, w)));
    return blocks;
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
            passage.largest().operator(), "lengthens it most, in layer " + passage.step()));
    if (tokenNames.size() > 1) {
      figures.add(
          new Block.Figure(
              "token " + tokenNames.get(token),
              "carries most of the worst perturbation at the end"));
    }
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

  /// How much, where, by which substep, and the bound, a sentence each.
  static List<String> sentences(Stability s) {
    Passage p = where(s);
    List<String> text = new ArrayList<>();
    text.add(
        "A small perturbation of the first state grows %s times at most over all layers."
            .formatted(number(s.singular()[0])));
    text.add(
        "The one that does grows most in layer %d, %s times, where the substep that lengthens it most"
                .formatted(p.step(), number(p.behind() / p.front()))
            + " is %s (%s times).".formatted(p.largest().operator(), number(p.largest().factor())));
    s.transientGrowth()
        .filter(g -> g.largest() > s.singular()[0] * 1.01)
        .ifPresent(
            g ->
                text.add(
                    "On the way others are longer than at the end: up to %s times after %d layers."
                        .formatted(number(g.largest()), g.peak())));
    s.witnesses()
        .ifPresent(
            w ->
                text.add(
                    "What can be proved, for all states whose tokens stay within the balls around"
                        + " these: at most %s times.".formatted(number(w.bound()))));
    return text;
  }

  /// The worst perturbation, and the most that is possible up to every depth.
  private static Block curve(Stability s) {
    List<Block.Curve> curves = new ArrayList<>();
    curves.add(Block.Curve.counted("the one that ends largest", worst(s)));
    s.transientGrowth().ifPresent(g -> curves.add(most(g)));
    return new Block.Lines(
        "Where it grows: length of a perturbation of length 1 over depth",
        Block.Axis.linear("layers behind it"),
        Block.Axis.log("length"),
        curves);
  }

  private static double[] worst(Stability s) {
    double[] worst = new double[s.steps() + 1];
    for (Passage p : s.passages()) {
      worst[p.step()] = p.front();
      worst[p.step() + 1] = p.behind();
    }
    return worst;
  }

  private static Block.Curve most(TransientGrowth g) {
    double[] x = new double[g.depths().length + 1];
    double[] y = new double[x.length];
    y[0] = 1;
    for (int k = 1; k < x.length; k++) {
      x[k] = g.depths()[k - 1];
      y[k] = g.gains()[k - 1];
    }
    return Block.Curve.joined("any, at most", x, y);
  }

  private static Block distance(Stability s, Witnesses w) {
    double[] bound = new double[s.steps() + 1];
    bound[0] = 1;
    for (StepAnatomy a : w.anatomy()) {
      bound[a.step() + 1] = bound[a.step()] * a.bound();
    }
    return new Block.Lines(
        "How far that is from the bound: growth up to every depth, under what is certified",
        Block.Axis.linear("layers behind it"),
        Block.Axis.log("length"),
        List.of(
            s.transientGrowth()
                .map(GrowthBlocks::most)
                .orElseGet(() -> Block.Curve.counted("measured", worst(s))),
            Block.Curve.counted("certified bound", bound)));
  }

  private static Block substeps(Stability s) {
    List<Passage.Stop> first = s.passages().getFirst().stops();
    List<Block.Bar> bars = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      int k = i;
      double[] factors =
          s.passages().stream().mapToDouble(p -> p.stops().get(k).factor()).toArray();
      if (!Arrays.stream(factors).allMatch(Double::isNaN)) {
        bars.add(new Block.Bar((i + 1) + " " + first.get(i).operator(), factors));
      }
    }
    return new Block.Bars(
        "Which substep does it: by what factor each one lengthens that perturbation in every"
            + " layer (a norm in front of a branch counts to it)",
        counted(s.steps()),
        Block.Axis.linear("factor"),
        bars);
  }

  static List<String> counted(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).toList();
  }

  static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : "–";
  }
}
