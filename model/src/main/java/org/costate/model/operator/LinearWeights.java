package org.costate.model.operator;

import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// `Γ_ij = w_j S_ij` over the keys that query `i` sees: attention without softmax. The map is
/// linear, so its tangent and its adjoint are itself.
record LinearWeights(HeadTiles tiles) implements TileWeights {
  @Override
  public boolean normalised() {
    return false;
  }

  @Override
  public Slice keyWeights(Slice weights, Workspace w) {
    return weights;
  }

  @Override
  public void apply(Shape s, int block, Slice keyWeights, Slice tile, Slice pack, Workspace w) {
    scale(s, block, keyWeights, tile, w);
  }

  @Override
  public void recompute(Shape s, int block, Slice keyWeights, Slice tile, Slice pack, Workspace w) {
    scale(s, block, keyWeights, tile, w);
  }

  @Override
  public void tangent(Shape s, int block, Slice keyWeights, Slice gamma, Slice tile, Workspace w) {
    scale(s, block, keyWeights, tile, w);
  }

  @Override
  public void adjoint(Shape s, int block, Slice keyWeights, Slice gamma, Slice tile, Workspace w) {
    scale(s, block, keyWeights, tile, w);
  }

  @Override
  public void secondAdjoint(
      Shape s,
      int block,
      Slice keyWeights,
      Slice gamma,
      Slice dGamma,
      Slice tile,
      Slice dTile,
      Workspace w) {
    scale(s, block, keyWeights, tile, w);
    scale(s, block, keyWeights, dTile, w);
  }

  private void scale(Shape s, int block, Slice keyWeights, Slice tile, Workspace w) {
    tiles.clearMasked(s, block, tile);
    if (keyWeights.isNone()) {
      return;
    }
    double[] a = tile.array();
    int n = tiles.keys(s, block);
    int at = keyWeights.offset() + tiles.sequence(s, block) + tiles.from(s, block);
    for (int r = 0; r < tiles.rows(s, block); r++) {
      int row = tile.offset() + r * n;
      w.kernels().multiply(n, 1, keyWeights.array(), at, a, row, 0, a, row);
    }
  }
}
