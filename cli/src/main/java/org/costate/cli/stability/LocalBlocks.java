package org.costate.cli.stability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.costate.control.stability.DenseAnalysis.Pseudospectrum;
import org.costate.control.stability.LocalDynamics;
import org.costate.reports.Block;

/// What the matrices of the steps of a small state show.
final class LocalBlocks {
  private LocalBlocks() {}

  static List<Block> of(LocalDynamics l) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Block.Lines(
            "Every layer: distance from an isometry, least gain, logarithmic norm",
            Block.Axis.linear("layer"),
            Block.Axis.linear("value"),
            List.of(
                Block.Curve.counted("distance from an isometry", l.isometryDistance()),
                Block.Curve.counted("least gain", l.leastGain()),
                Block.Curve.counted("logarithmic norm", l.logarithmicNorm()))));
    l.pseudospectrum().ifPresent(p -> blocks.add(field(p)));
    return blocks;
  }

  private static Block field(Pseudospectrum p) {
    return new Block.HeatMap(
        "Pseudospectrum of ∂u(N)/∂u(0): smallest perturbation that makes z an eigenvalue",
        "real part of z",
        labels(p.real()),
        "imaginary part of z",
        labels(p.imaginary()),
        p.values(),
        true);
  }

  private static List<String> labels(double[] values) {
    return Arrays.stream(values).mapToObj(v -> String.format(Locale.ROOT, "%.2f", v)).toList();
  }
}
