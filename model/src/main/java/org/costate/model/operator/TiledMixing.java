package org.costate.model.operator;

import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Attention of every head, `Y = Γ V` with weights `Γ` that depend on the scores `S = scale · Q Kᵀ`
/// row by row, computed tile by tile: `Γ` is never stored, the derivative actions compute it again,
/// which takes less time than reading it back would, even where tokens are few.
///
/// With `T = dΓ` along a direction `(dQ, dK, dV)` and `Γ̄ = Ȳ Vᵀ`:
///
/// - tangent: `dS = scale (dQ Kᵀ + Q dKᵀ)`, `dY = T V + Γ dV`;
/// - adjoint: `V̄ = Γᵀ Ȳ`, `Q̄ = scale · S̄ K`, `K̄ = scale · S̄ᵀ Q`;
/// - second adjoint: `V̄' = Tᵀ Ȳ + Γᵀ Ȳ'`, `Γ̄' = Ȳ' Vᵀ + Ȳ dVᵀ`, `Q̄' = scale (S̄' K + S̄ dK)`,
///   `K̄' = scale (S̄'ᵀ Q + S̄ᵀ dQ)`.
///
/// The work is divided by blocks of queries, and where all blocks add to the same keys and values,
/// by these: each is a part for a thread.
record TiledMixing(TileWeights weighting) implements Mixing {
  // Places in the table that all parts of a job see.
  private static final int KEY_WEIGHTS = 0;
  private static final int PACK = 1;
  private static final int DIRECTION = 2;
  private static final int BAR = 3;
  private static final int BAR_DOT = 4;

  /// The direction if its head outputs are yet to be made, absent if they are there.
  private static final int MISSING_OUTPUTS = 5;

  private static final int PACKS = 6;

  private HeadTiles tiles() {
    return weighting.tiles();
  }

  @Override
  public HeadLayout layout() {
    return tiles().layout();
  }

  @Override
  public Mask mask() {
    return tiles().mask();
  }

  @Override
  public double scale() {
    return tiles().scale();
  }

  @Override
  public int workSize(Shape s) {
    return Math.addExact(s.positions(), partSize(s));
  }

  /// Doubles of four tiles: what one part of the work claims at most.
  private int partSize(Shape s) {
    return Math.multiplyExact(4, tiles().tileSize(s.tokens()));
  }

  @Override
  public int recordSize(Shape s) {
    return weighting.normalised() ? layout().recordSize(s) : layout().packSize(s);
  }

  @Override
  public void apply(Shape s, Slice weights, Slice pack, Workspace w) {
    w.enter();
    Slice[] packs = packs(weights, pack, w);
    w.divide(tiles().blocks(s), partSize(s), TiledMixing::applyBlock, this, s, packs);
    w.leave();
  }

  private void applyBlock(int part, Shape s, Slice[] packs, Workspace w) {
    int block = tiles().block(s, part);
    Slice pack = packs[PACK];
    w.enter();
    Slice gamma = scores(s, block, packs, w);
    weighting.apply(s, block, packs[KEY_WEIGHTS], gamma, pack, w);
    tiles().mixValues(s, block, gamma, Slice.NONE, pack, Slice.NONE, pack, Slice.NONE, w);
    w.leave();
  }

  /// `S` of a block, in a new tile.
  private Slice scores(Shape s, int block, Slice[] packs, Workspace w) {
    Slice scores = tile(s, block, w);
    tiles().scores(s, block, packs[PACK], Slice.NONE, scores, Slice.NONE, w);
    return scores;
  }

  /// `Γ` of a block once more, in a new tile.
  private Slice recompute(Shape s, int block, Slice[] packs, Workspace w) {
    Slice gamma = scores(s, block, packs, w);
    weighting.recompute(s, block, packs[KEY_WEIGHTS], gamma, packs[PACK], w);
    return gamma;
  }

