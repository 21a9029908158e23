package org.costate.model.operator;

import org.costate.model.state.Shape;
import org.costate.model.state.Slice;

/// Where queries, keys, values and head outputs lie in the arrays that attention works on.
///
/// A *pack* holds, one behind the other, `[positions, columns]` with the columns of all query
/// heads, then all key heads, then all value heads, and `[positions, outputs]` with the outputs of
/// all heads. The record of an attention is a pack with `[batch, heads, tokens]` row sums
/// (log-sum-exp) behind it. A direction of a pack and its adjoint are packs too. Heads are
/// interleaved: one head is a stretch of columns, reached by the leading dimension, never copied
/// out.
///
/// With fewer key heads than heads, `heads / keyHeads` consecutive query heads share one.
record HeadLayout(int heads, int keyHeads, int keyWidth, int valueWidth) {
  HeadLayout {
    if (heads < 1 || keyHeads < 1 || heads % keyHeads != 0) {
      throw new IllegalArgumentException(
          "attention: found "
              + heads
              + " heads and "
              + keyHeads
              + " key heads, expected the second to divide the first");
    }
    if (keyWidth < 1 || valueWidth < 1) {
      throw new IllegalArgumentException(
          "attention: found head width "
              + Math.min(keyWidth, valueWidth)
              + ", expected at least 1");
    }
    Math.multiplyExact(Math.addExact(heads, 2 * keyHeads), Math.max(keyWidth, valueWidth));
  }

  /// Columns of queries, keys and values together.
  int columns() {
    return (heads + keyHeads) * keyWidth + keyHeads * valueWidth;
  }

  /// Columns of the outputs of all heads.
  int outputs() {
    return heads * valueWidth;
  }

  /// Where in the array of `pack` the query of a head begins, `columns()` apart from one position
  /// to the next.
  int queryAt(Slice pack, int position, int head) {
    return pack.offset() + position * columns() + head * keyWidth;
  }

  /// Where the key begins that a query head meets, `columns()` apart.
  int keyAt(Slice pack, int position, int head) {
    return pack.offset() + position * columns() + (heads + keyHead(head)) * keyWidth;
  }

  /// Where the value begins that belongs to that key, `columns()` apart.
  int valueAt(Slice pack, int position, int head) {
    int keys = (heads + keyHeads) * keyWidth;
    return pack.offset() + position * columns() + keys + keyHead(head) * valueWidth;
  }

  /// Where the output of a head begins, `outputs()` apart.
  int outputAt(Shape s, Slice pack, int position, int head) {
    return pack.offset() + outputsFrom(s) + position * outputs() + head * valueWidth;
  }

  private int keyHead(int head) {
    return head / (heads / keyHeads);
  }

  /// Where in a pack the head outputs begin.
  int outputsFrom(Shape s) {
    return s.size(columns());
  }

  /// Where in a record the row sums begin: the size of a pack.
  int packSize(Shape s) {
    return s.size(columns() + outputs());
  }

  /// Size of a pack with row sums behind it.
  int recordSize(Shape s) {
    return s.size(columns() + outputs() + heads);
  }
}
