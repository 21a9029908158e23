package org.costate.control.whatif;

import org.costate.adjoint.cost.TerminalCost;

/// A loss of the output of the first exit stages of a model; what it compares the output to comes
/// with the batch.
///
/// @param cost the cost
/// @param exitStages how many exit stages are in front of it
public record Loss(TerminalCost cost, int exitStages) {}
