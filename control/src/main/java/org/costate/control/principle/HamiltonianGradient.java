package org.costate.control.principle;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.costate.model.Model;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.ControlLayout.Block;
import org.costate.model.time.TimeGrid;

/// Reads `∂H_n/∂θ_n = −∇_{θ_n} J/h` of every step from the gradient of `J`.
///
/// Where a coefficient serves several steps (controls constant on longer intervals, or in all of
/// time), `h` is the length of the interval, and the derivative that of the mean of `H` over it.
/// Costs of the controls are part of `J`, so they are part of `H` here, with other times frozen. In
/// bases whose functions overlap, coefficients belong to no step, and nothing can be read.
public final class HamiltonianGradient {
  private record Stretch(int from, int count, double length) {}

  private final List<List<Stretch>> steps;

  private HamiltonianGradient(List<List<Stretch>> steps) {
    this.steps = steps;
  }

  /// For the controls of the steps of `model`.
  public static HamiltonianGradient of(Model model) {
    ControlLayout layout = model.layout();
    List<Block> blocks =
        model.step().slots().stream()
            .flatMap(slot -> slot.controls().stream())
            .map(ref -> layout.block(ref.block()))
            .distinct()
            .toList();
    TimeGrid grid = model.grid();
    double[][] lengths = blocks.stream().map(b -> lengths(b, grid)).toArray(double[][]::new);
    if (Stream.of(lengths).anyMatch(l -> l.length == 0)) {
      return new HamiltonianGradient(List.of());
    }
    List<List<Stretch>> steps = new ArrayList<>();
    for (int n = 0; n < grid.steps(); n++) {
      List<Stretch> own = new ArrayList<>();
      for (int i = 0; i < blocks.size(); i++) {
        int k = coefficient(blocks.get(i), grid, n);
        own.add(new Stretch(blocks.get(i).at(k), blocks.get(i).size(), lengths[i][k]));
      }
      steps.add(List.copyOf(own));
    }
    return new HamiltonianGradient(List.copyOf(steps));
  }

  /// Length of time that every coefficient serves; empty if functions of the basis overlap.
  private static double[] lengths(Block block, TimeGrid grid) {
    double[] lengths = new double[block.basis().count()];
    for (int n = 0; n < grid.steps(); n++) {
      double from = grid.time(n);
      double to = grid.time(n + 1);
      double middle = 0.5 * (from + to);
      int k = block.basis().first(middle, from, to);
      if (block.basis().support(middle, from, to) != 1
          || block.basis().value(k, 0, middle, from, to) != 1) {
        return new double[0];
      }
      lengths[k] += to - from;
    }
    return lengths;
  }

  private static int coefficient(Block block, TimeGrid grid, int n) {
    double from = grid.time(n);
    double to = grid.time(n + 1);
    return block.basis().first(0.5 * (from + to), from, to);
  }

  /// `max_n ‖∂H_n/∂θ_n‖₂`; NaN where nothing can be read.
  ///
  /// @param g the gradient of `J`
  public double largest(double[] g) {
    double largest = steps.isEmpty() ? Double.NaN : 0;
    for (List<Stretch> step : steps) {
      double square = 0;
      for (Stretch s : step) {
        for (int i = s.from(); i < s.from() + s.count(); i++) {
          square += g[i] / s.length() * (g[i] / s.length());
        }
      }
      largest = Math.max(largest, Math.sqrt(square));
    }
    return largest;
  }
}
