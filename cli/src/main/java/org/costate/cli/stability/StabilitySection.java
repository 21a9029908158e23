package org.costate.cli.stability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.costate.control.stability.Stability;
import org.costate.control.stability.StepGain;
import org.costate.control.stability.TangentSpectrum;
import org.costate.control.stability.TokenGeometry;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// The stability of a model on one sequence as a section of a report: where a perturbation grows,
/// which tokens carry it, and how the spectrum lies.
public final class StabilitySection {
  private StabilitySection() {}

  /// The section.
  public static Report.Section of(Stability s) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(headline(s));
    s.witnesses().ifPresent(w -> blocks.add(BoundBlocks.sentence(w, s)));
    blocks.add(
        new Block.Bars(
            "Gain of every layer: largest singular value of ∂u(n+1)/∂u(n)",
            counted(s.steps()),
            Block.Axis.linear("gain"),
            List.of(
                new Block.Bar("gain", s.gains().stream().mapToDouble(StepGain::gain).toArray()))));
    s.witnesses().ifPresent(w -> blocks.addAll(BoundBlocks.of(w, s)));
    blocks.add(
        new Block.HeatMap(
            "The perturbation that grows most: its size at every token, from the first state up",
            "token",
            counted(s.worst()[0].length),
            "layer",
            counted(s.worst().length),
            s.worst(),
            true));
    blocks.add(
        new Block.HeatMap(
            "The leading covariant vector: its size at every token",
            "token",
            counted(s.worst()[0].length),
            "layer",
            counted(s.worst().length),
            Arrays.stream(s.covariant()).map(vectors -> vectors[0]).toArray(double[][]::new),
            false));
    blocks.add(spectrum(s));
    blocks.add(convergence(s));
    blocks.add(
        new Block.Lines(
            "Leading singular values of ∂u(N)/∂u(0)",
            Block.Axis.linear("number"),
            Block.Axis.log("singular value"),
            List.of(Block.Curve.counted("σ", 1, s.singular()))));
    blocks.add(geometry("Mean cosine between tokens", "mean cosine", meanCosines(s)));
    blocks.add(geometry("Effective rank of the tokens", "effective rank", ranks(s)));
    double[] energy = s.tokens().stream().mapToDouble(TokenGeometry::interactionEnergy).toArray();
    blocks.add(
        geometry(
            "Interaction energy of the tokens, which rose " + s.energyIncreases() + " times",
            "interaction energy",
            energy));
    double[] drift = s.tokens().stream().mapToDouble(TokenGeometry::drift).toArray();
    blocks.add(geometry("Drift from the first state", "relative distance", drift));
    s.local().ifPresent(l -> blocks.addAll(LocalBlocks.of(l)));
    s.tangent().ifPresent(t -> blocks.add(sumRule(t)));
    return new Report.Section(
        "Stability",
        "How small perturbations of the first state grow on their way through the layers, for one"
            + " sequence; embedding, final norm and readout are left out.",
        blocks);
  }

  private static Block headline(Stability s) {
    StepGain most =
        s.gains().stream().max(Comparator.comparingDouble(StepGain::gain)).orElseThrow();
    double[] last = s.worst()[s.worst().length - 1];
    int token =
        IntStream.range(0, last.length)
            .boxed()
            .max(Comparator.comparingDouble(i -> last[i]))
            .orElse(0);
    return new Block.Figures(
        List.of(
            new Block.Figure(number(s.singular()[0]), "largest growth over all layers"),
            new Block.Figure(
                number(Arrays.stream(s.exponents()).max().orElse(Double.NaN)),
                "leading Lyapunov exponent per layer"),
            new Block.Figure(number(most.gain()), "largest gain of a layer: layer " + most.step()),
            new Block.Figure(
                "token " + token, "carries most of the worst perturbation at the end")));
  }

  private static Block spectrum(Stability s) {
    List<Block.Curve> curves = new ArrayList<>();
    curves.add(Block.Curve.counted("exponent", 1, s.exponents()));
    s.tangent()
        .filter(t -> s.structural() > 0)
        .ifPresent(t -> curves.add(Block.Curve.counted("on the tangent space", 1, t.exponents())));
    return new Block.Lines(
        s.structural() == 0
            ? "Lyapunov exponents per layer"
            : "Lyapunov exponents per layer, without the "
                + s.structural()
                + " structural ones at −∞ of the projection",
        Block.Axis.linear("number"),
        Block.Axis.linear("exponent"),
        curves);
  }

  private static Block convergence(Stability s) {
    int shown = Math.min(8, s.running()[0].length);
    List<Block.Curve> curves = new ArrayList<>();
    for (int i = 0; i < shown; i++) {
      int column = i;
      double[] estimates = Arrays.stream(s.running()).mapToDouble(row -> row[column]).toArray();
      curves.add(Block.Curve.counted("direction " + (i + 1), 1, estimates));
    }
    return new Block.Lines(
        "Estimates of the leading exponents over depth",
        Block.Axis.linear("layers"),
        Block.Axis.linear("mean log growth"),
        curves);
  }

  private static Block geometry(String title, String axis, double[] values) {
    return new Block.Lines(
        title,
        Block.Axis.linear("layer"),
        Block.Axis.linear(axis),
        List.of(Block.Curve.counted(axis, values)));
  }

  private static double[] meanCosines(Stability s) {
    return s.tokens().stream().mapToDouble(TokenGeometry::meanCosine).toArray();
  }

  private static double[] ranks(Stability s) {
    return s.tokens().stream().mapToDouble(TokenGeometry::effectiveRank).toArray();
  }

  private static Block sumRule(TangentSpectrum t) {
    return new Block.Verdicts(
        "Sum rule",
        List.of(
            new Block.Verdict(
                "sum of the exponents = mean log |det|",
                "exponents by QR, determinants by LU, from state " + t.firstState(),
                t.violation(),
                TangentSpectrum.TOLERANCE,
                "sum " + number(t.sum()) + " in " + t.dimension() + " dimensions",
                t.violation() <= TangentSpectrum.TOLERANCE)));
  }

  private static List<String> counted(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).toList();
  }

  static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : "–";
  }
}
