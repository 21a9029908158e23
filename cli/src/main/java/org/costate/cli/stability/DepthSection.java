package org.costate.cli.stability;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.costate.control.lyapunov.TrajectoryFunction;
import org.costate.control.stability.AttentionEntropy;
import org.costate.control.stability.EnsembleStability;
import org.costate.control.stability.LyapunovFunctions;
import org.costate.control.stability.Spread;
import org.costate.control.stability.Stability;
import org.costate.control.stability.Stretch;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// Sections of a report on Lyapunov functions, attention entropy, a stretch of layers and an
/// ensemble.
public final class DepthSection {
  private static final int SHOWN = 4;

  private DepthSection() {}

  /// All sections that there is something to show in.
  ///
  /// @param tokenNames what the tokens are called
  public static List<Report.Section> of(
      Stability s, Optional<EnsembleStability> ensemble, List<String> tokenNames) {
    List<Report.Section> sections = new ArrayList<>();
    s.lyapunov().ifPresent(l -> sections.add(lyapunov(l)));
    if (java.util.Arrays.stream(s.attention().heads()).anyMatch(row -> row.length > 0)) {
      sections.add(attention(s.attention()));
    }
    s.stretch().ifPresent(t -> sections.add(stretch(t, tokenNames)));
    ensemble.ifPresent(e -> sections.add(ensemble(e)));
    return sections;
  }

