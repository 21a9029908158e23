package org.costate.cli.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.costate.control.diagnose.OptimalityProfile;
import org.costate.control.diagnose.OptimalityProfile.BlockSlope;
import org.costate.control.diagnose.OptimalityProfile.Layer;
import org.costate.control.diagnose.OptimalityProfile.Substep;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// Shows an [OptimalityProfile] to people.
public final class OptimalityBlocks {
  private OptimalityBlocks() {}

  /// A section of a report.
  public static Report.Section section(OptimalityProfile profile) {
    List<Layer> layers = profile.layers();
    List<String> names = layers.stream().map(Layer::name).toList();
    return new Report.Section(
        "Where is it not optimal?",
        sentence(profile),
        List.of(
            new Block.Bars(
                "What a change of one layer's controls by 1 % is worth (gap of its Hamiltonian)",
                names,
                Block.Axis.log("decrease of J"),
                List.of(new Block.Bar("gap", layers.stream().mapToDouble(Layer::gap).toArray()))),
            slopes(layers),
            new Block.Table(
                "Layers", List.of("layer", "controls", "‖∇J‖", "gap", "gap / J"), rows(profile)),
            substeps(profile)));
  }

  /// The layer that is farthest from the maximum principle.
  public static String sentence(OptimalityProfile profile) {
    Layer worst =
        profile.layers().stream().max((x, y) -> Double.compare(x.gap(), y.gap())).orElseThrow();
    return String.format(
        Locale.ROOT,
        "The Hamiltonian of %s can be raised most: within 1 %% of the norm of its controls by %.3g,"
            + " %.2f %% of J = %.6g. States and costates are held; J counts the sequences looked"
            + " at.",
        worst.name(),
        worst.gap(),
        100 * worst.gap() / Math.abs(profile.value()),
        profile.value());
  }

  /// Lines for a terminal.
  public static List<String> lines(OptimalityProfile profile) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%-18s %10s %11s %11s  %s",
            "layer",
            "controls",
            "slope",
            "gap",
            "blocks"));
    for (Layer layer : profile.layers()) {
      StringBuilder blocks = new StringBuilder();
      for (BlockSlope slope : layer.blocks()) {
        blocks.append(String.format(Locale.ROOT, "%s %.2e  ", slope.block(), slope.slope()));
      }
      lines.add(
          String.format(
              Locale.ROOT,
              "%-18s %,10d %11.3e %11.3e  %s",
              layer.name(),
              layer.size(),
              layer.slope(),
              layer.gap(),
              blocks.toString().strip()));
    }
    lines.add(sentence(profile));
    return lines;
  }

  private static List<List<String>> rows(OptimalityProfile profile) {
    return profile.layers().stream()
        .map(
            l ->
                List.of(
                    l.name(),
                    "%,d".formatted(l.size()),
                    String.format(Locale.ROOT, "%.3e", l.slope()),
                    String.format(Locale.ROOT, "%.3e", l.gap()),
                    String.format(Locale.ROOT, "%.3f %%", 100 * l.gap() / profile.value())))
        .toList();
  }

  private static Block.HeatMap slopes(List<Layer> layers) {
    Map<String, Integer> columns = new LinkedHashMap<>();
    for (Layer layer : layers) {
      layer.blocks().forEach(s -> columns.putIfAbsent(s.block(), columns.size()));
    }
    double[][] values = new double[layers.size()][columns.size()];
    for (int k = 0; k < layers.size(); k++) {
      java.util.Arrays.fill(values[k], Double.NaN);
      for (BlockSlope slope : layers.get(k).blocks()) {
        values[k][columns.get(slope.block())] = slope.slope();
      }
    }
    return new Block.HeatMap(
        "Norm of h ∂H/∂θ by layer and block",
        "block",
        List.copyOf(columns.keySet()),
        "layer",
        layers.stream().map(Layer::name).toList(),
        values,
        true);
  }

  private static Block.HeatMap substeps(OptimalityProfile profile) {
    List<Substep> first = profile.substeps().stream().filter(s -> s.step() == 0).toList();
    int steps = profile.hamiltonian().length;
    double[][] values = new double[steps][first.size()];
    for (Substep s : profile.substeps()) {
      values[s.step()][s.line()] = s.costateNorm();
    }
    return new Block.HeatMap(
        "Costate norm behind every substep",
        "substep",
        first.stream().map(s -> (s.line() + 1) + " " + s.name()).toList(),
        "step",
        java.util.stream.IntStream.range(0, steps).mapToObj(String::valueOf).toList(),
        values,
        true);
  }
}
