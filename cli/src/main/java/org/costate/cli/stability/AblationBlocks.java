package org.costate.cli.stability;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.costate.control.stability.TokenGeometry;
import org.costate.control.whatif.Ablation;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// The geometry of the tokens with norms and residual connections on and off, as a section of a
/// report.
public final class AblationBlocks {
  private AblationBlocks() {}

  /// The section, if it was asked for.
  public static Optional<Report.Section> section(List<Ablation> all) {
    if (all.isEmpty()) {
      return Optional.empty();
    }
    List<Block> blocks = new ArrayList<>();
    for (Ablation a : all) {
      if (!a.failure().isEmpty()) {
        blocks.add(new Block.Text(a.name() + " leaves the numbers: " + a.failure()));
      }
    }
    blocks.add(plot("Mean cosine between tokens", false, all, TokenGeometry::meanCosine));
    blocks.add(plot("Effective rank of the tokens", false, all, TokenGeometry::effectiveRank));
    blocks.add(plot("Clusters of directions", false, all, TokenGeometry::clusters));
    blocks.add(plot("Drift from the first state", true, all, TokenGeometry::drift));
    blocks.add(plot("Cosine to the first state", false, all, TokenGeometry::inputCosine));
    blocks.add(entropy(all));
    return Optional.of(
        new Report.Section(
            "Without norms, without residual connections",
            "The same weights with parts of every step switched off.",
            blocks));
  }

  private static Block plot(
      String title, boolean logarithmic, List<Ablation> all, ToDoubleFunction<TokenGeometry> what) {
    List<Block.Curve> curves = new ArrayList<>();
    for (Ablation a : all) {
      double[] values = a.tokens().stream().mapToDouble(what).toArray();
      if (logarithmic && values.length > 0) {
        values[0] = Double.NaN;
      }
      if (values.length > 0) {
        curves.add(Block.Curve.counted(a.name(), values));
      }
    }
    return new Block.Lines(
        title,
        Block.Axis.linear("layer"),
        logarithmic ? Block.Axis.log("relative distance") : Block.Axis.linear(axis(title)),
        curves);
  }

  private static Block entropy(List<Ablation> all) {
    return new Block.Lines(
        "Attention entropy, mean over the heads",
        Block.Axis.linear("layer"),
        Block.Axis.linear("nats"),
        all.stream()
            .filter(a -> a.entropy().length > 0)
            .map(a -> Block.Curve.counted(a.name(), a.entropy()))
            .toList());
  }

  private static String axis(String title) {
    return switch (title) {
      case "Effective rank of the tokens" -> "rank";
      case "Clusters of directions" -> "clusters";
      default -> "cosine";
    };
  }
}
