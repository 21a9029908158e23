package org.costate.model.operator;

/// Which keys a query sees: a restriction of the domain of the integral over tokens,
/// `A(u)(x) = ∫_{Ω(x)} γ(x, x') V(x') dx'`, where `Ω(x)` is an interval of tokens.
///
/// Padding is no mask: it is a token quadrature weight of zero.
public sealed interface Mask {
  /// First key that token `i` sees.
  int from(int i, int tokens);

  /// One more than the last key that token `i` sees.
  int to(int i, int tokens);

  /// Every token sees every token.
  record Full() implements Mask {
    @Override
    public int from(int i, int tokens) {
      return 0;
    }

    @Override
    public int to(int i, int tokens) {
      return tokens;
    }
  }

  /// Token `i` sees tokens `0 … i`.
  record Causal() implements Mask {
    @Override
    public int from(int i, int tokens) {
      return 0;
    }

    @Override
    public int to(int i, int tokens) {
      return i + 1;
    }
  }

  /// Token `i` sees tokens `i − left … i + right`, as far as they exist.
  record Window(int left, int right) implements Mask {
    /// @throws IllegalArgumentException if a reach is negative
    public Window {
      if (left < 0 || right < 0) {
        throw new IllegalArgumentException(
            "window mask: found reach " + left + " and " + right + ", expected none negative");
      }
    }

    @Override
    public int from(int i, int tokens) {
      return Math.max(0, i - left);
    }

    @Override
    public int to(int i, int tokens) {
      return right >= tokens - i ? tokens : i + right + 1;
    }
  }
}
