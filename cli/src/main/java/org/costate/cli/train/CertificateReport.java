package org.costate.cli.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.costate.cli.data.ExperimentData;
import org.costate.cli.experiment.CertificateConfig;
import org.costate.cli.run.Session;
import org.costate.control.stability.CertifiedBound;
import org.costate.control.stability.CertifiedRobustness;
import org.costate.model.InputException;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// How far the output of a trained model can be moved by its input: certified from above, sought by
/// an adversary from below.
///
/// @param lipschitz certified constant of input to logits, `null` in JSON where infinite
/// @param entry its factor of the entry stages
/// @param steps its factors of the steps
/// @param exit its factor of the exit stages
/// @param gain largest gain that the adversary found
/// @param gainRadius mean distance over which it was found
/// @param share of the gain in the constant
/// @param accuracy of a classifier at every radius
public record CertificateReport(
    double lipschitz,
    double entry,
    List<Double> steps,
    double exit,
    double gain,
    double gainRadius,
    double share,
    List<CertifiedRobustness.Row> accuracy) {

  /// Refuses what data or model cannot be asked for.
  public static void require(CertificateConfig config, ExperimentData data) {
    if (config.sequences() < 0) {
      throw new InputException(
          "certificate.sequences: found " + config.sequences(), "at least 0", "");
    }
    for (double radius : config.radii()) {
      if (!(radius >= 0)) {
        throw new InputException("certificate.radii: found " + radius, "at least 0", "");
      }
    }
    if (config.sequences() > 0 && data.validation().input().isEmpty()) {
      throw new InputException(
          "certificate: found data whose input are tokens",
          "a real input, that can be moved a little",
          "");
    }
  }

  /// The certificate of a run whose experiment asks for one; of the controls of least held-out
  /// cost, which the model is made of.
  static Optional<CertificateReport> of(TrainedRun run, Session session) {
    CertificateConfig config = run.experiment().certificate();
    if (config.sequences() == 0 || run.stop().isEmpty()) {
      return Optional.empty();
    }
    CertifiedRobustness found =
        CertifiedRobustness.of(
            run.model(),
            run.bestControls(),
            run.data().validation(),
            config.sequences(),
            config.radii(),
            session.kernels());
    CertifiedBound bound = found.bound();
    return Optional.of(
        new CertificateReport(
            bound.whole(),
            bound.entry(),
            bound.steps(),
            bound.exit(),
            found.gain(),
            found.gainRadius(),
            found.gain() / bound.whole(),
            found.rows()));
  }

  /// For people.
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "Lipschitz   certified %.4g  found by an adversary %.4g (share %.2g)",
            lipschitz,
            gain,
            share));
    for (CertifiedRobustness.Row row : accuracy) {
      lines.add(
          String.format(
              Locale.ROOT,
              "within %-6s certified %.2f %%  left right by an adversary %.2f %%",
              row.radius(),
              100 * row.certified(),
              100 * row.attacked()));
    }
    return lines;
  }

  /// A section of a report.
  Report.Section section() {
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Block.Facts(
            List.of(
                new Block.Fact("certified Lipschitz constant, input to output", number(lipschitz)),
                new Block.Fact("  of the entry", number(entry)),
                new Block.Fact(
                    "  of the steps",
                    String.join(" · ", steps.stream().map(CertificateReport::number).toList())),
                new Block.Fact("  of the exit", number(exit)),
                new Block.Fact(
                    "largest gain found by an adversary at distance " + number(gainRadius),
                    number(gain)),
                new Block.Fact("share of the constant", number(share)))));
    if (!accuracy.isEmpty()) {
      double[] radii = accuracy.stream().mapToDouble(CertifiedRobustness.Row::radius).toArray();
      blocks.add(
          new Block.Lines(
              "Accuracy under the worst perturbation",
              Block.Axis.linear("‖δ‖₂ of the input"),
              Block.Axis.linear("% of the held-out sequences"),
              List.of(
                  Block.Curve.joined(
                      "left right by an adversary",
                      radii,
                      accuracy.stream().mapToDouble(r -> 100 * r.attacked()).toArray()),
                  Block.Curve.joined(
                      "certified",
                      radii,
                      accuracy.stream().mapToDouble(r -> 100 * r.certified()).toArray()))));
    }
    return new Report.Section(
        "Lipschitz certificate",
        "How far the output can be moved by the input: no perturbation moves it by more than the"
            + " certified constant says, and the adversary found one that moves it by as much as"
            + " its gain.",
        blocks);
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : "none";
  }
}
