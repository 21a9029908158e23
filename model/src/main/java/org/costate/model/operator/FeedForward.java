package org.costate.model.operator;

import static org.costate.model.operator.FeedForwardRows.A;
import static org.costate.model.operator.FeedForwardRows.DA;
import static org.costate.model.operator.FeedForwardRows.DU;
import static org.costate.model.operator.FeedForwardRows.DX;
import static org.costate.model.operator.FeedForwardRows.D_LAMBDA;
import static org.costate.model.operator.FeedForwardRows.D_RESULT;
import static org.costate.model.operator.FeedForwardRows.D_SLOPE;
import static org.costate.model.operator.FeedForwardRows.D_THETA;
import static org.costate.model.operator.FeedForwardRows.LAMBDA;
import static org.costate.model.operator.FeedForwardRows.OPERANDS;
import static org.costate.model.operator.FeedForwardRows.RESULT;
import static org.costate.model.operator.FeedForwardRows.SLOPE;
import static org.costate.model.operator.FeedForwardRows.THETA;
import static org.costate.model.operator.FeedForwardRows.U;
import static org.costate.model.operator.FeedForwardRows.U_BAR;
import static org.costate.model.operator.FeedForwardRows.U_BAR_DOT;
import static org.costate.model.operator.FeedForwardRows.X;
import static org.costate.model.operator.FeedForwardRows.X_BAR;
import static org.costate.model.operator.FeedForwardRows.X_BAR_DOT;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Parameter.Role;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// The feed-forward network, local in the tokens: `y = f(u W₁ + b₁) W₂ + b₂`, or gated `y = (f(u
/// W_g + b_g) ∘ (u W_u + b_u)) W₂ + b₂` with `W₁ = [W_g, W_u]`.
///
/// The record holds activations and slopes, `f(x)` and `f'(x)` at `x = u W₁ + b₁`: reading both
/// back takes less time than evaluating the activation again. The value of a projection tells its
/// slope, which is not kept; a gated network keeps `x`, which is smaller than what would be made
/// of it. The record of a direction holds `δa` and `f''(x) ∘ δx`, of a gated network `δx`. Tokens
/// are taken in blocks of [Dense#BLOCK], so that scratch does not grow with their number.
///
/// @param width features of `u` and `y`
/// @param hidden features of the activations
/// @param activation `f`
/// @param gated whether a second linear map multiplies the activations
/// @param bias whether there are `b₁` and `b₂`
public record FeedForward(int width, int hidden, Activation activation, boolean gated, boolean bias)
    implements Operator {
  /// @throws IllegalArgumentException if a width is not positive
  public FeedForward {
    Widths.requirePositive("feed-forward", "width", width);
    Widths.requirePositive("feed-forward", "hidden width", hidden);
    Widths.requireSize("feed-forward", width, hidden);
  }

  @Override
  public String name() {
    return "feed-forward";
  }

  @Override
  public int inputWidth() {
    return width;
  }

  @Override
  public int outputWidth() {
    return width;
  }

  /// Columns of `W₁`: the gate, then the factor.
  int columns() {
    return gated ? 2 * hidden : hidden;
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    all.add(new Parameter("in.weight", Role.WEIGHT, width, columns()));
    if (bias) {
      all.add(new Parameter("in.bias", Role.BIAS, 1, columns()));
    }
    all.add(new Parameter("out.weight", Role.WEIGHT, hidden, width));
    if (bias) {
      all.add(new Parameter("out.bias", Role.BIAS, 1, width));
    }
    return List.copyOf(all);
  }

  @Override
  public int controlSize() {
    return outWeightAt() + hidden * width + (bias ? width : 0);
  }

  @Override
  public int workSize(Shape s) {
    int rows = Math.min(s.positions(), Dense.BLOCK);
    int perRow = gated ? 10 * hidden : 5 * hidden;
    return Math.multiplyExact(rows, perRow) + (gated ? hidden : 0);
  }

  /// Doubles that are kept of a token, and of its direction.
  private int kept() {
    return gated || keepsSlopes() ? 2 * hidden : hidden;
  }

  /// Whether the records of a network without a gate have a second part.
  private boolean keepsSlopes() {
    return !activation.isProjection();
  }

  @Override
  public int recordSize(Shape s) {
    return s.size(kept());
  }

  @Override
  public int tangentRecordSize(Shape s) {
    return s.size(kept());
  }

  Slice inWeight(Workspace w, Slice theta) {
    return Dense.part(w, theta, 0, width * columns());
  }

  Slice inBias(Workspace w, Slice theta) {
    return Dense.part(w, theta, width * columns(), bias ? columns() : 0);
  }

  private int outWeightAt() {
    return width * columns() + (bias ? columns() : 0);
  }

  Slice outWeight(Workspace w, Slice theta) {
    return Dense.part(w, theta, outWeightAt(), hidden * width);
  }

  Slice outBias(Workspace w, Slice theta) {
    return Dense.part(w, theta, outWeightAt() + hidden * width, bias ? width : 0);
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    for (int from = 0; from < p.shape().positions(); from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, p.shape().positions() - from);
      w.enter();
      Slice[] t = operands(p, record, from, rows, w);
      t[RESULT] = Dense.rows(w, y, from, rows, width);
      divide(rows, 2, FeedForwardRows::apply, t, w);
      w.leave();
    }
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    for (int from = 0; from < p.shape().positions(); from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, p.shape().positions() - from);
      w.enter();
      Slice[] t = operands(p, record, from, rows, w);
      placeDirection(p.shape(), v, from, rows, t, w);
      t[D_RESULT] = Dense.rows(w, dy, from, rows, width);
      int products = v.theta().isNone() ? 2 : 4;
      divide(rows, t[D_SLOPE].isNone() ? products : products + 1, FeedForwardRows::tangent, t, w);
      w.leave();
    }
  }

  @Override
  public void applyWithTangent(Point p, Slice y, Slice record, Variation v, Slice dy, Workspace w) {
    for (int from = 0; from < p.shape().positions(); from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, p.shape().positions() - from);
      w.enter();
      Slice[] t = operands(p, record, from, rows, w);
      t[RESULT] = Dense.rows(w, y, from, rows, width);
      placeDirection(p.shape(), v, from, rows, t, w);
      t[D_RESULT] = Dense.rows(w, dy, from, rows, width);
      divide(rows, v.theta().isNone() ? 4 : 6, FeedForwardRows::applyWithTangent, t, w);
      w.leave();
    }
  }

  @Override
  public boolean knowsFresh() {
    return true;
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    for (int from = 0; from < p.shape().positions(); from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, p.shape().positions() - from);
      w.enter();
      Slice[] t = operands(p, record, from, rows, w);
      t[LAMBDA] = Dense.rows(w, lambda, from, rows, width);
      t[U_BAR] = Dense.rows(w, bar.u(), from, rows, width);
      t[X_BAR] = w.take(rows * columns());
      if (gated && !bar.theta().isNone()) {
        t[A] = w.take(rows * hidden);
      }
      divide(rows, 2, FeedForwardRows::adjoint, t, w);
      Kernels k = w.kernels();
      k.gather();
      addOutAdjoint(rows, t[A], t[LAMBDA], bar, from, w);
      addInAdjoint(rows, t[U], t[X_BAR], bar, from, w);
      k.complete();
      w.leave();
    }
  }

  @Override
  public void secondAdjoint(
      Point p,
      Slice record,
      Variation v,
      Slice lambda,
      Slice dLambda,
      Variation bar,
      Variation barDot,
      Workspace w) {
    for (int from = 0; from < p.shape().positions(); from += Dense.BLOCK) {
      int rows = Math.min(Dense.BLOCK, p.shape().positions() - from);
      w.enter();
      Slice[] t = operands(p, record, from, rows, w);
      placeDirection(p.shape(), v, from, rows, t, w);
      t[LAMBDA] = Dense.rows(w, lambda, from, rows, width);
      t[D_LAMBDA] = Dense.rows(w, dLambda, from, rows, width);
      t[U_BAR] = Dense.rows(w, bar.u(), from, rows, width);
      t[U_BAR_DOT] = Dense.rows(w, barDot.u(), from, rows, width);
      t[X_BAR] = w.take(rows * columns());
      t[X_BAR_DOT] = w.take(rows * columns());
      if (gated) {
        t[A] = w.take(rows * hidden);
        t[DA] = w.take(rows * hidden);
      } else if (t[DA].isNone()) {
        makeDirection(rows, t, w);
      }
      divide(rows, v.theta().isNone() ? 4 : 6, FeedForwardRows::secondAdjoint, t, w);
      addSecondWeights(rows, t, bar, barDot, from, w);
      w.leave();
    }
  }

  /// The gradients of the weights and their derivatives: sums over all rows of the block at `from`.
  private void addSecondWeights(
      int rows, Slice[] t, Variation bar, Variation barDot, int from, Workspace w) {
    Kernels k = w.kernels();
    k.gather();
    addOutAdjoint(rows, t[A], t[LAMBDA], bar, from, w);
    addInAdjoint(rows, t[U], t[X_BAR], bar, from, w);
    boolean isFresh = isFresh(barDot, from);
    Slice outBarDot = outWeight(w, barDot.theta());
    Dense.addOuterTangent(k, rows, t[A], t[LAMBDA], t[DA], t[D_LAMBDA], isFresh, outBarDot);
    Dense.addBiasAdjoint(k, rows, t[D_LAMBDA], isFresh, outBias(w, barDot.theta()));
    Slice inBarDot = inWeight(w, barDot.theta());
    Dense.addOuterTangent(k, rows, t[U], t[X_BAR], t[DU], t[X_BAR_DOT], isFresh, inBarDot);
    Dense.addBiasAdjoint(k, rows, t[X_BAR_DOT], isFresh, inBias(w, barDot.theta()));
    k.complete();
  }

  /// `W̄₂ := W̄₂ + aᵀ λ`, `b̄₂ := b̄₂ + Σ λ`; where they are fresh, without what was there.
  private void addOutAdjoint(
      int rows, Slice a, Slice lambda, Variation bar, int from, Workspace w) {
    boolean isFresh = isFresh(bar, from);
    Dense.addOuter(w.kernels(), rows, a, lambda, isFresh, outWeight(w, bar.theta()));
    Dense.addBiasAdjoint(w.kernels(), rows, lambda, isFresh, outBias(w, bar.theta()));
  }

  /// `W̄₁ := W̄₁ + uᵀ x̄`, `b̄₁ := b̄₁ + Σ x̄`; where they are fresh, without what was there.
  private void addInAdjoint(int rows, Slice u, Slice xBar, Variation bar, int from, Workspace w) {
    boolean isFresh = isFresh(bar, from);
    Dense.addOuter(w.kernels(), rows, u, xBar, isFresh, inWeight(w, bar.theta()));
    Dense.addBiasAdjoint(w.kernels(), rows, xBar, isFresh, inBias(w, bar.theta()));
  }

  /// Whether the block at `from` is the first that adds to `θ̄`.
  private static boolean isFresh(Variation bar, int from) {
    return bar.isFresh() && from == 0;
  }

  /// The table of [FeedForwardRows] for the rows from `from` on.
  private Slice[] operands(Point p, Slice record, int from, int rows, Workspace w) {
    Slice[] t = w.table(OPERANDS);
    t[U] = Dense.rows(w, p.u(), from, rows, width);
    t[THETA] = p.theta();
    if (gated) {
      t[X] = Dense.rows(w, record, from, rows, columns());
    } else {
      t[A] = keptRows(p.shape(), record, 0, from, rows, w);
      t[SLOPE] = keptRows(p.shape(), record, 1, from, rows, w);
    }
    return t;
  }

  /// Adds a direction to the table: what its record holds, or is to hold.
  private void placeDirection(Shape s, Variation v, int from, int rows, Slice[] t, Workspace w) {
    t[DU] = Dense.rows(w, v.u(), from, rows, width);
    t[D_THETA] = v.theta();
    if (gated) {
      t[DX] = Dense.rows(w, v.record(), from, rows, columns());
    } else {
      t[DA] = keptRows(s, v.record(), 0, from, rows, w);
      t[D_SLOPE] = keptRows(s, v.record(), 1, from, rows, w);
    }
  }

  /// Makes what the record of a direction would hold, without a gate.
  private void makeDirection(int rows, Slice[] t, Workspace w) {
    t[DA] = w.take(rows * hidden);
    t[D_SLOPE] = keepsSlopes() ? w.take(rows * hidden) : Slice.NONE;
    if (t[DU].isNone() && t[D_THETA].isNone()) {
      t[DA].fill(0);
      t[D_SLOPE].fill(0);
    } else {
      divide(rows, t[D_THETA].isNone() ? 2 : 3, FeedForwardRows::hiddenDirection, t, w);
    }
  }

  /// Rows of the first (0) or the second (1) `[positions, hidden]` of a record without a gate,
  /// absent if there is none.
  private Slice keptRows(Shape s, Slice record, int part, int from, int rows, Workspace w) {
    int all = s.size(hidden);
    boolean isThere = !record.isNone() && (part == 0 || keepsSlopes());
    Slice kept = isThere ? w.view(record, part * all, all) : Slice.NONE;
    return Dense.rows(w, kept, from, rows, hidden);
  }

  private void divide(
      int rows, int products, Workspace.RowsPart<FeedForward> part, Slice[] t, Workspace w) {
    long work = (long) products * rows * width * hidden;
    w.divideRows(rows, work, FeedForwardRows.scratchPerRow(this), part, this, t);
  }
}
