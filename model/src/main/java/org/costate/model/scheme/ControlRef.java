package org.costate.model.scheme;

/// Names a block of controls, or a time derivative of it: both are linear in the coefficients.
///
/// @param block name in the control layout
/// @param derivative 0: `θ_block(t)`; 1: `θ_block'(t)`
public record ControlRef(String block, int derivative) {
  /// The value of a block.
  public static ControlRef value(String block) {
    return new ControlRef(block, 0);
  }

  /// The rate of change of a block.
  public static ControlRef rate(String block) {
    return new ControlRef(block, 1);
  }
}
