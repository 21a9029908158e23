package org.costate.cli.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.costate.cli.run.Session;
import org.costate.control.diagnose.TransportOptimum;
import org.costate.control.diagnose.TransportPaths;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// The held-out sequences on their paths through a trained model, as optimal transport sees them.
///
/// @param paths straightness and speeds
/// @param optimum what is known of an exact minimiser, and the gain measured beside it
/// @param weight transport weight `κ` of the run
public record TransportFindings(TransportPaths paths, TransportOptimum optimum, double weight) {
  private static final String STILL =
      "nothing moves; a path of length 0 has no straightness and no speed that could vary";

  /// The numbers of it.
  ///
  /// @param straightness mean over the sequences that move, 1 on straight lines; NaN where none
  /// does
  /// @param speedVariation mean over the sequences, 0 at constant speed
  /// @param cost mean transport cost for weight 1
  /// @param costVariation its variance over the sequences, over its mean
  /// @param tokenVariation variance over mean² of the squared speeds of tokens
  /// @param degenerate whether the cost cannot choose between paths
  /// @param lipschitzOfOptimum the statement about the exact minimiser, where it holds
  /// @param gain measured along the first sequence
  public record Numbers(
      double straightness,
      double speedVariation,
      double cost,
      double costVariation,
      double tokenVariation,
      boolean degenerate,
      OptionalDouble lipschitzOfOptimum,
      double gain) {}

  static TransportFindings of(TrainedRun run, Session session) {
    double weight = run.experiment().objective().transport();
    return new TransportFindings(
        TransportPaths.of(
            run.model(), run.bestControls(), run.data().validation(), session.kernels()),
        TransportOptimum.of(
            run.model(),
            run.bestControls(),
            weight,
            run.data().validation(),
            session.kernels(),
            run.experiment().seed()),
        weight);
  }

  Numbers numbers() {
    return new Numbers(
        paths.meanStraightness(),
        paths.meanSpeedVariation(),
        paths.meanCost(),
        paths.costVariation(),
        paths.tokenVariation(),
        paths.degenerate(),
        optimum.lipschitz(),
        optimum.gain());
  }

  /// Whether any sequence moves: a path of length 0 is neither straight nor crooked.
  private boolean moves() {
    return !Double.isNaN(paths.meanStraightness());
  }

  /// Lines for people.
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        moves()
            ? String.format(
                Locale.ROOT,
                "paths       straightness %.4f  speed variation %.4f",
                paths.meanStraightness(),
                paths.meanSpeedVariation())
            : "paths       " + STILL);
    if (weight > 0 && paths.degenerate()) {
      lines.add(warning());
    }
    return lines;
  }

  private String warning() {
    return String.format(
        Locale.ROOT,
        "warning     the transport cost is degenerate: the squared speeds of tokens differ by %.1e"
            + " of their mean (variance over mean²), whatever the input. Maybe a norm closes the"
            + " velocity?",
        paths.tokenVariation());
  }

  /// A section of a report.
  Report.Section section() {
    List<Block> blocks = new ArrayList<>();
    if (!moves()) {
      return new Report.Section("Transport", "", List.of(new Block.Text("Paths: " + STILL + ".")));
    }
    blocks.add(
        new Block.Figures(
            List.of(
                new Block.Figure(
                    String.format(Locale.ROOT, "%.4f", paths.meanStraightness()),
                    "straightness: displacement over length of the path, mean over the sequences"),
                new Block.Figure(
                    String.format(Locale.ROOT, "%.4f", paths.meanSpeedVariation()),
                    "standard deviation of the speed over its mean"))));
    if (paths.degenerate()) {
      blocks.add(new Block.Text(warning()));
    }
    blocks.add(
        new Block.Lines(
            "Speed",
            Block.Axis.linear("step"),
            Block.Axis.linear("‖u(n+1) − u(n)‖/h over √(n d)"),
            List.of(Block.Curve.counted("mean over the sequences", 1, paths.speeds()))));
    List<String> places =
        IntStream.range(0, paths.straightness().length).mapToObj(String::valueOf).toList();
    blocks.add(
        new Block.Bars(
            "Straightness and speed variation of every sequence",
            places,
            Block.Axis.linear("part"),
            List.of(
                new Block.Bar("straightness", paths.straightness()),
                new Block.Bar("speed variation", paths.speedVariation()))));
    blocks.add(new Block.Text(optimum.statement()));
    return new Report.Section(
        "Transport",
        "Held-out sequences on their paths. The minimisers of a transport cost move on straight"
            + " lines at constant speed.",
        blocks);
  }
}
