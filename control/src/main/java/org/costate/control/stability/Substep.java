package org.costate.control.stability;

/// One operator at work within a step, at its point of a trajectory.
///
/// @param step number of the step
/// @param line number of the line of the scheme, from 0
/// @param operator its name
/// @param gain largest singular value of its Jacobian times the magnitude of its weight in the line
/// @param bound a certified bound of the same for all states of `ball`; infinite where none is
///     known
/// @param ball the smallest set of its kind around the state that it read
public record Substep(int step, int line, String operator, double gain, double bound, Ball ball) {}
