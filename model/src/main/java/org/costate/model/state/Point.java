package org.costate.model.state;

/// Where an operator is evaluated: depth-time `t`, step size `h`, state `u`, controls `theta`, and
/// the data of the batch. A point taken from a [Workspace] is recycled when its frame is left.
public final class Point {
  private double t;
  private double h;
  private Shape shape;
  private Slice u;
  private Slice theta;
  private Batch batch;

  private Point(double t, double h, Shape shape, Slice u, Slice theta, Batch batch) {
    this.t = t;
    this.h = h;
    this.shape = shape;
    this.u = u;
    this.theta = theta;
    this.batch = batch;
  }

  /// A point that never changes.
  public static Point of(double t, double h, Shape shape, Slice u, Slice theta, Batch batch) {
    return new Point(t, h, shape, u, theta, batch);
  }

  static Point recyclable() {
    return new Point(0, 0, null, Slice.NONE, Slice.NONE, null);
  }

  Point move(double newT, double newH, Shape newShape, Slice newU, Slice newTheta, Batch newBatch) {
    t = newT;
    h = newH;
    shape = newShape;
    u = newU;
    theta = newTheta;
    batch = newBatch;
    return this;
  }

  /// Depth-time.
  public double t() {
    return t;
  }

  /// Step size; a vector field does not use it, a whole step does.
  public double h() {
    return h;
  }

  /// Sequences and tokens of [#u]; differs from the shape of the batch behind an operator that
  /// pools tokens.
  public Shape shape() {
    return shape;
  }

  /// The state, `[batch, tokens, inputWidth]`; absent for an operator that reads the batch only.
  public Slice u() {
    return u;
  }

  /// The controls of the operator, `controlSize()` numbers.
  public Slice theta() {
    return theta;
  }

  /// The data that come with the state.
  public Batch batch() {
    return batch;
  }
}
