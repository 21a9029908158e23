package org.costate.model.architecture;

import org.costate.model.InputException;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;

/// One step of an architecture: its fields, its projection and how the scheme puts them together.
///
/// With a stack of `K > 1`, `K` blocks with weights of their own follow one another as a map `G`,
/// and the velocity of the state is `G(u) − u`: the step is `u + h (G(u) − u)`. At `h = 1` it is
/// the `K` blocks themselves, at any other the explicit Euler step of a continuous-time Transformer
/// whose velocity is a whole Transformer (Kan et al., 2501.18793).
///
/// @param arrangement the scheme, by the name of the architecture
/// @param attention the non-local field
/// @param feedForward the local field
/// @param norm the projection, twice per block with controls of its own (once each for attention
///     and feed-forward)
/// @param stack blocks of one step
public record Block(
    Arrangement arrangement, Attention attention, FeedForward feedForward, Norm norm, int stack) {
  /// @throws InputException if there is no block
  public Block {
    if (stack < 1) {
      throw new InputException("stack: found " + stack + " blocks of a step", "at least 1", "");
    }
  }

  /// A step of one block.
  public Block(Arrangement arrangement, Attention attention, FeedForward feedForward, Norm norm) {
    this(arrangement, attention, feedForward, norm, 1);
  }
}
