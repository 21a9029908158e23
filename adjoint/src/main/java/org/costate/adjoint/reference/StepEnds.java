package org.costate.adjoint.reference;

/// Both ends of a step, as a running cost sees them.
///
/// @param place time, size and shape
/// @param u the state at its begin, `[batch, tokens, width]`
/// @param next the state at its end
/// @param theta the controls of the step, all slots one after the other
public record StepEnds<T>(Place place, T[] u, T[] next, T[] theta) {}
