package org.costate.model.operator;

import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// What stands between the projection of a state and the queries, keys and values of its heads.
/// `raw` slices are `[positions, columns()]`; all others are packs laid out by [HeadLayout].
///
/// @see PositionFeatures
/// @see DistanceFeatures
sealed interface HeadFeatures permits PositionFeatures, DistanceFeatures {
  /// Columns of the projection.
  int columns();

  /// Whether `raw` is the head of the pack itself and changed where it lies.
  boolean inPlace();

  /// Number of doubles of scratch that any one call claims at most.
  int workSize(Shape s);

  /// Queries, keys and values of `pack` from `raw`.
  void apply(Shape s, Slice raw, Slice pack, Workspace w);

  /// Queries, keys and values of `direction` from the direction `raw`.
  void tangent(Shape s, Slice pack, Slice raw, Slice direction, Workspace w);

  /// The costate `raw` of the projection from the costate `bar` of the pack.
  void adjoint(Shape s, Slice pack, Slice bar, Slice raw, Workspace w);

  /// The derivative of [#adjoint] along `direction` and `barDot`.
  void adjointDot(
      Shape s, Slice pack, Slice direction, Slice bar, Slice barDot, Slice raw, Workspace w);
}
