package org.costate.control;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.operator.Parameter;
import org.costate.model.time.ControlLayout;

/// Where one coefficient of one named array lies among the unknowns `c`.
///
/// @param block block of the control layout
/// @param parameter the array
/// @param coefficient index `k` of the basis function of time that it multiplies
/// @param offset index in `c` of its first number
public record Placement(
    ControlLayout.Block block, Parameter parameter, int coefficient, int offset) {
  /// Every array of every block with every coefficient; together they are `c`, each number once.
  public static List<Placement> of(ControlLayout layout) {
    List<Placement> all = new ArrayList<>();
    for (ControlLayout.Block block : layout.blocks()) {
      int coefficients = block.stride() == 0 ? 1 : block.basis().count();
      for (int k = 0; k < coefficients; k++) {
        int at = block.at(k);
        for (Parameter parameter : block.parameters()) {
          all.add(new Placement(block, parameter, k, at));
          at += parameter.size();
        }
      }
    }
    return List.copyOf(all);
  }

  /// Name for reports and for streams of random numbers: `block.parameter.k`.
  public String name() {
    return block.name() + "." + parameter.name() + "." + coefficient;
  }
}
