package org.costate.model.operator;

import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// How the scores `S` of a tile become the weights `Γ` with which values are mixed, row by row and
/// in place, with the derivatives of that map. Where a query sees no key, weights and all their
/// derivatives are zero.
sealed interface TileWeights permits SoftmaxWeights, LinearWeights {
  /// The tiles it works on.
  HeadTiles tiles();

  /// Whether every row of `Γ` sums to one.
  boolean normalised();

  /// The token quadrature weights, `[positions]`, in the form that the other methods take as
  /// `keyWeights`; absent if they are.
  Slice keyWeights(Slice weights, Workspace w);

  /// `Γ` from `S`; leaves in the record `pack` what [#recompute] needs.
  void apply(Shape s, int block, Slice keyWeights, Slice tile, Slice pack, Workspace w);

  /// `Γ` from `S` once more.
  void recompute(Shape s, int block, Slice keyWeights, Slice tile, Slice pack, Workspace w);

  /// `dΓ` from `dS`.
  void tangent(Shape s, int block, Slice keyWeights, Slice gamma, Slice tile, Workspace w);

  /// `S̄` from `Γ̄`.
  void adjoint(Shape s, int block, Slice keyWeights, Slice gamma, Slice tile, Workspace w);

  /// `S̄` and its derivative `S̄'` from `Γ̄` and `Γ̄'`.
  void secondAdjoint(
      Shape s,
      int block,
      Slice keyWeights,
      Slice gamma,
      Slice dGamma,
      Slice tile,
      Slice dTile,
      Workspace w);
}