  /// `Γ` of one head and sequence, `[query][key]` over all tokens, from the record of [#apply].
  double[][] weights(Shape s, Slice weights, Slice pack, int sequence, int head, Workspace w) {
    double[][] all = new double[s.tokens()][s.tokens()];
    w.enter();
    Slice[] packs = packs(weights, pack, w);
    int first = (sequence * layout().heads() + head) * s.tokens();
    for (int block = first; block < first + s.tokens(); block = tiles().next(s, block)) {
      w.enter();
      Slice gamma = recompute(s, block, packs, w);
      int n = tiles().keys(s, block);
      for (int r = 0; r < tiles().rows(s, block); r++) {
        double[] row = all[block - first + r];
        System.arraycopy(gamma.array(), gamma.offset() + r * n, row, tiles().from(s, block), n);
      }
      w.leave();
    }
    w.leave();
    return all;
  }

  @Override
  public void tangent(Shape s, Slice weights, Slice pack, Slice direction, Workspace w) {
    w.enter();
    Slice[] packs = packs(weights, pack, w);
    packs[DIRECTION] = direction;
    w.divide(tiles().blocks(s), partSize(s), TiledMixing::tangentBlock, this, s, packs);
    w.leave();
  }

  private void tangentBlock(int part, Shape s, Slice[] packs, Workspace w) {
    int block = tiles().block(s, part);
    w.enter();
    Slice gamma = tile(s, block, w);
    Slice dGamma = tile(s, block, w);
    recomputeWithTangent(s, block, packs, gamma, dGamma, w);
    mixTangent(s, block, gamma, dGamma, Slice.NONE, packs, w);
    w.leave();
  }

  /// `Γ` of a block once more, and `dΓ`.
  private void recomputeWithTangent(
      Shape s, int block, Slice[] packs, Slice gamma, Slice dGamma, Workspace w) {
    tiles().scores(s, block, packs[PACK], packs[DIRECTION], gamma, dGamma, w);
    weighting.recompute(s, block, packs[KEY_WEIGHTS], gamma, packs[PACK], w);
    weighting.tangent(s, block, packs[KEY_WEIGHTS], gamma, dGamma, w);
  }

  /// `Y = Γ V` where it is to go, and `dY = dΓ V + Γ dV`.
  private void mixTangent(
      Shape s, int block, Slice gamma, Slice dGamma, Slice outputs, Slice[] packs, Workspace w) {
    Slice pack = packs[PACK];
    Slice direction = packs[DIRECTION];
    tiles().mixValues(s, block, gamma, dGamma, pack, direction, outputs, direction, w);
  }

  @Override
  public void applyWithTangent(Shape s, Slice weights, Slice pack, Slice direction, Workspace w) {
    w.enter();
    Slice[] packs = packs(weights, pack, w);
    packs[DIRECTION] = direction;
    w.divide(tiles().blocks(s), partSize(s), TiledMixing::blockWithTangent, this, s, packs);
    w.leave();
  }

  private void blockWithTangent(int part, Shape s, Slice[] packs, Workspace w) {
    int block = tiles().block(s, part);
    Slice pack = packs[PACK];
    w.enter();
    Slice gamma = tile(s, block, w);
    Slice dGamma = tile(s, block, w);
    tiles().scores(s, block, pack, packs[DIRECTION], gamma, dGamma, w);
    weighting.apply(s, block, packs[KEY_WEIGHTS], gamma, pack, w);
    weighting.tangent(s, block, packs[KEY_WEIGHTS], gamma, dGamma, w);
    mixTangent(s, block, gamma, dGamma, pack, packs, w);
    w.leave();
  }

  @Override
  public void adjoint(Shape s, Slice weights, Slice pack, Slice bar, Workspace w) {
    w.enter();
    Slice[] packs = packs(weights, pack, w);
    packs[BAR] = bar;
    w.divide(tiles().groups(s), partSize(s), TiledMixing::adjointGroup, this, s, packs);
    w.leave();
  }

