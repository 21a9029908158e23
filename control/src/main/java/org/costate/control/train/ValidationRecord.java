package org.costate.control.train;

/// The cost on held-out data.
///
/// @param iteration number of iterations before
/// @param value the cost; not finite if the controls blow up there
public record ValidationRecord(long iteration, double value) {}
