package org.costate.model.operator;

import java.util.Arrays;
import org.costate.model.NumericalException;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// The four actions of a [RowNorm] `y = G ∘ z + B`. The record is `[r, mean, rest]`, three numbers
/// a token: `z` is made again from the input, which takes less than reading it back from the
/// memory. Tokens are taken in blocks of [Dense#BLOCK].
final class NormActions {
  /// Numbers that are kept of a token.
  private static final int MOMENTS = 3;

  private NormActions() {}

  static int workSize(RowNorm n, Shape s) {
    int rows = Math.min(s.positions(), Dense.BLOCK);
    int weighted = n.featureWeights().isPresent() ? n.featureWeights().get().workSize() : 0;
    return Math.multiplyExact(4 * rows + 8, n.width()) + MOMENTS * rows + weighted;
  }

  static int recordSize(RowNorm n, Shape s) {
    return Math.multiplyExact(MOMENTS, s.positions());
  }

  /// `z` of some tokens, made again in scratch.
  private static Slice standardized(
      RowNorm n, Point p, Slice record, int from, int rows, Workspace w) {
    Slice z = w.take(rows * n.width());
    Slice u = Dense.rows(w, p.u(), from, rows, n.width());
    int stride = p.shape().positions();
    Rows.restandardize(n, rows, u, moments(w, record, stride, from), stride, z, w);
    return z;
  }

  private static Slice moments(Workspace w, Slice record, int stride, int from) {
    return w.view(record, from, (MOMENTS - 1) * stride + 1);
  }

  private static Slice scales(Workspace w, Slice record, int from, int rows) {
    return w.view(record, from, rows);
  }

