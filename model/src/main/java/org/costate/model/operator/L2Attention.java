package org.costate.model.operator;

import java.util.List;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Multi-head attention by distances (Kim, Papamakarios, Mnih, 2006.04710), which unlike the
/// attention by products is Lipschitz on the whole space:
///
///     y_i = Σ_h (Σ_j γ^h_ij q^h_j) W^O_h + b^O,   q^h = u W^Q_h + b_h,
///     γ^h_ij = w_j exp(−scale ‖q^h_i − q^h_j‖²) / Σ_l w_l exp(−scale ‖q^h_i − q^h_l‖²),
///
/// over the tokens that the [Mask] lets token `i` see, with the token quadrature weights `w` of the
/// batch. Queries and keys share their weights, and values are queries too: the source's value map
/// `W^Q_hᵀ W^V_h / √headWidth`, which its bound needs, is a factor of `W^O_h` here.
///
/// Controls in order: `query.weight` `[width, heads · headWidth]`; `query.bias`; `output.weight`
/// `[heads · headWidth, width]`; `output.bias`. Memory is O(tokens), as for [Attention].
public record L2Attention(MultiHead parts) implements Operator {
  /// @param width features per token of state and output
  /// @param heads number of heads
  /// @param headWidth features of a head
  /// @param scale factor of the squared distances, `1/√headWidth` in the source
  /// @param mask which keys a query sees
  /// @param bias whether queries have biases; they move the values alone
  /// @param outputMap whether there is an output map; without one, `heads · headWidth = width`
  /// @param outputBias whether it has a bias
  /// @throws IllegalArgumentException if the sizes do not fit
  public L2Attention(
      int width,
      int heads,
      int headWidth,
      double scale,
      Mask mask,
      boolean bias,
      boolean outputMap,
      boolean outputBias) {
    HeadLayout layout = DistanceFeatures.layout(heads, headWidth);
    HeadFeatures features = new DistanceFeatures(layout);
    Mixing mixing = new TiledMixing(new SoftmaxWeights(new HeadTiles(layout, mask, 2 * scale)));
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
    return parts.mixing().layout().valueWidth();
  }

  /// Factor of the scores.
  public double scale() {
    return parts.mixing().scale() / 2;
  }

  /// Which keys a query sees.
  public Mask mask() {
    return parts.mixing().mask();
  }

  /// Whether queries have biases.
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
    return "L2 attention";
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
    return parts.parameters("query");
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
