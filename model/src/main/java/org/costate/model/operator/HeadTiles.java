package org.costate.model.operator;

import java.util.Arrays;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The products between a block of queries of one head and all keys that the block sees, `Ω`.
///
/// The tile of a block is `[rows, |Ω|]`, contiguous; its height falls as the number of keys grows,
/// so that scratch stays O(tokens). A block is named by one number,
/// `(sequence · heads + head) · tokens + first query`; the slices are tiles, or packs laid out by
/// [HeadLayout].
record HeadTiles(HeadLayout layout, Mask mask, double scale) {
  /// Doubles that a tile may hold while it is higher than [#LEAST_ROWS].
  private static final int TILE = 1 << 16;

  private static final int LEAST_ROWS = 32;
  private static final int MASKED_ROWS = 64;

  /// How many blocks there are.
  int blocks(Shape s) {
    return s.batch() * layout.heads() * blocksOfHead(s);
  }

  /// The block that is number `i` of all.
  int block(Shape s, int i) {
    int each = blocksOfHead(s);
    return i / each * s.tokens() + i % each * height(s.tokens());
  }

  private int blocksOfHead(Shape s) {
    return Math.ceilDiv(s.tokens(), height(s.tokens()));
  }

  /// How many sets of blocks there are that share keys and values.
  int groups(Shape s) {
    return s.batch() * layout.keyHeads();
  }

  /// The first block of such a set; its blocks follow one another.
  int group(Shape s, int i) {
    return i * (layout.heads() / layout.keyHeads()) * s.tokens();
  }

  /// The block after `block`.
  int next(Shape s, int block) {
    return block + rows(s, block);
  }

  /// Number of queries in the block.
  int rows(Shape s, int block) {
    return Math.min(height(s.tokens()), s.tokens() - block % s.tokens());
  }

  /// First token that a query of the block sees.
  int from(Shape s, int block) {
    return mask.from(block % s.tokens(), s.tokens());
  }

  /// Number of tokens that the queries of the block see together: columns of the tile.
  int keys(Shape s, int block) {
    int last = block % s.tokens() + rows(s, block) - 1;
    return mask.to(last, s.tokens()) - from(s, block);
  }

  /// Whether the queries of the block together see all tokens.
  boolean seesAll(Shape s, int block) {
    return keys(s, block) == s.tokens();
  }

  /// Position (row of a state) of the first token of the block's sequence.
  int sequence(Shape s, int block) {
    return block / s.tokens() / layout.heads() * s.tokens();
  }

  /// Largest number of queries in a block.
  int height(int tokens) {
    int fitting = Math.max(LEAST_ROWS, TILE / tokens);
    int wanted = mask instanceof Mask.Full ? fitting : Math.min(fitting, MASKED_ROWS);
    return Math.min(wanted, tokens);
  }

  /// Doubles of the block's tile.
  int size(Shape s, int block) {
    return rows(s, block) * keys(s, block);
  }

  /// Doubles of the largest tile.
  int tileSize(int tokens) {
    int rows = height(tokens);
    int keys =
        switch (mask) {
          case Mask.Full _, Mask.Causal _ -> tokens;
          case Mask.Window m -> (int) Math.min(tokens, (long) m.left() + m.right() + rows);
        };
    return Math.multiplyExact(rows, keys);
  }

  /// Sets to zero what a query of the block does not see.
  void clearMasked(Shape s, int block, Slice tile) {
    if (mask instanceof Mask.Full) {
      return;
    }
    int n = keys(s, block);
    int from = from(s, block);
    int query = block % s.tokens();
    double[] a = tile.array();
    for (int r = 0; r < rows(s, block); r++) {
      int row = tile.offset() + r * n;
      Arrays.fill(a, row, row + mask.from(query + r, s.tokens()) - from, 0.0);
      Arrays.fill(a, row + mask.to(query + r, s.tokens()) - from, row + n, 0.0);
    }
  }

  // Products with their tangents: `T` is the tile, a dot marks what belongs to the direction; what
  // is absent is zero as a factor and skipped as a result. First come the factors.

  /// `T := scale · Q Kᵀ` and `Ṫ := scale (Q̇ Kᵀ + Q K̇ᵀ)`.
  void scores(
      Shape s, int block, Slice pack, Slice packDot, Slice tile, Slice tileDot, Workspace w) {
    int n = keys(s, block);
    w.kernels()
        .gemmWithTangent(
            false,
            true,
            rows(s, block),
            n,
            layout.keyWidth(),
            scale,
            pack.array(),
            queryAt(s, block, pack),
            packDot.array(),
            queryAt(s, block, packDot),
            layout.columns(),
            pack.array(),
            keyAt(s, block, pack),
            packDot.array(),
            keyAt(s, block, packDot),
            layout.columns(),
            0,
            tile.array(),
            tile.offset(),
            tileDot.array(),
            tileDot.offset(),
            n);
  }

  /// `T := Y Vᵀ` and `Ṫ := Ẏ Vᵀ + Y V̇ᵀ`, with the head outputs of other packs than the values.
  void outputValue(
      Shape s,
      int block,
      Slice outputs,
      Slice outputsDot,
      Slice values,
      Slice valuesDot,
      Slice tile,
      Slice tileDot,
      Workspace w) {
    int n = keys(s, block);
    w.kernels()
        .gemmWithTangent(
            false,
            true,
            rows(s, block),
            n,
            layout.valueWidth(),
            1,
            outputs.array(),
            outputAt(s, block, outputs),
            outputsDot.array(),
            outputAt(s, block, outputsDot),
            layout.outputs(),
            values.array(),
            valueAt(s, block, values),
            valuesDot.array(),
            valueAt(s, block, valuesDot),
            layout.columns(),
            0,
            tile.array(),
            tile.offset(),
            tileDot.array(),
            tileDot.offset(),
            n);
  }

