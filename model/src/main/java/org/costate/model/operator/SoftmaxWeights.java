package org.costate.model.operator;

import org.costate.model.kernel.Kernels;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// `Γ_ij = w_j e^{S_ij} / Σ_l w_l e^{S_il}` over the keys that query `i` sees. The record keeps the
/// logarithm of every denominator. Row by row `dΓ = Γ ∘ (dS − ⟨Γ, dS⟩)`, `S̄ = Γ ∘ (Γ̄ − ⟨Γ, Γ̄⟩)`
/// and `S̄' = Γ ∘ (Γ̄' − ⟨Γ, Γ̄'⟩ − ⟨dΓ, Γ̄⟩) + dΓ ∘ (Γ̄ − ⟨Γ, Γ̄⟩)`.
record SoftmaxWeights(HeadTiles tiles) implements TileWeights {
  @Override
  public boolean normalised() {
    return true;
  }

  /// `log w`, which is added to the scores: `−∞` hides a key.
  @Override
  public Slice keyWeights(Slice weights, Workspace w) {
    if (weights.isNone()) {
      return Slice.NONE;
    }
    Slice logs = w.take(weights.length());
    for (int j = 0; j < weights.length(); j++) {
      logs.array()[logs.offset() + j] = Math.log(weights.at(j));
    }
    return logs;
  }

  @Override
  public void apply(Shape s, int block, Slice keyWeights, Slice tile, Slice pack, Workspace w) {
    Kernels k = w.kernels();
    int n = tiles.keys(s, block);
    int from = tiles.from(s, block);
    int query = block % s.tokens();
    int sums = pack.offset() + tiles.layout().packSize(s) + block;
    addKeyWeights(s, block, keyWeights, tile, w);
    if (tiles.mask() instanceof Mask.Full) {
      k.softmaxRows(tiles.rows(s, block), n, tile.array(), tile.offset(), pack.array(), sums);
      return;
    }
    for (int r = 0; r < tiles.rows(s, block); r++) {
      int first = tiles.mask().from(query + r, s.tokens()) - from;
      int last = tiles.mask().to(query + r, s.tokens()) - from;
      pack.array()[sums + r] = k.softmax(last - first, tile.array(), tile.offset() + r * n + first);
    }
    tiles.clearMasked(s, block, tile);
  }

  @Override
  public void recompute(Shape s, int block, Slice keyWeights, Slice tile, Slice pack, Workspace w) {
    Kernels k = w.kernels();
    int n = tiles.keys(s, block);
    int from = tiles.from(s, block);
    int query = block % s.tokens();
    int sums = pack.offset() + tiles.layout().packSize(s) + block;
    addKeyWeights(s, block, keyWeights, tile, w);
    if (tiles.mask() instanceof Mask.Full) {
      k.expShiftedRows(tiles.rows(s, block), n, pack.array(), sums, tile.array(), tile.offset());
      return;
    }
    for (int r = 0; r < tiles.rows(s, block); r++) {
      int first = tiles.mask().from(query + r, s.tokens()) - from;
      int last = tiles.mask().to(query + r, s.tokens()) - from;
      k.expShifted(
          last - first, pack.array()[sums + r], tile.array(), tile.offset() + r * n + first);
    }
    tiles.clearMasked(s, block, tile);
  }

  @Override
  public void tangent(Shape s, int block, Slice keyWeights, Slice gamma, Slice tile, Workspace w) {
    jacobian(s, block, gamma, tile, w);
  }

  @Override
  public void adjoint(Shape s, int block, Slice keyWeights, Slice gamma, Slice tile, Workspace w) {
    jacobian(s, block, gamma, tile, w);
  }

  private void jacobian(Shape s, int block, Slice gamma, Slice tile, Workspace w) {
    w.kernels()
        .softmaxJacobianRows(
            tiles.rows(s, block),
            tiles.keys(s, block),
            gamma.array(),
            gamma.offset(),
            tile.array(),
            tile.offset());
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
    w.kernels()
        .softmaxSecondJacobianRows(
            tiles.rows(s, block),
            tiles.keys(s, block),
            gamma.array(),
            gamma.offset(),
            dGamma.array(),
            dGamma.offset(),
            tile.array(),
            tile.offset(),
            dTile.array(),
            dTile.offset());
  }

  private void addKeyWeights(Shape s, int block, Slice logs, Slice tile, Workspace w) {
    if (!logs.isNone()) {
      int n = tiles.keys(s, block);
      int at = logs.offset() + tiles.sequence(s, block) + tiles.from(s, block);
      w.kernels()
          .addToRows(tiles.rows(s, block), n, logs.array(), at, tile.array(), tile.offset(), n);
    }
  }
}