  private static Report.Section lyapunov(LyapunovFunctions l) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block.Text(l.sentence()));
    blocks.add(
        new Block.Facts(
            List.of(
                new Block.Fact("best rate of a common function", number(l.common().rate())),
                new Block.Fact("proven lower bound", number(l.common().lowerBound())),
                new Block.Fact("condition number of P", number(l.common().condition())),
                new Block.Fact(
                    "every product of k layers grows by at most",
                    number(Math.sqrt(l.common().condition()))
                        + " · "
                        + number(l.common().rate())
                        + "^k"))));
    String scope =
        l.recursionWhole()
            ? ""
            : " (span of the %d leading directions alone)".formatted(l.recursionStates());
    blocks.add(
        new Block.Lines(
            "Energy still to come of the worst perturbation: λ_max(P_n)" + scope,
            Block.Axis.linear("layer"),
            Block.Axis.log("sum of squared lengths"),
            List.of(Block.Curve.counted("λ_max(P)", l.energy()))));
    blocks.add(
        new Block.Verdicts(
            "Residuals",
            List.of(
                verdict(
                    "AᵀP(n+1)A − P(n) = −I",
                    "matrices by tangents and by adjoints",
                    l.recursionResidual(),
                    "λ_max(P_0) = " + number(l.energy()[0])),
                verdict(
                    "μ²P − AᵀPA ⪰ 0 for all layers",
                    "eigenvalues of every block",
                    l.residual(),
                    "condition of P " + number(l.common().condition())))));
    return new Report.Section(
        "Lyapunov functions",
        "Quadratic functions of a perturbation that fall from layer to layer: one that changes with"
            + " depth, and the best single one for all layers in any order.",
        blocks);
  }

  private static Block.Verdict verdict(
      String name, String method, double residual, String witness) {
    return new Block.Verdict(
        name,
        method,
        residual,
        TrajectoryFunction.TOLERANCE,
        witness,
        residual <= TrajectoryFunction.TOLERANCE);
  }

  private static Report.Section attention(AttentionEntropy a) {
    int heads = java.util.Arrays.stream(a.heads()).mapToInt(row -> row.length).max().orElse(0);
    double[] mean = IntStream.range(0, a.heads().length).mapToDouble(a::mean).toArray();
    return new Report.Section(
        "Attention entropy",
        "How widely the heads look around: the entropy of their weights in nats, mean over the"
            + " queries. 0: one token each; the upper curve: all visible tokens alike.",
        List.of(
            new Block.Lines(
                "Entropy of the attention weights",
                Block.Axis.linear("layer"),
                Block.Axis.linear("nats"),
                List.of(
                    Block.Curve.counted("mean over the heads", mean),
                    Block.Curve.counted("equal weights", a.largest()))),
            new Block.HeatMap(
                "Entropy of every head in nats",
                "head",
                counted(heads),
                "layer",
                counted(a.heads().length),
                a.heads(),
                false),
            new Block.HeatMap(
                "How far the weights of a head can still move: largest ‖J_softmax‖₂ of its rows, at"
                    + " most 1/2",
                "head",
                counted(heads),
                "layer",
                counted(a.heads().length),
                a.softmax(),
                false)));
  }

  private static Report.Section stretch(Stretch t, List<String> tokenNames) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Block.Lines(
            "Leading singular values",
            Block.Axis.linear("number"),
            Block.Axis.log("singular value"),
            List.of(Block.Curve.counted("σ", 1, t.leading()))));
    if (t.least().length > 0) {
      List<List<String>> rows = new ArrayList<>();
      for (int i = 0; i < t.least().length; i++) {
        rows.add(List.of(String.valueOf(i + 1), number(t.least()[i])));
      }
      blocks.add(
          new Block.Table(
              "Least singular values"
                  + (t.leastConverged() ? "" : " (upper bounds: not converged)"),
              List.of("number from below", "value"),
              rows));
    }
    blocks.add(
        vectors("Right singular vectors: size at every token, before", tokenNames, t.right()));
    blocks.add(vectors("Left singular vectors: size at every token, behind", tokenNames, t.left()));
    return new Report.Section(
        "Layers %d to %d".formatted(t.from(), t.to() - 1),
        "Singular values and vectors of ∂u(%d)/∂u(%d).".formatted(t.to(), t.from()),
        blocks);
  }

  private static Block vectors(String title, List<String> tokenNames, double[][] norms) {
    return new Block.HeatMap(
        title,
        "token",
        tokenNames,
        "number",
        IntStream.rangeClosed(1, norms.length).mapToObj(String::valueOf).toList(),
        norms,
        false);
  }

  private static Report.Section ensemble(EnsembleStability e) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(band("Lyapunov exponents over the sequences", "number", 1, e.exponents(), false));
    blocks.add(band("Gain of every layer over the sequences", "layer", 0, e.gains(), true));
    blocks.add(band("Leading singular values over the sequences", "number", 1, e.singular(), true));
    List<Block.Curve> curves = new ArrayList<>();
    for (int i = 0; i < Math.min(SHOWN, e.exponents().mean().length); i++) {
      int k = i;
      double[] mean = e.running().stream().mapToDouble(s -> s.mean()[k]).toArray();
      curves.add(Block.Curve.counted("exponent " + (i + 1), 1, mean));
    }
    blocks.add(
        new Block.Lines(
            "Estimates of the leading exponents over depth, mean over the sequences",
            Block.Axis.linear("layers"),
            Block.Axis.linear("mean log growth"),
            curves));
    return new Report.Section(
        "Spread over %d sequences".formatted(e.sequences()),
        "Mean, and one standard deviation to either side.",
        blocks);
  }

  private static Block band(String title, String axis, int first, Spread s, boolean logarithmic) {
    double[] low = s.mean().clone();
    double[] high = s.mean().clone();
    for (int i = 0; i < low.length; i++) {
      low[i] -= s.deviation()[i];
      high[i] += s.deviation()[i];
      low[i] = logarithmic && low[i] <= 0 ? Double.NaN : low[i];
    }
    return new Block.Lines(
        title,
        Block.Axis.linear(axis),
        logarithmic ? Block.Axis.log("value") : Block.Axis.linear("value"),
        List.of(
            Block.Curve.counted("mean", first, s.mean()),
            Block.Curve.counted("mean − deviation", first, low),
            Block.Curve.counted("mean + deviation", first, high)));
  }

  private static List<String> counted(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).toList();
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.6g", value) : "–";
  }
}
