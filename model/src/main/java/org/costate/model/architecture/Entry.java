package org.costate.model.architecture;

import java.util.Optional;

/// How the first state is made from the data.
public sealed interface Entry {
  /// Features of the state.
  int width();

  /// Token identities looked up in a table.
  ///
  /// @param vocabulary rows of the table
  /// @param positions learned positions that are added; 0: none
  /// @param positionOffset row of the position table that belongs to token 0
  /// @param types learned token types that are added; 0: none
  /// @param norm projection behind the sum
  record Tokens(
      int vocabulary, int width, int positions, int positionOffset, int types, Optional<Norm> norm)
      implements Entry {}

  /// Square patches of an image, mapped linearly.
  ///
  /// @param height rows of pixels
  /// @param columns columns of pixels
  /// @param channels numbers per pixel
  /// @param patch side of a patch
  /// @param classToken whether a learned token is put in front
  /// @param positions whether learned positions are added
  record Patches(
      int height,
      int columns,
      int channels,
      int patch,
      int width,
      boolean classToken,
      boolean positions,
      boolean bias)
      implements Entry {
    /// Tokens of the state.
    public int tokens() {
      return (height / patch) * (columns / patch) + (classToken ? 1 : 0);
    }
  }

  /// Real vectors, mapped linearly.
  ///
  /// @param inputs numbers per token
  /// @param positions learned positions that are added; 0: none
  record Features(int inputs, int width, int positions) implements Entry {}

  /// Real vectors that are the state.
  record State(int width) implements Entry {}
}
