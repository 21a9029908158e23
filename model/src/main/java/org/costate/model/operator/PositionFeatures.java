package org.costate.model.operator;

import java.util.Optional;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Queries, keys and values as they were projected, queries and keys rotated with the position if
/// asked for: a linear map that does not depend on the state.
record PositionFeatures(HeadLayout layout, Optional<Rotary> rotary) implements HeadFeatures {
  PositionFeatures {
    if (rotary.isPresent() && rotary.get().dimensions() > layout.keyWidth()) {
      throw new IllegalArgumentException(
          "rotary: found "
              + rotary.get().dimensions()
              + " dimensions, expected at most the head width "
              + layout.keyWidth());
    }
  }

  @Override
  public int columns() {
    return layout.columns();
  }

  @Override
  public boolean inPlace() {
    return true;
  }

  @Override
  public int workSize(Shape s) {
    return rotary.isPresent() ? rotary.get().workSize(s.tokens()) : 0;
  }

  @Override
  public void apply(Shape s, Slice raw, Slice pack, Workspace w) {
    rotate(s, 1, pack, w);
  }

  @Override
  public void tangent(Shape s, Slice pack, Slice raw, Slice direction, Workspace w) {
    rotate(s, 1, direction, w);
  }

  @Override
  public void adjoint(Shape s, Slice pack, Slice bar, Slice raw, Workspace w) {
    rotate(s, -1, bar, w);
  }

  @Override
  public void adjointDot(
      Shape s, Slice pack, Slice direction, Slice bar, Slice barDot, Slice raw, Workspace w) {
    rotate(s, -1, barDot, w);
  }

  private void rotate(Shape s, double sign, Slice pack, Workspace w) {
    if (rotary.isPresent()) {
      rotary.get().rotate(layout, s, sign, pack, w);
    }
  }
}