  /// `Y := T V` and `Ẏ := Ṫ V + T V̇`.
  void mixValues(
      Shape s,
      int block,
      Slice tile,
      Slice tileDot,
      Slice values,
      Slice valuesDot,
      Slice outputs,
      Slice outputsDot,
      Workspace w) {
    int n = keys(s, block);
    w.kernels()
        .gemmWithTangent(
            false,
            false,
            rows(s, block),
            layout.valueWidth(),
            n,
            1,
            tile.array(),
            tile.offset(),
            tileDot.array(),
            tileDot.offset(),
            n,
            values.array(),
            valueAt(s, block, values),
            valuesDot.array(),
            valueAt(s, block, valuesDot),
            layout.columns(),
            0,
            outputs.array(),
            outputAt(s, block, outputs),
            outputsDot.array(),
            outputAt(s, block, outputsDot),
            layout.outputs());
  }

  /// `Q := scale · T K` and `Q̇ := scale (Ṫ K + T K̇)`.
  void mixKeys(
      Shape s,
      int block,
      Slice tile,
      Slice tileDot,
      Slice keys,
      Slice keysDot,
      Slice queries,
      Slice queriesDot,
      Workspace w) {
    int n = keys(s, block);
    w.kernels()
        .gemmWithTangent(
            false,
            false,
            rows(s, block),
            layout.keyWidth(),
            n,
            scale,
            tile.array(),
            tile.offset(),
            tileDot.array(),
            tileDot.offset(),
            n,
            keys.array(),
            keyAt(s, block, keys),
            keysDot.array(),
            keyAt(s, block, keysDot),
            layout.columns(),
            0,
            queries.array(),
            queryAt(s, block, queries),
            queriesDot.array(),
            queryAt(s, block, queriesDot),
            layout.columns());
  }

  /// `V := Tᵀ Y + β V` and `V̇ := Ṫᵀ Y + Tᵀ Ẏ + β V̇`, where the values belong to the packs of the
  /// head outputs.
  void scatterValues(
      Shape s,
      int block,
      double beta,
      Slice tile,
      Slice tileDot,
      Slice pack,
      Slice packDot,
      Workspace w) {
    int n = keys(s, block);
    w.kernels()
        .gemmWithTangent(
            true,
            false,
            n,
            layout.valueWidth(),
            rows(s, block),
            1,
            tile.array(),
            tile.offset(),
            tileDot.array(),
            tileDot.offset(),
            n,
            pack.array(),
            outputAt(s, block, pack),
            packDot.array(),
            outputAt(s, block, packDot),
            layout.outputs(),
            beta,
            pack.array(),
            valueAt(s, block, pack),
            packDot.array(),
            valueAt(s, block, packDot),
            layout.columns());
  }

  /// `K := scale · Tᵀ Q + β K` and `K̇ := scale (Ṫᵀ Q + Tᵀ Q̇) + β K̇`.
  void scatterKeys(
      Shape s,
      int block,
      double beta,
      Slice tile,
      Slice tileDot,
      Slice queries,
      Slice queriesDot,
      Slice keys,
      Slice keysDot,
      Workspace w) {
    int n = keys(s, block);
    w.kernels()
        .gemmWithTangent(
            true,
            false,
            n,
            layout.keyWidth(),
            rows(s, block),
            scale,
            tile.array(),
            tile.offset(),
            tileDot.array(),
            tileDot.offset(),
            n,
            queries.array(),
            queryAt(s, block, queries),
            queriesDot.array(),
            queryAt(s, block, queriesDot),
            layout.columns(),
            beta,
            keys.array(),
            keyAt(s, block, keys),
            keysDot.array(),
            keyAt(s, block, keysDot),
            layout.columns());
  }

  /// Sets keys and values of the block's head to zero.
  void clearKeysAndValues(Shape s, int block, Slice pack) {
    int first = sequence(s, block);
    double[] a = pack.array();
    for (int token = first; token < first + s.tokens(); token++) {
      int key = layout.keyAt(pack, token, head(s, block));
      int value = layout.valueAt(pack, token, head(s, block));
      Arrays.fill(a, key, key + layout.keyWidth(), 0.0);
      Arrays.fill(a, value, value + layout.valueWidth(), 0.0);
    }
  }

  private int head(Shape s, int block) {
    return block / s.tokens() % layout.heads();
  }

  private int query(Shape s, int block) {
    return sequence(s, block) + block % s.tokens();
  }

  private int queryAt(Shape s, int block, Slice pack) {
    return layout.queryAt(pack, query(s, block), head(s, block));
  }

  private int keyAt(Shape s, int block, Slice pack) {
    return layout.keyAt(pack, sequence(s, block) + from(s, block), head(s, block));
  }

  private int valueAt(Shape s, int block, Slice pack) {
    return layout.valueAt(pack, sequence(s, block) + from(s, block), head(s, block));
  }

  private int outputAt(Shape s, int block, Slice pack) {
    return layout.outputAt(s, pack, query(s, block), head(s, block));
  }
}
