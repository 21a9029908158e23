package org.costate.model.operator;

import static org.costate.model.operator.NormRows.AFFINE;
import static org.costate.model.operator.NormRows.AFFINE_BAR;
import static org.costate.model.operator.NormRows.AFFINE_BAR_DOT;
import static org.costate.model.operator.NormRows.DU;
import static org.costate.model.operator.NormRows.DZ;
import static org.costate.model.operator.NormRows.D_AFFINE;
import static org.costate.model.operator.NormRows.D_LAMBDA;
import static org.costate.model.operator.NormRows.D_RESULT;
import static org.costate.model.operator.NormRows.FOLDED_OPERANDS;
import static org.costate.model.operator.NormRows.LAMBDA;
import static org.costate.model.operator.NormRows.MOMENTS;
import static org.costate.model.operator.NormRows.OPERANDS;
import static org.costate.model.operator.NormRows.RESULT;
import static org.costate.model.operator.NormRows.ROW_OPERANDS;
import static org.costate.model.operator.NormRows.U;
import static org.costate.model.operator.NormRows.U_BAR;
import static org.costate.model.operator.NormRows.U_BAR_DOT;
import static org.costate.model.operator.NormRows.Z;
import static org.costate.model.operator.NormRows.Z_BAR;

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
  private static final int KEPT = 3;

  /// What an action does with a number, in multiplications of a product.
  private static final long WORK = 20;

  private NormActions() {}

  static int workSize(RowNorm n, Shape s) {
    int rows = Math.min(s.positions(), Dense.BLOCK);
    return Math.multiplyExact(3 * rows + 8, n.width()) + KEPT * rows + weightedSize(n);
  }

  private static int weightedSize(RowNorm n) {
    return n.featureWeights().isPresent() ? n.featureWeights().get().workSize() : 0;
  }

  static int recordSize(RowNorm n, Shape s) {
    return Math.multiplyExact(KEPT, s.positions());
  }

  static void apply(RowNorm n, Point p, Slice y, Slice record, Workspace w) {
    w.enter();
    Slice[] all = operands(n, p, w);
    all[RESULT] = y;
    run(n, p, record, all, NormRows::apply, NormActions::requireUnique, w);
    w.leave();
  }

  /// The value once more, from the record.
  static void remake(RowNorm n, Point p, Slice record, Slice y, Workspace w) {
    w.enter();
    Slice[] all = operands(n, p, w);
    all[RESULT] = y;
    run(n, p, record, all, NormRows::remake, NOTHING, w);
    w.leave();
  }

  static void tangent(RowNorm n, Point p, Slice record, Variation v, Slice dy, Workspace w) {
    w.enter();
    Slice[] all = directedOperands(n, p, v, w);
    all[D_RESULT] = dy;
    run(n, p, record, all, NormRows::tangent, NOTHING, w);
    w.leave();
  }

  static void applyWithTangent(
      RowNorm n, Point p, Slice y, Slice record, Variation v, Slice dy, Workspace w) {
    w.enter();
    Slice[] all = directedOperands(n, p, v, w);
    all[RESULT] = y;
    all[D_RESULT] = dy;
    run(n, p, record, all, NormRows::applyWithTangent, NormActions::requireUnique, w);
    w.leave();
  }

  static void adjoint(RowNorm n, Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    w.enter();
    Slice[] all = operands(n, p, w);
    all[LAMBDA] = lambda;
    all[U_BAR] = bar.u();
    all[AFFINE_BAR] = bar.theta().isNone() ? Slice.NONE : NormControls.foldedBar(n, bar.theta(), w);
    run(n, p, record, all, NormRows::adjoint, NormActions::addSums, w);
    if (!bar.theta().isNone()) {
      NormControls.addAdjoint(n, p.theta(), all[AFFINE_BAR], bar.theta());
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
    boolean controls = !barDot.theta().isNone();
    w.enter();
    Slice[] all = directedOperands(n, p, v, w);
    all[LAMBDA] = lambda;
    all[D_LAMBDA] = dLambda;
    all[U_BAR] = bar.u();
    all[U_BAR_DOT] = barDot.u();
    boolean curved = controls && n.constraint();
    boolean summed = curved || !bar.theta().isNone();
    all[AFFINE_BAR] = summed ? NormControls.foldedBar(n, bar.theta(), w) : Slice.NONE;
    all[AFFINE_BAR_DOT] = controls ? NormControls.foldedBar(n, barDot.theta(), w) : Slice.NONE;
    run(n, p, record, all, NormRows::secondAdjoint, NormActions::addSecondSums, w);
    if (!bar.theta().isNone()) {
      NormControls.addAdjoint(n, p.theta(), all[AFFINE_BAR], bar.theta());
    }
    if (controls) {
      NormControls.addAdjoint(n, p.theta(), all[AFFINE_BAR_DOT], barDot.theta());
    }
    if (curved) {
      NormControls.addSecond(n, v.theta(), all[AFFINE_BAR], barDot.theta());
    }
    w.leave();
  }

  /// What is left to do when the rows of a block are done.
  private interface AfterBlock {
    void run(RowNorm n, Point p, int from, Slice[] t, Workspace w);
  }

  private static final AfterBlock NOTHING = (n, p, from, t, w) -> {};

  /// Does the rows block by block.
  ///
  /// @param all the table of [NormRows] for all tokens
  private static void run(
      RowNorm n,
      Point p,
      Slice record,
      Slice[] all,
      Workspace.RowsPart<RowNorm> part,
      AfterBlock after,
      Workspace w) {
    int d = n.width();
    int positions = p.shape().positions();
    for (int from = 0; from < positions; from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, positions - from);
      w.enter();
      Slice[] t = w.table(OPERANDS);
      for (int i = 0; i < ROW_OPERANDS; i++) {
        t[i] = Dense.rows(w, all[i], from, rows, d);
      }
      System.arraycopy(all, ROW_OPERANDS, t, ROW_OPERANDS, FOLDED_OPERANDS - ROW_OPERANDS);
      t[MOMENTS] =
          record.isNone() ? w.take(KEPT * rows) : w.view(record, from, 2 * positions + rows);
      t[Z] = w.take(rows * d);
      t[DZ] = w.take(rows * d);
      t[Z_BAR] = w.take(rows * d);
      w.divideRows(rows, WORK * rows * d, weightedSize(n), part, n, t);
      after.run(n, p, from, t, w);
      w.leave();
    }
  }

  private static Slice[] operands(RowNorm n, Point p, Workspace w) {
    Slice[] all = w.table(OPERANDS);
    all[U] = p.u();
    all[AFFINE] = NormControls.folded(n, p.theta(), w);
    return all;
  }

  private static Slice[] directedOperands(RowNorm n, Point p, Variation v, Workspace w) {
    Slice[] all = operands(n, p, w);
    all[DU] = v.u();
    if (!v.theta().isNone()) {
      all[D_AFFINE] = NormControls.foldedTangent(n, p.theta(), v.theta(), w);
    }
    return all;
  }

  /// Without a floor, a deviation that is lost in the rounding of the features themselves has no
  /// direction.
  private static void requireUnique(RowNorm n, Point p, int from, Slice[] t, Workspace w) {
    if (n.epsilon() > 0) {
      return;
    }
    Slice r = t[MOMENTS];
    for (int i = 0; i < t[U].length() / n.width(); i++) {
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

  /// Adds a block's part of `[Ḡ, B̄]`, where somebody asks for it.
  private static void addSums(RowNorm n, Point p, int from, Slice[] t, Workspace w) {
    if (!t[AFFINE_BAR].isNone()) {
      addGain(n, t[LAMBDA], t[Z], t[AFFINE_BAR], w);
      addShift(n, t[LAMBDA], t[AFFINE_BAR], w);
    }
  }

  /// [#addSums] and its derivative.
  private static void addSecondSums(RowNorm n, Point p, int from, Slice[] t, Workspace w) {
    addSums(n, p, from, t, w);
    if (!t[AFFINE_BAR_DOT].isNone()) {
      addGain(n, t[D_LAMBDA], t[Z], t[AFFINE_BAR_DOT], w);
      addShift(n, t[D_LAMBDA], t[AFFINE_BAR_DOT], w);
      addGain(n, t[LAMBDA], t[DZ], t[AFFINE_BAR_DOT], w);
    }
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