  static void apply(RowNorm n, Point p, Slice y, Slice record, Workspace w) {
    int d = n.width();
    w.enter();
    int affine = w.claim(2 * d);
    NormControls.fold(n, p.theta(), w.scratch(), affine);
    int positions = p.shape().positions();
    for (int from = 0; from < positions; from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, positions - from);
      w.enter();
      boolean keep = !record.isNone();
      Slice z = w.take(rows * d);
      int stride = keep ? positions : rows;
      Slice moments = keep ? moments(w, record, stride, from) : w.take(MOMENTS * rows);
      Rows.standardize(n, rows, Dense.rows(w, p.u(), from, rows, d), z, moments, stride, w);
      requireUnique(n, p, from, w.view(moments, 0, rows));
      map(d, affine, z, y, from, w);
      w.leave();
    }
    w.leave();
  }

  /// The value once more, from the record.
  static void remake(RowNorm n, Point p, Slice record, Slice y, Workspace w) {
    int d = n.width();
    w.enter();
    int affine = w.claim(2 * d);
    NormControls.fold(n, p.theta(), w.scratch(), affine);
    int positions = p.shape().positions();
    for (int from = 0; from < positions; from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, positions - from);
      w.enter();
      map(d, affine, standardized(n, p, record, from, rows, w), y, from, w);
      w.leave();
    }
    w.leave();
  }

  /// `y := G ∘ z + B` for the tokens from `from` on.
  private static void map(int d, int affine, Slice z, Slice y, int from, Workspace w) {
    int rows = z.length() / d;
    int to = y.offset() + from * d;
    Kernels k = w.kernels();
    k.scaleRows(rows, d, w.scratch(), affine, z.array(), z.offset(), 0, y.array(), to);
    k.addToRows(rows, d, w.scratch(), affine + d, y.array(), to, d);
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
    Kernels k = w.kernels();
    int d = n.width();
    w.enter();
    double[] work = w.scratch();
    int affine = w.claim(2 * d);
    int dAffine = w.claim(2 * d);
    NormControls.fold(n, p.theta(), work, affine);
    NormControls.foldTangent(n, p.theta(), v.theta(), work, dAffine);
    int positions = p.shape().positions();
    for (int from = 0; from < positions; from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, positions - from);
      w.enter();
      Slice z = standardized(n, p, record, from, rows, w);
      Slice r = scales(w, record, from, rows);
      Slice dz = w.take(rows * d);
      Rows.tangent(n, z, r, Dense.rows(w, v.u(), from, rows, d), dz, w);
      int to = dy.offset() + from * d;
      k.scaleRows(rows, d, work, affine, dz.array(), dz.offset(), 0, dy.array(), to);
      if (!v.theta().isNone()) {
        k.scaleRows(rows, d, work, dAffine, z.array(), z.offset(), 1, dy.array(), to);
        k.addToRows(rows, d, work, dAffine + d, dy.array(), to, d);
      }
      w.leave();
    }
    w.leave();
  }

  static void adjoint(RowNorm n, Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    Kernels k = w.kernels();
    int d = n.width();
    w.enter();
    double[] work = w.scratch();
    int affine = w.claim(2 * d);
    int affineBar = zeros(w, 2 * d);
    NormControls.fold(n, p.theta(), work, affine);
    int positions = p.shape().positions();
    for (int from = 0; from < positions; from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, positions - from);
      w.enter();
      Slice z = standardized(n, p, record, from, rows, w);
      Slice r = scales(w, record, from, rows);
      Slice lambdaRows = Dense.rows(w, lambda, from, rows, d);
      if (!bar.theta().isNone()) {
        addFoldedAdjoint(k, d, lambdaRows, z, work, affineBar);
        addRowSums(k, d, lambdaRows, work, affineBar);
      }
      if (!bar.u().isNone()) {
        Slice zBar = w.take(rows * d);
        multiplyRows(k, d, work, affine, lambdaRows, zBar);
        Rows.addAdjoint(n, z, r, zBar, Dense.rows(w, bar.u(), from, rows, d), w);
      }
      w.leave();
    }
    if (!bar.theta().isNone()) {
      NormControls.addAdjoint(n, p.theta(), work, affineBar, bar.theta());
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
    adjoint(n, p, record, lambda, bar, w);
    adjoint(n, p, record, dLambda, barDot, w);
    Kernels k = w.kernels();
    int d = n.width();
    w.enter();
    double[] work = w.scratch();
    int affine = w.claim(2 * d);
    int dAffine = w.claim(2 * d);
    int affineBar = zeros(w, 2 * d);
    int affineBarDot = zeros(w, 2 * d);
    NormControls.fold(n, p.theta(), work, affine);
    NormControls.foldTangent(n, p.theta(), v.theta(), work, dAffine);
    int positions = p.shape().positions();
    for (int from = 0; from < positions; from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, positions - from);
      w.enter();
      Slice z = standardized(n, p, record, from, rows, w);
      Slice r = scales(w, record, from, rows);
      Slice du = Dense.rows(w, v.u(), from, rows, d);
      Slice lambdaRows = Dense.rows(w, lambda, from, rows, d);
      if (!barDot.theta().isNone()) {
        Slice dz = w.take(rows * d);
        Rows.tangent(n, z, r, du, dz, w);
        addFoldedAdjoint(k, d, lambdaRows, z, work, affineBar);
        addRowSums(k, d, lambdaRows, work, affineBar);
        addFoldedAdjoint(k, d, lambdaRows, dz, work, affineBarDot);
      }
      if (!barDot.u().isNone()) {
        Slice out = Dense.rows(w, barDot.u(), from, rows, d);
        Slice zBar = w.take(rows * d);
        multiplyRows(k, d, work, dAffine, lambdaRows, zBar);
        Rows.addAdjoint(n, z, r, zBar, out, w);
        multiplyRows(k, d, work, affine, lambdaRows, zBar);
        Rows.addSecond(n, z, r, du, zBar, out, w);
      }
      w.leave();
    }
    if (!barDot.theta().isNone()) {
      NormControls.addAdjoint(n, p.theta(), work, affineBarDot, barDot.theta());
      NormControls.addSecond(n, v.theta(), work, affineBar, barDot.theta());
    }
    w.leave();
  }

  private static int zeros(Workspace w, int count) {
    int at = w.claim(count);
    Arrays.fill(w.scratch(), at, at + count, 0);
    return at;
  }

  /// `Ḡ := Ḡ + Σ_rows λ ∘ z`.
  private static void addFoldedAdjoint(
      Kernels k, int d, Slice lambda, Slice z, double[] work, int at) {
    int rows = lambda.length() / d;
    k.addColumnProducts(rows, d, lambda.array(), lambda.offset(), z.array(), z.offset(), work, at);
  }

  /// `B̄ := B̄ + Σ_rows λ`.
  private static void addRowSums(Kernels k, int d, Slice lambda, double[] work, int at) {
    k.addColumnSums(lambda.length() / d, d, lambda.array(), lambda.offset(), d, work, at + d);
  }

  /// `out := G ∘ λ` in every row.
  private static void multiplyRows(
      Kernels k, int d, double[] work, int at, Slice lambda, Slice out) {
    int rows = lambda.length() / d;
    k.scaleRows(rows, d, work, at, lambda.array(), lambda.offset(), 0, out.array(), out.offset());
  }
}
