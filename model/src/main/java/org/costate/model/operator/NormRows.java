package org.costate.model.operator;

import org.costate.model.kernel.Kernels;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// What a [RowNorm] does row by row. No row needs another one: threads share the rows of a block.
/// Only the gradients of the controls, which are sums over rows, are left to [NormActions].
///
/// Operands are rows of one block, in a table; whatever is absent is zero as a factor and skipped
/// as a place to add to.
final class NormRows {
  // Places in the table: first what has the features of the block's rows.
  static final int U = 0;
  static final int RESULT = 1;
  static final int DU = 2;
  static final int D_RESULT = 3;
  static final int LAMBDA = 4;
  static final int D_LAMBDA = 5;
  static final int U_BAR = 6;
  static final int U_BAR_DOT = 7;
  static final int ROW_OPERANDS = 8;

  // Then what all blocks share: `[G, B]` and what belongs to it.
  static final int AFFINE = 8;
  static final int D_AFFINE = 9;
  static final int AFFINE_BAR = 10;
  static final int AFFINE_BAR_DOT = 11;
  static final int FOLDED_OPERANDS = 12;

  /// `[r, mean, rest]` of the block's rows, each a stretch of its own, as far apart as the tokens
  /// of the whole record are many.
  static final int MOMENTS = 12;

  // Room for `z`, `δz` and `z̄`; the first two are left for the sums over rows.
  static final int Z = 13;
  static final int DZ = 14;
  static final int Z_BAR = 15;
  static final int OPERANDS = 16;

  private NormRows() {}

  /// Leaves the moments and `z`, and `y := G ∘ z + B`.
  static void apply(RowNorm n, int from, int to, Slice[] t, Workspace w) {
    w.enter();
    int rows = to - from;
    Slice u = rows(n, t[U], from, to, w);
    Rows.standardize(n, rows, u, rows(n, t[Z], from, to, w), moments(t, from, w), stride(n, t), w);
    map(n, from, to, t, w);
    w.leave();
  }

  /// [#apply] and [#tangent].
  static void applyWithTangent(RowNorm n, int from, int to, Slice[] t, Workspace w) {
    apply(n, from, to, t, w);
    w.enter();
    tangentAt(n, rows(n, t[Z], from, to, w), from, to, t, w);
    w.leave();
  }

  /// `y` once more, from the moments.
  static void remake(RowNorm n, int from, int to, Slice[] t, Workspace w) {
    w.enter();
    map(n, from, to, t, w);
    w.leave();
  }

  /// `δy := G ∘ δz + δG ∘ z + δB`.
  static void tangent(RowNorm n, int from, int to, Slice[] t, Workspace w) {
    w.enter();
    tangentAt(n, restandardize(n, from, to, t, w), from, to, t, w);
    w.leave();
  }

  private static void tangentAt(RowNorm n, Slice z, int from, int to, Slice[] t, Workspace w) {
    Slice dz = standardTangent(n, z, from, to, t, w);
    Slice dy = rows(n, t[D_RESULT], from, to, w);
    scale(n, t[AFFINE], dz, 0, dy, w);
    if (!t[D_AFFINE].isNone()) {
      scale(n, t[D_AFFINE], z, 1, dy, w);
      shift(n, t[D_AFFINE], dy, w);
    }
  }

  /// Leaves `z`; `ū := ū + (∂z/∂u)ᵀ (G ∘ λ)`.
  static void adjoint(RowNorm n, int from, int to, Slice[] t, Workspace w) {
    w.enter();
    Slice z = restandardize(n, from, to, t, w);
    if (!t[U_BAR].isNone()) {
      Slice zBar = rows(n, t[Z_BAR], from, to, w);
      scale(n, t[AFFINE], rows(n, t[LAMBDA], from, to, w), 0, zBar, w);
      Rows.addAdjoint(n, z, scales(t, from, to, w), zBar, rows(n, t[U_BAR], from, to, w), w);
    }
    w.leave();
  }

  /// [#adjoint] and its derivative along `(δu, δθ, δλ)`; leaves `z` and, if their sums
  /// over rows are asked for, `δz`.
  static void secondAdjoint(RowNorm n, int from, int to, Slice[] t, Workspace w) {
    w.enter();
    Slice z = restandardize(n, from, to, t, w);
    if (!t[AFFINE_BAR_DOT].isNone()) {
      standardTangent(n, z, from, to, t, w);
    }
    Slice r = scales(t, from, to, w);
    Slice lambda = rows(n, t[LAMBDA], from, to, w);
    Slice zBar = rows(n, t[Z_BAR], from, to, w);
    Slice barDot = rows(n, t[U_BAR_DOT], from, to, w);
    scale(n, t[AFFINE], lambda, 0, zBar, w);
    if (!t[U_BAR].isNone()) {
      Rows.addAdjoint(n, z, r, zBar, rows(n, t[U_BAR], from, to, w), w);
    }
    if (!barDot.isNone()) {
      Rows.addSecond(n, z, r, rows(n, t[DU], from, to, w), zBar, barDot, w);
      scale(n, t[AFFINE], rows(n, t[D_LAMBDA], from, to, w), 0, zBar, w);
      if (!t[D_AFFINE].isNone()) {
        scale(n, t[D_AFFINE], lambda, 1, zBar, w);
      }
      Rows.addAdjoint(n, z, r, zBar, barDot, w);
    }
    w.leave();
  }

  private static Slice rows(RowNorm n, Slice block, int from, int to, Workspace w) {
    return Dense.rows(w, block, from, to - from, n.width());
  }

  private static int stride(RowNorm n, Slice[] t) {
    return (t[MOMENTS].length() - t[U].length() / n.width()) / 2;
  }

  private static Slice moments(Slice[] t, int from, Workspace w) {
    return w.view(t[MOMENTS], from, t[MOMENTS].length() - from);
  }

  /// `r`.
  private static Slice scales(Slice[] t, int from, int to, Workspace w) {
    return w.view(t[MOMENTS], from, to - from);
  }

  private static Slice restandardize(RowNorm n, int from, int to, Slice[] t, Workspace w) {
    Slice z = rows(n, t[Z], from, to, w);
    Slice u = rows(n, t[U], from, to, w);
    Rows.restandardize(n, to - from, u, moments(t, from, w), stride(n, t), z, w);
    return z;
  }

  private static Slice standardTangent(
      RowNorm n, Slice z, int from, int to, Slice[] t, Workspace w) {
    Slice dz = rows(n, t[DZ], from, to, w);
    Rows.tangent(n, z, scales(t, from, to, w), rows(n, t[DU], from, to, w), dz, w);
    return dz;
  }

  private static void map(RowNorm n, int from, int to, Slice[] t, Workspace w) {
    Slice u = rows(n, t[U], from, to, w);
    Slice y = rows(n, t[RESULT], from, to, w);
    Rows.map(n, to - from, u, moments(t, from, w), stride(n, t), t[AFFINE], y, w);
  }

  /// `y := G ∘ x + β y` in every row.
  private static void scale(RowNorm n, Slice affine, Slice x, double beta, Slice y, Workspace w) {
    int d = n.width();
    Kernels k = w.kernels();
    double[] gain = affine.array();
    int at = affine.offset();
    k.scaleRows(x.length() / d, d, gain, at, x.array(), x.offset(), beta, y.array(), y.offset());
  }

  /// `y := y + B` in every row.
  private static void shift(RowNorm n, Slice affine, Slice y, Workspace w) {
    int d = n.width();
    int at = affine.offset() + d;
    w.kernels().addToRows(y.length() / d, d, affine.array(), at, y.array(), y.offset(), d);
  }
}
