package org.costate.model.operator;

import org.costate.model.NumericalException;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// The four actions of a [RowNorm] `y = G ∘ z + B`: what [NormRows] does row by row, and the sums
/// over rows. The record is `[r, mean, rest]`, three numbers a token: `z` is made again from the
/// input, which takes less than reading it back from the memory. Tokens are taken in blocks of
/// [Dense#BLOCK].
final class NormActions {
  /// Numbers that are kept of a token.
  private static final int MOMENTS = 3;

  /// What an action does with a number, in multiplications of a product.
  private static final long WORK = 20;

  private NormActions() {}

  static int workSize(RowNorm n, Shape s) {
    int rows = Math.min(s.positions(), Dense.BLOCK);
    return Math.multiplyExact(3 * rows + 8, n.width()) + MOMENTS * rows + weightedSize(n);
  }

  private static int weightedSize(RowNorm n) {
    return n.featureWeights().isPresent() ? n.featureWeights().get().workSize() : 0;
  }

  static int recordSize(RowNorm n, Shape s) {
    return Math.multiplyExact(MOMENTS, s.positions());
  }

  private static void divide(
      RowNorm n, int rows, Workspace.RowsPart<RowNorm> part, Slice[] t, Workspace w) {
    w.divideRows(rows, WORK * rows * n.width(), weightedSize(n), part, n, t);
  }

