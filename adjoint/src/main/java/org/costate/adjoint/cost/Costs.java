package org.costate.adjoint.cost;

import java.util.List;
import java.util.Optional;

/// What an optimal-control problem minimises:
/// `J(c) = mean_b [G(y) + Σ_n h ℓ(u_n, u_{n+1}, θ_n)] + R(c)`.
///
/// @param terminal the cost `G` of the output
/// @param running the costs `ℓ` of the steps
/// @param controls the costs `R` of the controls alone
public record Costs(
    Optional<TerminalCost> terminal, List<RunningCost> running, List<ControlCost> controls) {
  public Costs {
    running = List.copyOf(running);
    controls = List.copyOf(controls);
  }

  /// A terminal cost alone.
  public static Costs of(TerminalCost terminal) {
    return new Costs(Optional.of(terminal), List.of(), List.of());
  }
}
