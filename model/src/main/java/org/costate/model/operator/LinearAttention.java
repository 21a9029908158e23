package org.costate.model.operator;

import java.util.List;
import java.util.Optional;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Multi-head attention without softmax, the form in which attention does least squares and keeps a
/// fast memory:
///
///     y_i = Σ_h scale (Σ_j w_j ⟨Q^h_i, K^h_j⟩ V^h_j) W^O_h + b^O,
///
/// with `(Q, K, V) = u W + b` and sums over the tokens that the [Mask] lets token `i` see. `w` are
/// the token quadrature weights of the batch, one where there are none: the sum is not normalised,
/// and a mean over `n` tokens is `scale = 1/n`.
///
/// Over all tokens the sum is `Q_i M` with the context `M = Σ_j w_j K_j V_jᵀ` of a head
/// (Katharopoulos et al., 2006.16236): time linear in the tokens. Under a mask the scores are
/// computed row block by row block, like those of [Attention]. Memory is O(tokens) in both cases.
///
/// Controls in order: `qkv.weight` `[width, 3 heads · headWidth]`, columns of all query heads, then
/// all key heads, then all value heads; `qkv.bias`; `output.weight` `[heads · headWidth, width]`;
/// `output.bias`.
public record LinearAttention(MultiHead parts) implements Operator {
  /// @param width features per token of state and output
  /// @param heads number of heads
  /// @param headWidth features of a head
  /// @param scale factor of the sum
  /// @param mask which keys a query sees
  /// @param bias whether queries, keys and values have biases
  /// @param outputMap whether there is an output map; without one, `heads · headWidth = width`
  /// @param outputBias whether it has a bias
  /// @throws IllegalArgumentException if the sizes do not fit
  public LinearAttention(
      int width,
      int heads,
      int headWidth,
      double scale,
      Mask mask,
      boolean bias,
      boolean outputMap,
      boolean outputBias) {
    HeadLayout layout = new HeadLayout(heads, heads, headWidth, headWidth);
    Mixing mixing =
        mask instanceof Mask.Full
            ? new ContextMixing(new ContextProducts(layout, scale))
            : new TiledMixing(new LinearWeights(new HeadTiles(layout, mask, scale)));
    HeadFeatures features = new PositionFeatures(layout, Optional.empty());
    this(MultiHead.of(width, features, bias, outputMap, outputBias, mixing));
  }

  /// Features per token.
  public int width() {
    return parts.width();
  }

  /// Number of heads.
  public int heads() {
    return parts.mixing().layout().heads();
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
    return "linear attention";
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
