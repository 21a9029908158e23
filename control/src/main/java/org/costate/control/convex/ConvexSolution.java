package org.costate.control.convex;

/// A point within `gap` of the optimum.
///
/// @param x the point, strictly inside
/// @param value `f(x)`
/// @param gap bound of `f(x) − f*`
/// @param sharpness `t` of the last centre: the multiplier of a constraint with slack `s` is `1/(t
///     s)`
/// @param centrings number of centring problems
public record ConvexSolution(
    double[] x, double value, double gap, double sharpness, int centrings) {}
