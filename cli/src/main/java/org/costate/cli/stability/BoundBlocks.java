package org.costate.cli.stability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.costate.control.stability.Stability;
import org.costate.control.stability.StepAnatomy;
import org.costate.control.stability.StepGain;
import org.costate.control.stability.Substep;
import org.costate.control.stability.Witnesses;
import org.costate.reports.Block;

/// Which substep makes a perturbation grow, and how far gains are from their bounds.
final class BoundBlocks {
  private BoundBlocks() {}

  static List<Block> of(Witnesses w, Stability s) {
    return List.of(whole(w, s), gainsAndBounds(w, s), substeps(w), table(w));
  }

  /// One colour for every operator of a step.
  private static Block substeps(Witnesses w) {
    List<Block.Bar> bars = new ArrayList<>();
    List<Substep> first = w.anatomy().getFirst().substeps();
    for (int i = 0; i < first.size(); i++) {
      int part = i;
      double[] gains =
          w.anatomy().stream().mapToDouble(a -> a.substeps().get(part).gain()).toArray();
      bars.add(new Block.Bar((i + 1) + " " + first.get(i).operator(), gains));
    }
    return new Block.Bars(
        "Gain of every substep of every layer",
        GrowthBlocks.counted(w.anatomy().size()),
        Block.Axis.linear("gain"),
        bars);
  }

  private static Block gainsAndBounds(Witnesses w, Stability s) {
    double[] bounds = w.anatomy().stream().mapToDouble(StepAnatomy::bound).toArray();
    double[] gains = s.gains().stream().mapToDouble(StepGain::gain).toArray();
    return new Block.Lines(
        "Gain of every layer under its certified bound",
        Block.Axis.linear("layer"),
        Block.Axis.log("gain"),
        List.of(Block.Curve.counted("measured", gains), Block.Curve.counted("certified", bounds)));
  }

  private static Block whole(Witnesses w, Stability s) {
    return new Block.Facts(
        List.of(
            new Block.Fact("gain of a small perturbation", number(s.singular()[0])),
            new Block.Fact(
                "adversarial gain at distance " + number(w.radius()),
                number(w.adversarial().gain())),
            new Block.Fact("certified bound", number(w.bound())),
            new Block.Fact("share of the bound", number(s.singular()[0] / w.bound()))));
  }

  private static Block table(Witnesses w) {
    List<List<String>> rows = new ArrayList<>();
    for (StepAnatomy step : w.anatomy()) {
      for (Substep part : step.substeps()) {
        rows.add(
            Arrays.asList(
                String.valueOf(part.step()),
                part.operator(),
                number(part.gain()),
                number(part.bound()),
                number(part.gain() / part.bound()),
                number(part.ball().radius())));
      }
    }
    return new Block.Table(
        "Substeps",
        List.of("layer", "operator", "gain", "bound", "share", "longest token it reads"),
        rows);
  }

  private static String number(double value) {
    return GrowthBlocks.number(value);
  }
}
