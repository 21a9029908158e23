package org.costate.model.equation;

import java.util.List;
import java.util.Optional;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;

/// An operator of the equation and the block of controls `θ(t)` that it reads.
///
/// @param operator a field or a projection
/// @param block name of its controls; absent if it has none
public record Controlled(Operator operator, Optional<String> block) {
  /// @throws IllegalArgumentException if there are controls without a block or a block without
  ///     controls
  public Controlled {
    if (block.isPresent() == (operator.controlSize() == 0)) {
      throw new IllegalArgumentException(
          operator.name()
              + ": found "
              + block.map(name -> "block " + name).orElse("no block")
              + " for "
              + operator.controlSize()
              + " control values");
    }
  }

  /// An operator whose controls are `block`.
  public static Controlled of(Operator operator, String block) {
    return new Controlled(operator, Optional.of(block));
  }

  /// An operator without controls.
  public static Controlled of(Operator operator) {
    return new Controlled(operator, Optional.empty());
  }

  /// The parameters that its block is made of.
  public List<Parameter> parameters() {
    return operator.parameters();
  }
}