  static void apply(RowNorm n, Point p, Slice y, Slice record, Workspace w) {
    w.enter();
    Slice affine = folded(n, p.theta(), w);
    int positions = p.shape().positions();
    for (int from = 0; from < positions; from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, positions - from);
      w.enter();
      Slice[] t = operands(n, p, record, affine, from, rows, w);
      t[NormRows.RESULT] = Dense.rows(w, y, from, rows, n.width());
      divide(n, rows, NormRows::apply, t, w);
      requireUnique(n, p, from, w.view(t[NormRows.MOMENTS], 0, rows));
      w.leave();
    }
    w.leave();
  }

  /// The value once more, from the record.
  static void remake(RowNorm n, Point p, Slice record, Slice y, Workspace w) {
    w.enter();
    Slice affine = folded(n, p.theta(), w);
    int positions = p.shape().positions();
    for (int from = 0; from < positions; from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, positions - from);
      w.enter();
      Slice[] t = operands(n, p, record, affine, from, rows, w);
      t[NormRows.RESULT] = Dense.rows(w, y, from, rows, n.width());
      divide(n, rows, NormRows::remake, t, w);
      w.leave();
    }
    w.leave();
  }

  /// Without a floor, a deviation that is lost in the rounding of the features themselves has no
  /// direction.
  private static void requireUnique(RowNorm n, Point p, int from, Slice r) {
    if (n.epsilon() > 0) {
      return;
    }
    for (int i = 0; i < r.length(); i++) {
      double size = p.u().at((from + i) * n.width());
      if (r.at(i) * 4 * Math.ulp(size) >= 1) {
        int tokens = p.shape().tokens();
        String found =
            n.centre() ? "found a constant token (variance 0)" : "found a token that is zero";
        throw new NumericalException(
            n.name(),
            (from + i) / tokens,
            (from + i) % tokens,
            found
                + ", which has no unique projection, expected features that differ. Maybe set"
                + " epsilon above 0.");
      }
    }
  }

  static void tangent(RowNorm n, Point p, Slice record, Variation v, Slice dy, Workspace w) {
    int d = n.width();
    w.enter();
    Slice affine = folded(n, p.theta(), w);
    Slice dAffine = foldedTangent(n, p.theta(), v.theta(), w);
    int positions = p.shape().positions();
    for (int from = 0; from < positions; from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, positions - from);
      w.enter();
      Slice[] t = operands(n, p, record, affine, from, rows, w);
      t[NormRows.DU] = Dense.rows(w, v.u(), from, rows, d);
      t[NormRows.D_AFFINE] = dAffine;
      t[NormRows.DZ] = w.take(rows * d);
      t[NormRows.D_RESULT] = Dense.rows(w, dy, from, rows, d);
      divide(n, rows, NormRows::tangent, t, w);
      w.leave();
    }
    w.leave();
  }

  static void applyWithTangent(
      RowNorm n, Point p, Slice y, Slice record, Variation v, Slice dy, Workspace w) {
    int d = n.width();
    w.enter();
    Slice affine = folded(n, p.theta(), w);
    Slice dAffine = foldedTangent(n, p.theta(), v.theta(), w);
    int positions = p.shape().positions();
    for (int from = 0; from < positions; from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, positions - from);
      w.enter();
      Slice[] t = operands(n, p, record, affine, from, rows, w);
      t[NormRows.DU] = Dense.rows(w, v.u(), from, rows, d);
      t[NormRows.D_AFFINE] = dAffine;
      t[NormRows.DZ] = w.take(rows * d);
      t[NormRows.RESULT] = Dense.rows(w, y, from, rows, d);
      t[NormRows.D_RESULT] = Dense.rows(w, dy, from, rows, d);
      divide(n, rows, NormRows::applyWithTangent, t, w);
      requireUnique(n, p, from, w.view(t[NormRows.MOMENTS], 0, rows));
      w.leave();
    }
    w.leave();
  }

  static void adjoint(RowNorm n, Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    int d = n.width();
    w.enter();
    Slice affine = folded(n, p.theta(), w);
    Slice affineBar = zeros(n, w);
    int positions = p.shape().positions();
    for (int from = 0; from < positions; from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, positions - from);
      w.enter();
      Slice[] t = operands(n, p, record, affine, from, rows, w);
      t[NormRows.LAMBDA] = Dense.rows(w, lambda, from, rows, d);
      t[NormRows.U_BAR] = Dense.rows(w, bar.u(), from, rows, d);
      t[NormRows.Z_BAR] = w.take(rows * d);
      divide(n, rows, NormRows::adjoint, t, w);
      if (!bar.theta().isNone()) {
        addGain(n, t[NormRows.LAMBDA], t[NormRows.Z], affineBar, w);
        addShift(n, t[NormRows.LAMBDA], affineBar, w);
      }
      w.leave();
    }
    if (!bar.theta().isNone()) {
      NormControls.addAdjoint(n, p.theta(), affineBar.array(), affineBar.offset(), bar.theta());
    }
    w.leave();
  }

  static void secondAdjoint(
      RowNorm n,
      Point p,
      Slice record,
      Variation v,
      Slice lambda,
      Slice dLambda,
      Variation bar,
      Variation barDot,
      Workspace w) {
    int d = n.width();
    w.enter();
    Slice affine = folded(n, p.theta(), w);
    Slice dAffine = foldedTangent(n, p.theta(), v.theta(), w);
    Slice affineBar = zeros(n, w);
    Slice affineBarDot = zeros(n, w);
    int positions = p.shape().positions();
    for (int from = 0; from < positions; from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, positions - from);
      w.enter();
      Slice[] t = operands(n, p, record, affine, from, rows, w);
      t[NormRows.DU] = Dense.rows(w, v.u(), from, rows, d);
      t[NormRows.D_AFFINE] = dAffine;
      t[NormRows.LAMBDA] = Dense.rows(w, lambda, from, rows, d);
      t[NormRows.D_LAMBDA] = Dense.rows(w, dLambda, from, rows, d);
      t[NormRows.U_BAR] = Dense.rows(w, bar.u(), from, rows, d);
      t[NormRows.U_BAR_DOT] = Dense.rows(w, barDot.u(), from, rows, d);
      t[NormRows.Z_BAR] = w.take(rows * d);
      t[NormRows.DZ] = barDot.theta().isNone() ? Slice.NONE : w.take(rows * d);
      divide(n, rows, NormRows::secondAdjoint, t, w);
      addFolded(n, t, bar, barDot, affineBar, affineBarDot, w);
      w.leave();
    }
    addControls(n, p, v, bar, barDot, affineBar, affineBarDot);
    w.leave();
  }

  /// What a block adds to `[Ḡ, B̄]` and its derivative, where somebody asks for it.
  private static void addFolded(
      RowNorm n,
      Slice[] t,
      Variation bar,
      Variation barDot,
      Slice affineBar,
      Slice affineBarDot,
      Workspace w) {
    Slice z = t[NormRows.Z];
    if (!bar.theta().isNone() || (!barDot.theta().isNone() && n.constraint())) {
      addGain(n, t[NormRows.LAMBDA], z, affineBar, w);
      addShift(n, t[NormRows.LAMBDA], affineBar, w);
    }
    if (!barDot.theta().isNone()) {
      addGain(n, t[NormRows.D_LAMBDA], z, affineBarDot, w);
      addShift(n, t[NormRows.D_LAMBDA], affineBarDot, w);
      addGain(n, t[NormRows.LAMBDA], t[NormRows.DZ], affineBarDot, w);
    }
  }

  private static void addControls(
      RowNorm n,
      Point p,
      Variation v,
      Variation bar,
      Variation barDot,
      Slice affineBar,
      Slice affineBarDot) {
    double[] sums = affineBar.array();
    if (!bar.theta().isNone()) {
      NormControls.addAdjoint(n, p.theta(), sums, affineBar.offset(), bar.theta());
    }
    if (!barDot.theta().isNone()) {
      NormControls.addAdjoint(n, p.theta(), sums, affineBarDot.offset(), barDot.theta());
      if (n.constraint()) {
        NormControls.addSecond(n, v.theta(), sums, affineBar.offset(), barDot.theta());
      }
    }
  }

  /// The table of [NormRows] for the rows from `from` on.
  private static Slice[] operands(
      RowNorm n, Point p, Slice record, Slice affine, int from, int rows, Workspace w) {
    Slice[] t = w.table(NormRows.OPERANDS);
    int positions = p.shape().positions();
    t[NormRows.U] = Dense.rows(w, p.u(), from, rows, n.width());
    t[NormRows.MOMENTS] =
        record.isNone() ? w.take(MOMENTS * rows) : w.view(record, from, 2 * positions + rows);
    t[NormRows.AFFINE] = affine;
    t[NormRows.Z] = w.take(rows * n.width());
    return t;
  }

  /// `[G, B]`.
  private static Slice folded(RowNorm n, Slice theta, Workspace w) {
    Slice affine = w.take(2 * n.width());
    NormControls.fold(n, theta, affine.array(), affine.offset());
    return affine;
  }

  /// The derivative of `[G, B]`, absent if that of the controls is.
  private static Slice foldedTangent(RowNorm n, Slice theta, Slice dTheta, Workspace w) {
    if (dTheta.isNone()) {
      return Slice.NONE;
    }
    Slice dAffine = w.take(2 * n.width());
    NormControls.foldTangent(n, theta, dTheta, dAffine.array(), dAffine.offset());
    return dAffine;
  }

  private static Slice zeros(RowNorm n, Workspace w) {
    Slice sums = w.take(2 * n.width());
    sums.fill(0);
    return sums;
  }

  /// `Ḡ := Ḡ + Σ_rows λ ∘ z`.
  private static void addGain(RowNorm n, Slice lambda, Slice z, Slice affineBar, Workspace w) {
    int d = n.width();
    Kernels k = w.kernels();
    double[] out = affineBar.array();
    int at = affineBar.offset();
    int rows = z.length() / d;
    k.addColumnProducts(rows, d, lambda.array(), lambda.offset(), z.array(), z.offset(), out, at);
  }

  /// `B̄ := B̄ + Σ_rows λ`.
  private static void addShift(RowNorm n, Slice lambda, Slice affineBar, Workspace w) {
    int d = n.width();
    int at = affineBar.offset() + d;
    Kernels k = w.kernels();
    int rows = lambda.length() / d;
    k.addColumnSums(rows, d, lambda.array(), lambda.offset(), d, affineBar.array(), at);
  }
}
