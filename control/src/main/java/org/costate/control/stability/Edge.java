package org.costate.control.stability;

/// What one attention head carries from one token to another, weighed by the costate of a chosen
/// output:
///
///     influence = <λ_i, weight · γ^h_ij V^h_j W^O_h>
///
/// with `λ_i` the costate behind the attention at token `i` and `weight` the factor of the scheme
/// (the step size). To first order the output loses it when the edge is removed and nothing put in
/// its place.
///
/// @param layer number of the step
/// @param line of its scheme, from 0
/// @param head number of the head
/// @param from token `j` that is read
/// @param to token `i` that reads
/// @param influence in units of the output
public record Edge(int layer, int line, int head, int from, int to, double influence) {}
