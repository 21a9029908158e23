package org.costate.model.operator;

import java.util.List;
import java.util.Optional;
import org.costate.model.InputException;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Multi-head softmax attention, the non-local field `A` of the continuous equation:
///
///     y_i = Σ_h (Σ_j γ^h_ij V^h_j) W^O_h + b^O,
///     γ^h_ij = w_j exp(s^h_ij) / Σ_l w_l exp(s^h_il),   s^h_ij = scale · ⟨Q^h_i, K^h_j⟩,
///
/// with `(Q, K, V) = u W + b` and sums over the tokens that the [Mask] lets token `i` see. `w` are
/// the token quadrature weights of the batch: equal ones, or none, give the usual softmax; weight 0
/// hides a padding token; others are a quadrature rule on the tokens. A token that sees no key gets
/// zero from every head. Queries and keys may be rotated with the position ([Rotary]), and several
/// query heads may share one key and value head.
///
/// Controls in order: `qkv.weight` `[width, (heads + 2 keyHeads) headWidth]`, columns of all query
/// heads, then all key heads, then all value heads; `qkv.bias`; `output.weight`
/// `[heads · headWidth, width]`; `output.bias`.
///
/// Weights are computed row block by row block and never stored: memory is O(tokens), time
/// O(tokens · tokens seen). Derivatives after Vaswani et al. (1706.03762) and Dao et al.
/// (2205.14135); the record holds queries, keys, values, head outputs and row log-sum-exps.
public record Attention(MultiHead parts) implements Operator {
  /// @param width features per token of state and output
  /// @param heads number of query heads
  /// @param keyHeads number of key and value heads; divides `heads`
  /// @param headWidth features of a head
  /// @param scale factor of the scores, usually `1/√headWidth`
  /// @param mask which keys a query sees
  /// @param rotary rotation of queries and keys with the position
  /// @param bias whether queries, keys and values have biases
  /// @param outputMap whether there is an output map; without one, `heads · headWidth = width`
  /// @param outputBias whether it has a bias
  /// @throws IllegalArgumentException if the sizes do not fit
  public Attention(
      int width,
      int heads,
      int keyHeads,
      int headWidth,
      double scale,
      Mask mask,
      Optional<Rotary> rotary,
      boolean bias,
      boolean outputMap,
      boolean outputBias) {
    HeadLayout layout = new HeadLayout(heads, keyHeads, headWidth, headWidth);
    HeadFeatures features = new PositionFeatures(layout, rotary);
    Mixing mixing = new TiledMixing(new SoftmaxWeights(new HeadTiles(layout, mask, scale)));
    this(MultiHead.of(width, features, bias, outputMap, outputBias, mixing));
  }

  /// As in Vaswani et al.: heads of `width / heads` features, scale `1/√(width / heads)`, with
  /// biases and output map.
  ///
  /// @throws InputException if the heads do not divide the width
  public static Attention standard(int width, int heads, Mask mask) {
    if (heads < 1 || width % heads != 0) {
      throw new InputException(
          "attention: found " + heads + " heads for width " + width,
          "a number that divides the width",
          "");
    }
    int each = width / heads;
    double scale = 1 / Math.sqrt(each);
    return new Attention(
        width, heads, heads, each, scale, mask, Optional.empty(), true, true, true);
  }

  /// Features per token.
  public int width() {
    return parts.width();
  }

  /// Number of query heads.
  public int heads() {
    return parts.mixing().layout().heads();
  }

  /// Number of key and value heads.
  public int keyHeads() {
    return parts.mixing().layout().keyHeads();
  }

  /// Features of a head.
  public int headWidth() {
    return parts.mixing().layout().keyWidth();
  }

  /// Factor of the scores.
  public double scale() {
    return parts.mixing().scale();
  }

  /// Which keys a query sees.
  public Mask mask() {
    return parts.mixing().mask();
  }

  /// Rotation of queries and keys with the position.
  public Optional<Rotary> rotary() {
    return switch (parts.features()) {
      case PositionFeatures position -> position.rotary();
      case DistanceFeatures _ -> Optional.empty();
    };
  }

  /// Whether queries, keys and values have biases.
  public boolean bias() {
    return parts.projection().bias();
  }

  /// Whether there is an output map.
  public boolean outputMap() {
    return parts.output().isPresent();
  }

  /// Whether the output map has a bias.
  public boolean outputBias() {
    return parts.output().isPresent() && parts.output().get().bias();
  }

  @Override
  public String name() {
    return "attention";
  }

  @Override
  public int inputWidth() {
    return parts.width();
  }

  @Override
  public int outputWidth() {
    return parts.width();
  }

  @Override
  public List<Parameter> parameters() {
    return parts.parameters("qkv");
  }

  @Override
  public int controlSize() {
    return parts.controlSize();
  }

  @Override
  public double work(Shape s) {
    return Operator.super.work(s) + parts.pairWork(s);
  }

  @Override
  public int workSize(Shape s) {
    return parts.workSize(s);
  }

  @Override
  public int recordSize(Shape s) {
    return parts.recordSize(s);
  }

  @Override
  public int tangentRecordSize(Shape s) {
    return parts.tangentRecordSize(s);
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    parts.apply(p, y, record, w);
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    parts.tangent(p, record, v, dy, w);
  }

  @Override
  public void applyWithTangent(Point p, Slice y, Slice record, Variation v, Slice dy, Workspace w) {
    parts.applyWithTangent(p, y, record, v, dy, w);
  }

  @Override
  public boolean knowsFresh() {
    return true;
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    parts.adjoint(p, record, lambda, bar, w);
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
    parts.secondAdjoint(p, record, v, lambda, dLambda, bar, barDot, w);
  }
}
