package org.costate.model.operator;

import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The non-local part of an attention: from queries, keys and values to the outputs of the heads,
/// with its four derivative actions. All slices but `weights` are packs laid out by [HeadLayout].
///
/// @see TiledMixing
/// @see ContextMixing
sealed interface Mixing permits TiledMixing, ContextMixing {
  /// Where everything lies.
  HeadLayout layout();

  /// Which keys a query sees.
  Mask mask();

  /// Factor of the scores.
  double scale();

  /// Number of doubles of scratch that any one call claims at most.
  int workSize(Shape s);

  /// Number of doubles of a pack and of what [#apply] leaves behind it for the derivative actions.
  int recordSize(Shape s);

  /// Fills the outputs of `pack` (and its row sums) from its queries, keys and values.
  ///
  /// @param weights token quadrature weights, `[positions]`; absent: all one
  void apply(Shape s, Slice weights, Slice pack, Workspace w);

  /// Fills the outputs of `direction` from its queries, keys and values.
  ///
  /// @param pack as [#apply] left it
  void tangent(Shape s, Slice weights, Slice pack, Slice direction, Workspace w);

  /// [#apply] and [#tangent] in one pass, the same to rounding.
  default void applyWithTangent(Shape s, Slice weights, Slice pack, Slice direction, Workspace w) {
    apply(s, weights, pack, w);
    tangent(s, weights, pack, direction, w);
  }

  /// Fills queries, keys and values of `bar` with what its outputs say.
  void adjoint(Shape s, Slice weights, Slice pack, Slice bar, Workspace w);

  /// The [#tangent] into `direction`, unless it is there already, the [#adjoint] into `bar`, and
  /// into `barDot` the derivative of that adjoint along `direction` and along the outputs of
  /// `barDot`, in one pass.
  ///
  /// @param isKept whether `direction` is as [#tangent] left it
  void secondAdjoint(
      Shape s,
      Slice weights,
      Slice pack,
      Slice direction,
      boolean isKept,
      Slice bar,
      Slice barDot,
      Workspace w);
}
