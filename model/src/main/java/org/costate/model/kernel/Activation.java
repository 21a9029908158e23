package org.costate.model.kernel;

/// Pointwise nonlinearities `f` of a feed-forward network.
public enum Activation {
  /// `f(x) = x`.
  IDENTITY,
  /// `f(x) = max(x, 0)`: the projection onto `S2 = {u ≥ 0}`; derivative 0 at the kink.
  RELU,
  /// `f(x) = x Φ(x) = x (1 + erf(x/√2))/2`.
  GELU_ERF,
  /// `f(x) = x (1 + tanh(√(2/π) (x + 0.044715 x³)))/2`.
  GELU_TANH,
  /// `f(x) = x / (1 + e^{−x})`.
  SILU,
  /// `f(x) = tanh x`.
  TANH;

  /// Whether `f` is the projection onto a set of numbers, `f(f(x)) = f(x)`, with `f'(f(x)) = f'(x)`
  /// since the derivative at a kink is 0: then the value tells the slope.
  public boolean isProjection() {
    return this == IDENTITY || this == RELU;
  }
}
