package org.costate.model.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// What attentions have in common: `y = O(mix(R(u W + b)))` with one product for queries, keys and
/// values, [HeadFeatures] `R` such as a rotation, a [Mixing] of tokens in every head and an output
/// map `O`, with the four derivative actions.
///
/// The record is the pack that the mixing leaves: queries, keys and values as they are mixed, head
/// outputs, row sums.
record MultiHead(
    DenseMap projection, Optional<DenseMap> output, HeadFeatures features, Mixing mixing) {

  /// @throws IllegalArgumentException if the parts do not fit
  static MultiHead of(
      int width,
      HeadFeatures features,
      boolean bias,
      boolean outputMap,
      boolean outputBias,
      Mixing mixing) {
    HeadLayout layout = mixing.layout();
    Widths.requirePositive("attention", "width", width);
    if (!Double.isFinite(mixing.scale())) {
      throw new IllegalArgumentException(
          "attention: found scale " + mixing.scale() + ", expected a finite number");
    }
    if (!outputMap && layout.outputs() != width) {
      throw new IllegalArgumentException(
          "attention without output map: found heads with "
              + layout.outputs()
              + " features together, expected the width "
              + width);
    }
    if (!outputMap && outputBias) {
      throw new IllegalArgumentException(
          "attention: found an output bias without an output map, expected both or no bias");
    }
    DenseMap projection = new DenseMap(width, features.columns(), bias, 0);
    Optional<DenseMap> output =
        outputMap
            ? Optional.of(new DenseMap(layout.outputs(), width, outputBias, projection.size()))
            : Optional.empty();
    return new MultiHead(projection, output, features, mixing);
  }

  int width() {
    return projection.in();
  }

  int controlSize() {
    return projection.size() + (output.isPresent() ? output.get().size() : 0);
  }

  List<Parameter> parameters(String projectionName) {
    List<Parameter> all = new ArrayList<>();
    projection.addParameters(projectionName, all);
    output.ifPresent(map -> map.addParameters("output", all));
    return List.copyOf(all);
  }

  /// Operations for all pairs of a query and a key that it sees, in every head: a product for the
  /// score, one for the value, and an exponential, which takes as long as about 40 of the
  /// operations of a matrix product.
  double pairWork(Shape s) {
    long seen = 0;
    for (int i = 0; i < s.tokens(); i++) {
      seen += Math.max(0, mixing.mask().to(i, s.tokens()) - mixing.mask().from(i, s.tokens()));
    }
    HeadLayout layout = layout();
    double each = 2.0 * layout.keyWidth() + 2.0 * layout.valueWidth() + 40;
    return (double) s.batch() * seen * layout.heads() * each;
  }

  int workSize(Shape s) {
    int raw = features.inPlace() ? 0 : s.size(features.columns());
    int each = Math.addExact(layout().packSize(s), raw);
    int inner = Math.max(features.workSize(s), mixing.workSize(s));
    int apply = Math.addExact(recordSize(s), raw);
    return Math.addExact(Math.max(Math.multiplyExact(3, each), apply), inner);
  }

  int recordSize(Shape s) {
    return mixing.recordSize(s);
  }

  /// Queries, keys, values and head outputs of the direction.
  int tangentRecordSize(Shape s) {
    return layout().packSize(s);
  }

  void apply(Point p, Slice y, Slice record, Workspace w) {
    Shape s = p.shape();
    w.enter();
    Slice pack = record.isNone() ? w.take(recordSize(s)) : record;
    Slice raw = raw(s, pack, w);
    projection.apply(s.positions(), p.u(), p.theta(), raw, w);
    features.apply(s, raw, pack, w);
    mixing.apply(s, TokenWeights.of(p, w), pack, w);
    if (output.isPresent()) {
      output.get().apply(s.positions(), outputs(s, pack, w), p.theta(), y, w);
    } else {
      y.copyFrom(outputs(s, pack, w));
    }
    w.leave();
  }

  void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    Shape s = p.shape();
    w.enter();
    Slice direction = v.record().isNone() ? w.take(layout().packSize(s)) : v.record();
    project(p, record, v, direction, w);
    mixing.tangent(s, TokenWeights.of(p, w), record, direction, w);
    Slice dz = outputs(s, direction, w);
    if (output.isPresent()) {
      Slice z = outputs(s, record, w);
      output.get().tangent(s.positions(), z, p.theta(), dz, v.theta(), dy, w);
    } else {
      dy.copyFrom(dz);
    }
    w.leave();
  }

  void applyWithTangent(Point p, Slice y, Slice record, Variation v, Slice dy, Workspace w) {
    Shape s = p.shape();
    int rows = s.positions();
    w.enter();
    Slice direction = v.record().isNone() ? w.take(layout().packSize(s)) : v.record();
    Slice raw = raw(s, record, w);
    Slice rawDot = raw(s, direction, w);
    projection.applyWithTangent(rows, p.u(), p.theta(), raw, v.u(), v.theta(), rawDot, w);
    features.apply(s, raw, record, w);
    features.tangent(s, record, rawDot, direction, w);
    mixing.applyWithTangent(s, TokenWeights.of(p, w), record, direction, w);
    Slice z = outputs(s, record, w);
    Slice dz = outputs(s, direction, w);
    if (output.isPresent()) {
      output.get().applyWithTangent(rows, z, p.theta(), y, dz, v.theta(), dy, w);
    } else {
      y.copyFrom(z);
      dy.copyFrom(dz);
    }
    w.leave();
  }

  void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    Shape s = p.shape();
    w.enter();
    Slice back = w.take(layout().packSize(s));
    w.kernels().gather();
    pullOutput(s, p.theta(), record, lambda, bar, back, w);
    w.kernels().complete();
    mixing.adjoint(s, TokenWeights.of(p, w), record, back, w);
    Slice raw = raw(s, back, w);
    features.adjoint(s, record, back, raw, w);
    w.kernels().gather();
    projection.addAdjoint(s.positions(), p.theta(), raw, bar.u(), w);
    projection.addControls(s.positions(), p.u(), raw, bar, w);
    w.kernels().complete();
    w.leave();
  }

  void secondAdjoint(
      Point p,
      Slice record,
      Variation v,
      Slice lambda,
      Slice dLambda,
      Variation bar,
      Variation barDot,
      Workspace w) {
    Shape s = p.shape();
    int rows = s.positions();
    w.enter();
    boolean isKept = !v.record().isNone();
    Slice direction = isKept ? v.record() : w.take(layout().packSize(s));
    Slice back = w.take(layout().packSize(s));
    Slice backDot = w.take(layout().packSize(s));
    if (!isKept) {
      project(p, record, v, direction, w);
    }
    w.kernels().gather();
    pullOutputWithTangent(p, record, v, lambda, dLambda, bar, back, backDot, w);
    w.kernels().complete();
    Slice tokenWeights = TokenWeights.of(p, w);
    mixing.secondAdjoint(s, tokenWeights, record, direction, isKept, back, backDot, w);
    Slice rawDot = raw(s, backDot, w);
    features.adjointDot(s, record, direction, back, backDot, rawDot, w);
    Slice raw = raw(s, back, w);
    features.adjoint(s, record, back, raw, w);
    w.kernels().gather();
    if (output.isPresent()) {
      Slice z = outputs(s, record, w);
      output
          .get()
          .addControlsTangent(rows, z, outputs(s, direction, w), lambda, dLambda, barDot, w);
    }
    projection.addAdjointWithTangent(
        rows, p.theta(), v.theta(), raw, rawDot, bar.u(), barDot.u(), w);
    projection.addControls(rows, p.u(), raw, bar, w);
    projection.addControlsTangent(rows, p.u(), v.u(), raw, rawDot, barDot, w);
    w.kernels().complete();
    w.leave();
  }

  private HeadLayout layout() {
    return mixing.layout();
  }

  /// Where the projection goes to and its costate comes from.
  private Slice raw(Shape s, Slice pack, Workspace w) {
    return features.inPlace()
        ? w.view(pack, 0, layout().outputsFrom(s))
        : w.take(s.size(features.columns()));
  }

  /// Head outputs of a pack.
  private Slice outputs(Shape s, Slice pack, Workspace w) {
    int from = layout().outputsFrom(s);
    return w.view(pack, from, layout().packSize(s) - from);
  }

  /// Queries, keys and values of `direction`.
  private void project(Point p, Slice record, Variation v, Slice direction, Workspace w) {
    Shape s = p.shape();
    Slice raw = raw(s, direction, w);
    projection.tangent(s.positions(), p.u(), p.theta(), v.u(), v.theta(), raw, w);
    features.tangent(s, record, raw, direction, w);
  }

  /// Head outputs `λ Oᵀ` of `back`; `Ō := Ō + zᵀ λ`, the first that comes to it, as the
  /// projection's is.
  private void pullOutput(
      Shape s, Slice theta, Slice record, Slice lambda, Variation bar, Slice back, Workspace w) {
    Slice zBar = outputs(s, back, w);
    if (output.isPresent()) {
      output.get().adjoint(s.positions(), theta, lambda, zBar, w);
      output.get().addControls(s.positions(), outputs(s, record, w), lambda, bar, w);
    } else {
      zBar.copyFrom(lambda);
    }
  }

  /// [#pullOutput] and the tangent of `λ Oᵀ`. That of `Ō` has to wait for the mixing, which may be
  /// what makes the head outputs of the direction.
  private void pullOutputWithTangent(
      Point p,
      Slice record,
      Variation v,
      Slice lambda,
      Slice dLambda,
      Variation bar,
      Slice back,
      Slice backDot,
      Workspace w) {
    Shape s = p.shape();
    int rows = s.positions();
    Slice zBar = outputs(s, back, w);
    Slice zBarDot = outputs(s, backDot, w);
    if (output.isPresent()) {
      DenseMap map = output.get();
      map.adjointWithTangent(rows, p.theta(), v.theta(), lambda, dLambda, zBar, zBarDot, w);
      map.addControls(rows, outputs(s, record, w), lambda, bar, w);
    } else {
      zBar.copyFrom(lambda);
      zBarDot.copyFrom(dLambda);
    }
  }
}
