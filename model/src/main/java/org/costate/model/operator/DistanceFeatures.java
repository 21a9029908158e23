package org.costate.model.operator;

import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Queries and keys whose products are distances. From the projection `q` of a head to
/// `Q = (q, 1)`, `K = (q, −‖q‖²/2)`, so that
///
///     2 ⟨Q_i, K_j⟩ = −‖q_i − q_j‖² + ‖q_i‖²,
///
/// of which a softmax over `j` does not see the last term; values are `q` itself. `raw` is
/// `[positions, heads · width]`.
record DistanceFeatures(HeadLayout layout) implements HeadFeatures {
  /// The layout of heads whose projections have `width` features.
  static HeadLayout layout(int heads, int width) {
    return new HeadLayout(heads, heads, width + 1, width);
  }

  @Override
  public int columns() {
    return layout.outputs();
  }

  @Override
  public boolean inPlace() {
    return false;
  }

  @Override
  public int workSize(Shape s) {
    return 0;
  }

  @Override
  public void apply(Shape s, Slice raw, Slice pack, Workspace w) {
    int width = layout.valueWidth();
    double[] a = pack.array();
    for (int position = 0; position < s.positions(); position++) {
      for (int h = 0; h < layout.heads(); h++) {
        int q = rawAt(raw, position, h);
        lift(raw, q, position, h, pack);
        a[layout.queryAt(pack, position, h) + width] = 1;
        a[layout.keyAt(pack, position, h) + width] =
            -w.kernels().dot(width, raw.array(), q, raw.array(), q) / 2;
      }
    }
  }

  @Override
  public void tangent(Shape s, Slice pack, Slice raw, Slice direction, Workspace w) {
    int width = layout.valueWidth();
    double[] a = direction.array();
    for (int position = 0; position < s.positions(); position++) {
      for (int h = 0; h < layout.heads(); h++) {
        int dq = rawAt(raw, position, h);
        lift(raw, dq, position, h, direction);
        a[layout.queryAt(direction, position, h) + width] = 0;
        int q = layout.queryAt(pack, position, h);
        a[layout.keyAt(direction, position, h) + width] =
            -w.kernels().dot(width, pack.array(), q, raw.array(), dq);
      }
    }
  }

  /// `q̄ = Q̄ + K̄ + V̄ − K̄_last q`.
  @Override
  public void adjoint(Shape s, Slice pack, Slice bar, Slice raw, Workspace w) {
    for (int position = 0; position < s.positions(); position++) {
      for (int h = 0; h < layout.heads(); h++) {
        int q = rawAt(raw, position, h);
        gather(bar, position, h, raw, q);
        addLength(pack, bar, position, h, raw, q, w);
      }
    }
  }

  /// `q̄' = Q̄' + K̄' + V̄' − K̄'_last q − K̄_last dq`.
  @Override
  public void adjointDot(
      Shape s, Slice pack, Slice direction, Slice bar, Slice barDot, Slice raw, Workspace w) {
    for (int position = 0; position < s.positions(); position++) {
      for (int h = 0; h < layout.heads(); h++) {
        int q = rawAt(raw, position, h);
        gather(barDot, position, h, raw, q);
        addLength(pack, barDot, position, h, raw, q, w);
        addLength(direction, bar, position, h, raw, q, w);
      }
    }
  }

  private int rawAt(Slice raw, int position, int head) {
    return raw.offset() + position * columns() + head * layout.valueWidth();
  }

  private void lift(Slice raw, int at, int position, int head, Slice pack) {
    int width = layout.valueWidth();
    double[] a = pack.array();
    System.arraycopy(raw.array(), at, a, layout.queryAt(pack, position, head), width);
    System.arraycopy(raw.array(), at, a, layout.keyAt(pack, position, head), width);
    System.arraycopy(raw.array(), at, a, layout.valueAt(pack, position, head), width);
  }

  private void gather(Slice bar, int position, int head, Slice raw, int at) {
    int query = layout.queryAt(bar, position, head);
    int key = layout.keyAt(bar, position, head);
    int value = layout.valueAt(bar, position, head);
    double[] a = bar.array();
    for (int c = 0; c < layout.valueWidth(); c++) {
      raw.array()[at + c] = a[query + c] + a[key + c] + a[value + c];
    }
  }

  private void addLength(
      Slice pack, Slice bar, int position, int head, Slice raw, int at, Workspace w) {
    int width = layout.valueWidth();
    double last = bar.array()[layout.keyAt(bar, position, head) + width];
    int q = layout.queryAt(pack, position, head);
    w.kernels().axpy(width, -last, pack.array(), q, raw.array(), at);
  }
}
