package org.costate.model.operator;

import java.util.Arrays;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Attention of every head, `Y = Γ V` with weights `Γ` that depend on the scores `S = scale · Q Kᵀ`
/// row by row, computed tile by tile: `Γ` is never stored, the derivative actions compute it again.
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

  /// Where the head outputs of the direction are to go; absent: they are there.
  private static final int DIRECTION_OUTPUTS = 5;

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

  /// Doubles of four tiles and their row sums: what one part of the work claims at most.
  private int partSize(Shape s) {
    int perTile = Math.addExact(tiles().tileSize(s.tokens()), tiles().height(s.tokens()));
    return Math.multiplyExact(4, perTile);
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
    int gamma = w.claim(tiles().tileSize(s.tokens()));
    tiles().queryKey(s, block, 0, gamma, pack, pack, w);
    weighting.apply(s, block, packs[KEY_WEIGHTS], gamma, pack, w);
    tiles().mixValues(s, block, 0, gamma, pack, pack, w);
    w.leave();
  }

  /// `Γ` of one head and sequence, `[query][key]` over all tokens, from the record of [#apply].
  double[][] weights(Shape s, Slice weights, Slice pack, int sequence, int head, Workspace w) {
    double[][] all = new double[s.tokens()][s.tokens()];
    w.enter();
    Slice keyWeights = weighting.keyWeights(weights, w);
    int gamma = w.claim(tiles().tileSize(s.tokens()));
    int first = (sequence * layout().heads() + head) * s.tokens();
    for (int block = first; block < first + s.tokens(); block = tiles().next(s, block)) {
      tiles().queryKey(s, block, 0, gamma, pack, pack, w);
      weighting.recompute(s, block, keyWeights, gamma, pack, w);
      int n = tiles().keys(s, block);
      for (int r = 0; r < tiles().rows(s, block); r++) {
        double[] row = all[block - first + r];
        System.arraycopy(w.scratch(), gamma + r * n, row, tiles().from(s, block), n);
      }
    }
    w.leave();
    return all;
  }

  @Override
  public void tangent(Shape s, Slice weights, Slice pack, Slice direction, Workspace w) {
    w.enter();
    Slice[] packs = packs(weights, pack, w);
    packs[DIRECTION] = direction;
    packs[DIRECTION_OUTPUTS] = direction;
    w.divide(tiles().blocks(s), partSize(s), TiledMixing::tangentBlock, this, s, packs);
    w.leave();
  }

  private void tangentBlock(int part, Shape s, Slice[] packs, Workspace w) {
    w.enter();
    int gamma = w.claim(tiles().tileSize(s.tokens()));
    int dGamma = w.claim(tiles().tileSize(s.tokens()));
    linearise(s, tiles().block(s, part), packs, gamma, dGamma, w);
    w.leave();
  }

  @Override
  public void applyWithTangent(Shape s, Slice weights, Slice pack, Slice direction, Workspace w) {
    w.enter();
    Slice[] packs = packs(weights, pack, w);
    packs[DIRECTION] = direction;
    packs[DIRECTION_OUTPUTS] = direction;
    w.divide(tiles().blocks(s), partSize(s), TiledMixing::blockWithTangent, this, s, packs);
    w.leave();
  }

  private void blockWithTangent(int part, Shape s, Slice[] packs, Workspace w) {
    int block = tiles().block(s, part);
    Slice pack = packs[PACK];
    w.enter();
    int gamma = w.claim(tiles().tileSize(s.tokens()));
    int dGamma = w.claim(tiles().tileSize(s.tokens()));
    tiles().queryKey(s, block, 0, gamma, pack, pack, w);
    weighting.apply(s, block, packs[KEY_WEIGHTS], gamma, pack, w);
    tiles().mixValues(s, block, 0, gamma, pack, pack, w);
    tangentOf(s, block, packs, gamma, dGamma, w);
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
    w.enter();
    int gamma = w.claim(tiles().tileSize(s.tokens()));
    int sBar = w.claim(tiles().tileSize(s.tokens()));
    int sums = w.claim(tiles().height(s.tokens()));
    int end = tiles().group(s, part + 1);
    for (int block = tiles().group(s, part); block < end; block = tiles().next(s, block)) {
      tiles().queryKey(s, block, 0, gamma, pack, pack, w);
      weighting.recompute(s, block, packs[KEY_WEIGHTS], gamma, pack, w);
      tiles().scatterValues(s, block, gamma, bar, bar, w);
      double beta = subtractMeans(s, block, sBar, sums, bar, pack, Slice.NONE, Slice.NONE, w);
      tiles().outputValue(s, block, beta, sBar, bar, pack, w);
      weighting.adjoint(s, block, packs[KEY_WEIGHTS], gamma, sBar, w);
      tiles().mixKeys(s, block, 1, sBar, pack, bar, w);
      tiles().scatterKeys(s, block, sBar, pack, bar, w);
    }
    w.leave();
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
    packs[DIRECTION_OUTPUTS] = isKept ? Slice.NONE : direction;
    packs[BAR] = bar;
    packs[BAR_DOT] = barDot;
    w.divide(tiles().groups(s), partSize(s), TiledMixing::secondAdjointGroup, this, s, packs);
    w.leave();
  }

  private void secondAdjointGroup(int part, Shape s, Slice[] packs, Workspace w) {
    Slice pack = packs[PACK];
    Slice direction = packs[DIRECTION];
    Slice bar = packs[BAR];
    Slice barDot = packs[BAR_DOT];
    w.enter();
    int gamma = w.claim(tiles().tileSize(s.tokens()));
    int dGamma = w.claim(tiles().tileSize(s.tokens()));
    int sBar = w.claim(tiles().tileSize(s.tokens()));
    int dSBar = w.claim(tiles().tileSize(s.tokens()));
    int sums = w.claim(tiles().height(s.tokens()));
    int end = tiles().group(s, part + 1);
    for (int block = tiles().group(s, part); block < end; block = tiles().next(s, block)) {
      linearise(s, block, packs, gamma, dGamma, w);
      tiles().scatterValues(s, block, gamma, bar, bar, w);
      tiles().scatterValues(s, block, dGamma, bar, barDot, w);
      tiles().scatterValues(s, block, gamma, barDot, barDot, w);

      double beta = subtractMeans(s, block, sBar, sums, bar, pack, Slice.NONE, Slice.NONE, w);
      tiles().outputValue(s, block, beta, sBar, bar, pack, w);
      subtractMeans(s, block, dSBar, sums, barDot, pack, bar, direction, w);
      tiles().outputValue(s, block, beta, dSBar, barDot, pack, w);
      tiles().outputValue(s, block, 1, dSBar, bar, direction, w);
      weighting.secondAdjoint(s, block, packs[KEY_WEIGHTS], gamma, dGamma, sBar, dSBar, w);

      tiles().mixKeys(s, block, 1, sBar, pack, bar, w);
      tiles().scatterKeys(s, block, sBar, pack, bar, w);
      tiles().mixKeys(s, block, 1, dSBar, pack, barDot, w);
      tiles().mixKeys(s, block, 1, sBar, direction, barDot, w);
      tiles().scatterKeys(s, block, dSBar, pack, barDot, w);
      tiles().scatterKeys(s, block, sBar, direction, barDot, w);
    }
    w.leave();
  }

  private Slice[] packs(Slice weights, Slice pack, Workspace w) {
    Slice[] packs = w.table(PACKS);
    packs[KEY_WEIGHTS] = weighting.keyWeights(weights, w);
    packs[PACK] = pack;
    return packs;
  }

  /// Leaves `Γ` and `dΓ` in their tiles and `dY` where it is to go.
  private void linearise(Shape s, int block, Slice[] packs, int gamma, int dGamma, Workspace w) {
    Slice pack = packs[PACK];
    tiles().queryKey(s, block, 0, gamma, pack, pack, w);
    weighting.recompute(s, block, packs[KEY_WEIGHTS], gamma, pack, w);
    tangentOf(s, block, packs, gamma, dGamma, w);
  }

  /// Leaves `dΓ` in its tile and `dY` where it is to go, given `Γ`.
  private void tangentOf(Shape s, int block, Slice[] packs, int gamma, int dGamma, Workspace w) {
    Slice pack = packs[PACK];
    Slice direction = packs[DIRECTION];
    tiles().queryKey(s, block, 0, dGamma, direction, pack, w);
    tiles().queryKey(s, block, 1, dGamma, pack, direction, w);
    weighting.tangent(s, block, packs[KEY_WEIGHTS], gamma, dGamma, w);
    Slice outputs = packs[DIRECTION_OUTPUTS];
    if (!outputs.isNone()) {
      tiles().mixValues(s, block, 0, dGamma, pack, outputs, w);
      tiles().mixValues(s, block, 1, gamma, direction, outputs, w);
    }
  }

  /// For weights whose rows sum to one, fills every row `i` of the tile with
  /// `−⟨A_i, B_i⟩ − ⟨C_i, D_i⟩` of the head outputs, to which `Γ̄` is then added; returns that `β`.
  private double subtractMeans(
      Shape s, int block, int tile, int sums, Slice a, Slice b, Slice c, Slice d, Workspace w) {
    if (!weighting.normalised()) {
      return 0;
    }
    int n = tiles().keys(s, block);
    int rows = tiles().rows(s, block);
    double[] scratch = w.scratch();
    Arrays.fill(scratch, sums, sums + rows, 0.0);
    tiles().subtractOutputProducts(s, block, sums, a, b, w);
    if (!c.isNone()) {
      tiles().subtractOutputProducts(s, block, sums, c, d, w);
    }
    for (int r = 0; r < rows; r++) {
      Arrays.fill(scratch, tile + r * n, tile + (r + 1) * n, scratch[sums + r]);
    }
    return 1;
  }
}
