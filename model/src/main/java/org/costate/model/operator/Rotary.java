package org.costate.model.operator;

import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Rotary position: a unitary transport of queries and keys along the tokens. At token `i` the
/// pair `k` of features of a head is rotated by the angle `i · base^(−2k/dimensions)`, so that the
/// score of a query and a key depends on the difference of their positions alone (Su et al.,
/// RoFormer, 2104.09864). The adjoint is the rotation back.
///
/// @param dimensions how many features at the start of every head are rotated; even
/// @param base base of the geometric row of frequencies, usually 10000
/// @param halfRotation whether the pairs are `(k, k + dimensions/2)`, else `(2k, 2k + 1)`
public record Rotary(int dimensions, double base, boolean halfRotation) {
  /// Angles of token `i` beyond this are put together from two of the table.
  private static final int DIRECT = 64;

  /// @throws IllegalArgumentException if the dimensions are odd or the base is not positive
  public Rotary {
    if (dimensions < 2 || dimensions % 2 != 0) {
      throw new IllegalArgumentException(
          "rotary: found " + dimensions + " dimensions, expected an even number, at least 2");
    }
    if (!(base > 0) || Double.isInfinite(base)) {
      throw new IllegalArgumentException(
          "rotary: found base " + base + ", expected a positive number");
    }
  }

  /// Doubles of scratch that [#rotate] claims.
  int workSize(int tokens) {
    return Math.multiplyExact(tokens, dimensions);
  }

  /// Rotates queries and keys of a pack in place, forward (`sign = 1`) or back (`sign = −1`).
  void rotate(HeadLayout layout, Shape s, double sign, Slice pack, Workspace w) {
    w.enter();
    int n = s.tokens();
    int table = w.claim(workSize(n));
    fillTable(n, w.scratch(), table);
    for (int position = 0; position < s.positions(); position++) {
      int row = pack.offset() + position * layout.columns();
      int cosines = table + (position % n) * (dimensions / 2);
      for (int h = 0; h < layout.heads() + layout.keyHeads(); h++) {
        rotateHead(
            pack.array(),
            row + h * layout.keyWidth(),
            w.scratch(),
            cosines,
            cosines + n * (dimensions / 2),
            sign);
      }
    }
    w.leave();
  }

  private void rotateHead(double[] a, int at, double[] table, int cosines, int sines, double sign) {
    int pairs = dimensions / 2;
    int apart = halfRotation ? pairs : 1;
    int stride = halfRotation ? 1 : 2;
    for (int k = 0; k < pairs; k++) {
      int i = at + k * stride;
      double c = table[cosines + k];
      double s = sign * table[sines + k];
      double x = a[i];
      double y = a[i + apart];
      a[i] = x * c - y * s;
      a[i + apart] = x * s + y * c;
    }
  }

  /// Cosines `[tokens, pairs]`, then sines. The angle of a far token is the sum of a multiple of
  /// [#DIRECT] and a rest, both in the table already: two products instead of a cosine.
  private void fillTable(int tokens, double[] table, int at) {
    int pairs = dimensions / 2;
    int sines = tokens * pairs;
    for (int k = 0; k < pairs; k++) {
      double frequency = Math.pow(base, -2.0 * k / dimensions);
      for (int i = 0; i < tokens; i++) {
        int cell = at + i * pairs + k;
        if (i < DIRECT || i % DIRECT == 0) {
          table[cell] = Math.cos(i * frequency);
          table[cell + sines] = Math.sin(i * frequency);
        } else {
          int near = at + (i % DIRECT) * pairs + k;
          int far = cell - (i % DIRECT) * pairs;
          double c = table[far];
          double s = table[far + sines];
          table[cell] = c * table[near] - s * table[near + sines];
          table[cell + sines] = s * table[near] + c * table[near + sines];
        }
      }
    }
  }
}
