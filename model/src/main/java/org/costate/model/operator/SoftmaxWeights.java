package org.costate.model.operator;

import org.costate.model.kernel.Kernels;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// `Γ_ij = w_j e^{S_ij} / Σ_l w_l e^{S_il}` over the keys that query `i` sees. The record keeps the
/// logarithm of every denominator. `dΓ = Γ ∘ (dS − ⟨Γ, dS⟩)`, `S̄ = Γ ∘ (Γ̄ − ⟨Ȳ, Y⟩)`.
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
  public void apply(Shape s, int block, Slice keyWeights, int tile, Slice pack, Workspace w) {
    Kernels k = w.kernels();
    int n = tiles.keys(s, block);
    int from = tiles.from(s, block);
    int query = block % s.tokens();
    int sums = pack.offset() + tiles.layout().packSize(s) + block;
    addKeyWeights(s, block, keyWeights, tile, w);
    if (tiles.mask() instanceof Mask.Full) {
      k.softmaxRows(tiles.rows(s, block), n, w.scratch(), tile, pack.array(), sums);
      return;
    }
    for (int r = 0; r < tiles.rows(s, block); r++) {
      int first = tiles.mask().from(query + r, s.tokens()) - from;
      int last = tiles.mask().to(query + r, s.tokens()) - from;
      pack.array()[sums + r] = k.softmax(last - first, w.scratch(), tile + r * n + first);
    }
    tiles.clearMasked(s, block, tile, w);
  }

  @Override
  public void recompute(Shape s, int block, Slice keyWeights, int tile, Slice pack, Workspace w) {
    Kernels k = w.kernels();
    int n = tiles.keys(s, block);
    int from = tiles.from(s, block);
    int query = block % s.tokens();
    int sums = pack.offset() + tiles.layout().packSize(s) + block;
    addKeyWeights(s, block, keyWeights, tile, w);
    if (tiles.mask() instanceof Mask.Full) {
      k.expShiftedRows(tiles.rows(s, block), n, pack.array(), sums, w.scratch(), tile);
      return;
    }
    for (int r = 0; r < tiles.rows(s, block); r++) {
      int first = tiles.mask().from(query + r, s.tokens()) - from;
      int last = tiles.mask().to(query + r, s.tokens()) - from;
      k.expShifted(last - first, pack.array()[sums + r], w.scratch(), tile + r * n + first);
    }
    tiles.clearMasked(s, block, tile, w);
  }

  @Override
  public void tangent(Shape s, int block, Slice keyWeights, int gamma, int tile, Workspace w) {
    Kernels k = w.kernels();
    double[] a = w.scratch();
    int n = tiles.keys(s, block);
    for (int r = 0; r < tiles.rows(s, block); r++) {
      k.softmaxJacobian(n, a, gamma + r * n, a, tile + r * n, a, tile + r * n);
    }
  }

  @Override
  public void adjoint(Shape s, int block, Slice keyWeights, int gamma, int tile, Workspace w) {
    double[] a = w.scratch();
    int all = tiles.rows(s, block) * tiles.keys(s, block);
    w.kernels().multiply(all, 1, a, gamma, a, tile, 0, a, tile);
  }

  /// `S̄' = Γ ∘ (Γ̄' − r') + Γ' ∘ (Γ̄ − r)`.
  @Override
  public void secondAdjoint(
      Shape s,
      int block,
      Slice keyWeights,
      int gamma,
      int dGamma,
      int tile,
      int dTile,
      Workspace w) {
    Kernels k = w.kernels();
    double[] a = w.scratch();
    int all = tiles.rows(s, block) * tiles.keys(s, block);
    k.multiply(all, 1, a, gamma, a, dTile, 0, a, dTile);
    k.multiply(all, 1, a, dGamma, a, tile, 1, a, dTile);
    k.multiply(all, 1, a, gamma, a, tile, 0, a, tile);
  }

  private void addKeyWeights(Shape s, int block, Slice logs, int tile, Workspace w) {
    if (!logs.isNone()) {
      int n = tiles.keys(s, block);
      int at = logs.offset() + tiles.sequence(s, block) + tiles.from(s, block);
      w.kernels().addToRows(tiles.rows(s, block), n, logs.array(), at, w.scratch(), tile, n);
    }
  }
}
