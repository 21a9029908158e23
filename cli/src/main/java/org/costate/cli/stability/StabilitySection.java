package org.costate.cli.stability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.costate.control.stability.Stability;
import org.costate.control.stability.StepGain;
import org.costate.control.stability.TangentSpectrum;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// The stability of a model on one sequence as sections of a report: how perturbations grow, what
/// bounds them, how the spectrum lies, and what becomes of the tokens.
public final class StabilitySection {
  private static final String SUBJECT =
      "How small perturbations of the first state grow on their way through the layers, for one"
          + " sequence; embedding, final norm and readout are left out.";

  private StabilitySection() {}

  /// All sections.
  ///
  /// @param tokenNames what the tokens are called
  public static List<Report.Section> of(Stability s, List<String> tokenNames) {
    List<Report.Section> sections = new ArrayList<>();
    sections.add(new Report.Section("Stability", SUBJECT, GrowthBlocks.of(s, tokenNames)));
    sections.add(gains(s));
    sections.add(exponents(s, tokenNames));
    sections.add(
        new Report.Section(
            "Tokens over depth",
            "Whether the tokens become one: their directions, how many of them count, and how far"
                + " they have moved.",
            GeometryBlocks.of(s)));
    return sections;
  }

  /// One section for a report on something else: how perturbations grow, and what becomes of the
  /// tokens, in a few curves.
  static Report.Section brief(Stability s, List<String> tokenNames) {
    List<Block> blocks = new ArrayList<>(GrowthBlocks.of(s, tokenNames));
    if (tokenNames.size() > 1) {
      blocks.addAll(GeometryBlocks.brief(s));
    }
    return new Report.Section("Stability", SUBJECT, blocks);
  }

  private static Report.Section gains(Stability s) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Block.Bars(
            "Gain of every layer: largest singular value of ∂u(n+1)/∂u(n)",
            GrowthBlocks.counted(s.steps()),
            Block.Axis.linear("gain"),
            List.of(
                new Block.Bar("gain", s.gains().stream().mapToDouble(StepGain::gain).toArray()))));
    blocks.add(
        new Block.Lines(
            "Leading singular values of ∂u(N)/∂u(0)"
                + (s.singularConverged() ? "" : " (not all of them converged)"),
            Block.Axis.linear("number"),
            Block.Axis.log("singular value"),
            List.of(Block.Curve.counted("σ", 1, s.singular()))));
    s.witnesses().ifPresent(w -> blocks.addAll(BoundBlocks.of(w, s)));
    s.local().ifPresent(l -> blocks.addAll(LocalBlocks.of(l)));
    s.finalNormGain()
        .ifPresent(
            gain ->
                blocks.add(
                    new Block.Facts(
                        List.of(
                            new Block.Fact(
                                "gain of the final norm, behind the layers",
                                GrowthBlocks.number(gain))))));
    return new Report.Section(
        "Gains and bounds",
        "The most that a layer, or one substep of it, can lengthen a small perturbation: measured,"
            + " and what can be proved.",
        blocks);
  }

  private static Report.Section exponents(Stability s, List<String> tokenNames) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(spectrum(s));
    blocks.add(convergence(s));
    s.tangent().ifPresent(t -> blocks.add(sumRule(t)));
    List<String> layers = GrowthBlocks.counted(s.steps() + 1);
    blocks.add(
        new Block.HeatMap(
            "The leading covariant vector: its size at every token",
            "token",
            tokenNames,
            "layer",
            layers,
            first(s.covariant().tokens()),
            false));
    double[][] features = first(s.covariant().features());
    blocks.add(
        new Block.HeatMap(
            "The leading covariant vector: its size in every feature",
            "feature",
            GrowthBlocks.counted(features[0].length),
            "layer",
            layers,
            features,
            false));
    return new Report.Section(
        "Lyapunov exponents",
        "Mean logarithmic growth per layer of a direction, of an area, of a volume …, and the"
            + " directions that the layers carry into each other (covariant vectors).",
        blocks);
  }

  private static double[][] first(double[][][] vectors) {
    return Arrays.stream(vectors).map(all -> all[0]).toArray(double[][]::new);
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

  private static Block sumRule(TangentSpectrum t) {
    return new Block.Verdicts(
        "Sum rule",
        List.of(
            new Block.Verdict(
                "sum of the exponents = mean log |det|",
                "exponents by QR, determinants by LU, from state " + t.firstState(),
                t.violation(),
                TangentSpectrum.TOLERANCE,
                "sum " + GrowthBlocks.number(t.sum()) + " in " + t.dimension() + " dimensions",
                t.violation() <= TangentSpectrum.TOLERANCE)));
  }
}