  private void adjointGroup(int part, Shape s, Slice[] packs, Workspace w) {
    Slice pack = packs[PACK];
    Slice bar = packs[BAR];
    int first = tiles().group(s, part);
    int end = tiles().group(s, part + 1);
    openKeysAndValues(s, first, bar);
    for (int block = first; block < end; block = tiles().next(s, block)) {
      double beta = opens(s, block, first) ? 0 : 1;
      w.enter();
      Slice gamma = recompute(s, block, packs, w);
      Slice sBar = tile(s, block, w);
      tiles().scatterValues(s, block, beta, gamma, Slice.NONE, bar, Slice.NONE, w);
      tiles().outputValue(s, block, bar, Slice.NONE, pack, Slice.NONE, sBar, Slice.NONE, w);
      weighting.adjoint(s, block, packs[KEY_WEIGHTS], gamma, sBar, w);
      tiles().mixKeys(s, block, sBar, Slice.NONE, pack, Slice.NONE, bar, Slice.NONE, w);
      tiles().scatterKeys(s, block, beta, sBar, Slice.NONE, pack, Slice.NONE, bar, Slice.NONE, w);
      w.leave();
    }
  }

  /// Whether a block is the first that comes to keys and values and reaches all of them, so that it
  /// need not add to what is there.
  private boolean opens(Shape s, int block, int first) {
    return block == first && tiles().seesAll(s, block);
  }

  private void openKeysAndValues(Shape s, int first, Slice bar) {
    if (!tiles().seesAll(s, first)) {
      tiles().clearKeysAndValues(s, first, bar);
    }
  }

  @Override
  public void secondAdjoint(
      Shape s,
      Slice weights,
      Slice pack,
      Slice direction,
      boolean isKept,
      Slice bar,
      Slice barDot,
      Workspace w) {
    w.enter();
    Slice[] packs = packs(weights, pack, w);
    packs[DIRECTION] = direction;
    packs[MISSING_OUTPUTS] = isKept ? Slice.NONE : direction;
    packs[BAR] = bar;
    packs[BAR_DOT] = barDot;
    w.divide(tiles().groups(s), partSize(s), TiledMixing::secondAdjointGroup, this, s, packs);
    w.leave();
  }

  private void secondAdjointGroup(int part, Shape s, Slice[] packs, Workspace w) {
    int first = tiles().group(s, part);
    int end = tiles().group(s, part + 1);
    openKeysAndValues(s, first, packs[BAR]);
    openKeysAndValues(s, first, packs[BAR_DOT]);
    for (int block = first; block < end; block = tiles().next(s, block)) {
      w.enter();
      secondAdjointBlock(s, block, opens(s, block, first) ? 0 : 1, packs, w);
      w.leave();
    }
  }

  private void secondAdjointBlock(Shape s, int block, double beta, Slice[] packs, Workspace w) {
    Slice pack = packs[PACK];
    Slice direction = packs[DIRECTION];
    Slice bar = packs[BAR];
    Slice barDot = packs[BAR_DOT];
    Slice gamma = tile(s, block, w);
    Slice dGamma = tile(s, block, w);
    recomputeWithTangent(s, block, packs, gamma, dGamma, w);
    if (!packs[MISSING_OUTPUTS].isNone()) {
      mixTangent(s, block, gamma, dGamma, Slice.NONE, packs, w);
    }
    Slice sBar = tile(s, block, w);
    Slice dSBar = tile(s, block, w);
    tiles().scatterValues(s, block, beta, gamma, dGamma, bar, barDot, w);
    tiles().outputValue(s, block, bar, barDot, pack, direction, sBar, dSBar, w);
    weighting.secondAdjoint(s, block, packs[KEY_WEIGHTS], gamma, dGamma, sBar, dSBar, w);
    tiles().mixKeys(s, block, sBar, dSBar, pack, direction, bar, barDot, w);
    tiles().scatterKeys(s, block, beta, sBar, dSBar, pack, direction, bar, barDot, w);
  }

  private Slice[] packs(Slice weights, Slice pack, Workspace w) {
    Slice[] packs = w.table(PACKS);
    packs[KEY_WEIGHTS] = weighting.keyWeights(weights, w);
    packs[PACK] = pack;
    return packs;
  }

  private Slice tile(Shape s, int block, Workspace w) {
    return w.take(tiles().size(s, block));
  }
}
