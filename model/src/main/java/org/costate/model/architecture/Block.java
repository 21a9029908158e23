package org.costate.model.architecture;

import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;

/// One step of an architecture: its fields, its projection and how the scheme puts them together.
///
/// @param arrangement the scheme, by the name of the architecture
/// @param attention the non-local field
/// @param feedForward the local field
/// @param norm the projection, twice per step with controls of its own (once each for attention and
/// feed-forward)
public record Block(
    Arrangement arrangement, Attention attention, FeedForward feedForward, Norm norm) {}
