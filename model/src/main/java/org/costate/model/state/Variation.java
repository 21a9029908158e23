package org.costate.model.state;

/// A pair of slices beside a [Point]: a direction `(δu, δθ)`, or the place where an adjoint adds
/// `(ū, θ̄)`. [Slice#NONE] in a direction means zero; in an adjoint it means: not wanted, skip that
/// product. A direction may come with a record: what the tangent along it leaves for the second
/// adjoint along it.
///
/// The place for `θ̄` may be fresh: nothing has been added to it, what its array holds counts for
/// nothing, and the adjoint leaves there `0 + θ̄`. Clearing it first would take it through the
/// memory once more.
public final class Variation {
  private Slice u;
  private Slice theta;
  private Slice record;
  private boolean isFresh;

  private Variation(Slice u, Slice theta, Slice record) {
    this.u = u;
    this.theta = theta;
    this.record = record;
  }

  /// A variation whose parts never change.
  public static Variation of(Slice u, Slice theta) {
    return new Variation(u, theta, Slice.NONE);
  }

  /// A direction whose parts never change, with a record.
  public static Variation of(Slice u, Slice theta, Slice record) {
    return new Variation(u, theta, record);
  }

  static Variation recyclable() {
    return new Variation(Slice.NONE, Slice.NONE, Slice.NONE);
  }

  Variation move(Slice newU, Slice newTheta, Slice newRecord) {
    u = newU;
    theta = newTheta;
    record = newRecord;
    isFresh = false;
    return this;
  }

  /// Says whether the place for `θ̄` is fresh, which it is not to begin with; the parts stay.
  public Variation fresh(boolean newFresh) {
    isFresh = newFresh;
    return this;
  }

  /// Whether the place for `θ̄` is fresh.
  public boolean isFresh() {
    return isFresh;
  }

  /// The part that belongs to the state.
  public Slice u() {
    return u;
  }

  /// The part that belongs to the controls.
  public Slice theta() {
    return theta;
  }

  /// Whether both parts are.
  public boolean isAbsent() {
    return u.isNone() && theta.isNone();
  }

  /// The record of the tangent along this direction; absent: none is kept.
  public Slice record() {
    return record;
  }
}
