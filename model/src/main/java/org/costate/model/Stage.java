package org.costate.model;

import java.util.List;
import org.costate.model.operator.Operator;

/// An operator before or behind the steps (embedding, final norm, pooling, readout) and the blocks
/// of controls, one after the other, that are its `θ`. Two stages that name the same block share
/// its coefficients (tied weights).
public record Stage(Operator operator, List<String> blocks) {
  public Stage {
    blocks = List.copyOf(blocks);
  }
}
