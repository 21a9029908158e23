package org.costate.model.state;

/// A pair of slices beside a [Point]: a direction `(δu, δθ)`, or the place where an adjoint adds
/// `(ū, θ̄)`. [Slice#NONE] in a direction means zero; in an adjoint it means: not wanted, skip that
/// product.
public final class Variation {
  private Slice u;
  private Slice theta;

  private Variation(Slice u, Slice theta) {
    this.u = u;
    this.theta = theta;
  }

  /// A variation that never changes.
  public static Variation of(Slice u, Slice theta) {
    return new Variation(u, theta);
  }

  static Variation recyclable() {
    return new Variation(Slice.NONE, Slice.NONE);
  }

  Variation move(Slice newU, Slice newTheta) {
    u = newU;
    theta = newTheta;
    return this;
  }

  /// The part that belongs to the state.
  public Slice u() {
    return u;
  }

  /// The part that belongs to the controls.
  public Slice theta() {
    return theta;
  }
}
