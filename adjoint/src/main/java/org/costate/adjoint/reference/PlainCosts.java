package org.costate.adjoint.reference;

import java.util.Optional;
import org.costate.adjoint.cost.RunningCost;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.model.Model;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.hipparchus.CalculusFieldElement;

/// The costs of a problem once more, in plain formulas over numbers of any field. Whoever defines
/// costs defines this too; a cost that is not known is left out of the checks that need it.
public interface PlainCosts {
  /// A cost of the same kind for a smaller model of the same scheme; empty if it is not known.
  Optional<TerminalCost> resized(TerminalCost cost, Model small);

  /// Whether [#running] knows the cost.
  boolean knows(RunningCost cost);

  /// `G`, the mean over the batch.
  ///
  /// @param output `[batch, tokens, width]` of shape `shape`
  <T extends CalculusFieldElement<T>> T terminal(
      TerminalCost cost, T[] output, Shape shape, Batch batch);

  /// `h ℓ` of one step, the mean over the sequences of the batch.
  <T extends CalculusFieldElement<T>> T running(RunningCost cost, StepEnds<T> ends);
}
