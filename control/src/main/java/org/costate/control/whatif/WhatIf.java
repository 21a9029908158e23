package org.costate.control.whatif;

import java.util.List;
import java.util.Optional;

/// One parameter swept over a grid.
///
/// @param parameter the parameter
/// @param base its value in the design as it stands
/// @param trials the designs that were tried, in the order of the grid
/// @param slopes derivatives at the design as it stands; absent for a discrete parameter
public record WhatIf(
    DesignParameter parameter, double base, List<Trial> trials, Optional<Slopes> slopes) {
  public WhatIf {
    trials = List.copyOf(trials);
  }
}
