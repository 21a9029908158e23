package org.costate.model.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// What attentions have in common: `y = O(mix(R(u W + b)))` with one product for queries, keys and
/// values, a rotation `R` of queries and keys, a [Mixing] of tokens in every head and an output map
/// `O`, with the four derivative actions.
///
/// The record is the pack that the mixing leaves: queries and keys after rotation, values, head
/// outputs, row sums.
record MultiHead(
    DenseMap projection, Optional<DenseMap> output, Optional<Rotary> rotary, Mixing mixing) {

  /// @throws IllegalArgumentException if the parts do not fit
  static MultiHead of(
      int width,
      Optional<Rotary> rotary,
      boolean bias,
      boolean outputMap,
      boolean outputBias,
      Mixing mixing) {
    HeadLayout layout = mixing.layout();
    if (width < 1) {
      throw new IllegalArgumentException(
          "attention: found width " + width + ", expected at least 1");
    }
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
    if (rotary.isPresent() && rotary.get().dimensions() > layout.keyWidth()) {
      throw new IllegalArgumentException(
          "rotary: found "
              + rotary.get().dimensions()
              + " dimensions, expected at most the head width "
              + layout.keyWidth());
    }
    DenseMap projection = new DenseMap(width, layout.columns(), bias, 0);
    Optional<DenseMap> output =
        outputMap
            ? Optional.of(new DenseMap(layout.outputs(), width, outputBias, projection.size()))
            : Optional.empty();
    return new MultiHead(projection, output, rotary, mixing);
  }

  int width() {
    return projection.in();
  }

  int controlSize() {
    return projection.size() + (output.isPresent() ? output.get().size() : 0);
  }

  List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    projection.addParameters("qkv", all);
    output.ifPresent(map -> map.addParameters("output", all));
    return List.copyOf(all);
  }

  int workSize(Shape s) {
    int pack = layout().packSize(s);
    int rotation = rotary.isPresent() ? rotary.get().workSize(s.tokens()) : 0;
    int inner = Math.max(rotation, mixing.workSize(s));
    int derivative = Math.addExact(Math.multiplyExact(3, pack), inner);
    return Math.max(derivative, Math.addExact(recordSize(s), inner));
  }

  int recordSize(Shape s) {
    return mixing.recordSize(s);
  }

  void apply(Point p, Slice y, Slice record, Workspace w) {
    Shape s = p.shape();
    w.enter();
    Slice pack = record.isNone() ? w.take(recordSize(s)) : record;
    projection.apply(w.kernels(), s.positions(), p.u(), p.theta(), projected(s, pack, w));
    rotate(s, 1, pack, w);
    mixing.apply(s, TokenWeights.of(p, w), pack, w);
    if (output.isPresent()) {
      output.get().apply(w.kernels(), s.positions(), outputs(s, pack, w), p.theta(), y);
    } else {
      y.copyFrom(outputs(s, pack, w));
    }
    w.leave();
  }

  void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    Shape s = p.shape();
    w.enter();
    Slice direction = w.take(layout().packSize(s));
    project(p, v, direction, w);
    mixing.tangent(s, TokenWeights.of(p, w), record, direction, w);
    Slice dz = outputs(s, direction, w);
    if (output.isPresent()) {
      Slice z = outputs(s, record, w);
      output.get().tangent(w.kernels(), s.positions(), z, p.theta(), dz, v.theta(), dy);
    } else {
      dy.copyFrom(dz);
    }
    w.leave();
  }

  void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    Shape s = p.shape();
    w.enter();
    Slice back = w.take(layout().packSize(s));
    addOutputControls(s, outputs(s, record, w), lambda, bar.theta(), w);
    toHeads(s, p.theta(), lambda, outputs(s, back, w), w);
    projected(s, back, w).fill(0);
    mixing.adjoint(s, TokenWeights.of(p, w), record, back, w);
    rotate(s, -1, back, w);
    addProjection(p, projected(s, back, w), bar, w);
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
    w.enter();
    Slice direction = w.take(layout().packSize(s));
    Slice back = w.take(layout().packSize(s));
    Slice backDot = w.take(layout().packSize(s));
    project(p, v, direction, w);
    toHeads(s, p.theta(), lambda, outputs(s, back, w), w);
    toHeads(s, p.theta(), dLambda, outputs(s, backDot, w), w);
    if (output.isPresent() && !v.theta().isNone()) {
      Slice zDot = outputs(s, backDot, w);
      output.get().adjointState(w.kernels(), s.positions(), v.theta(), lambda, 1, zDot);
    }
    projected(s, back, w).fill(0);
    projected(s, backDot, w).fill(0);
    mixing.secondAdjoint(s, TokenWeights.of(p, w), record, direction, back, backDot, w);
    addOutputControls(s, outputs(s, record, w), lambda, bar.theta(), w);
    addOutputControls(s, outputs(s, record, w), dLambda, barDot.theta(), w);
    if (output.isPresent() && !barDot.theta().isNone()) {
      Slice dz = outputs(s, direction, w);
      output.get().adjointWeight(w.kernels(), s.positions(), dz, lambda, barDot.theta());
    }
    rotate(s, -1, back, w);
    rotate(s, -1, backDot, w);
    addProjection(p, projected(s, back, w), bar, w);
    addProjection(p, projected(s, backDot, w), barDot, w);
    addProjectionDot(p, v, projected(s, back, w), barDot, w);
    w.leave();
  }

  private HeadLayout layout() {
    return mixing.layout();
  }

  /// Queries, keys and values of a pack.
  private Slice projected(Shape s, Slice pack, Workspace w) {
    return w.view(pack, 0, layout().outputsFrom(s));
  }

  /// Head outputs of a pack.
  private Slice outputs(Shape s, Slice pack, Workspace w) {
    int from = layout().outputsFrom(s);
    return w.view(pack, from, layout().packSize(s) - from);
  }

  private void rotate(Shape s, double sign, Slice pack, Workspace w) {
    if (rotary.isPresent()) {
      rotary.get().rotate(layout(), s, sign, pack, w);
    }
  }

  /// Queries, keys and values of `direction`.
  private void project(Point p, Variation v, Slice direction, Workspace w) {
    Shape s = p.shape();
    Slice projected = projected(s, direction, w);
    Kernels k = w.kernels();
    projection.tangent(k, s.positions(), p.u(), p.theta(), v.u(), v.theta(), projected);
    rotate(s, 1, direction, w);
  }

  /// `z̄ := λ Wᵀ` with the output map `W`.
  private void toHeads(Shape s, Slice theta, Slice lambda, Slice zBar, Workspace w) {
    if (output.isPresent()) {
      output.get().adjointState(w.kernels(), s.positions(), theta, lambda, 0, zBar);
    } else {
      zBar.copyFrom(lambda);
    }
  }

  private void addOutputControls(Shape s, Slice z, Slice lambda, Slice thetaBar, Workspace w) {
    if (output.isPresent() && !thetaBar.isNone()) {
      output.get().adjointWeight(w.kernels(), s.positions(), z, lambda, thetaBar);
      output.get().adjointBias(w.kernels(), s.positions(), lambda, thetaBar);
    }
  }

  private void addProjection(Point p, Slice back, Variation bar, Workspace w) {
    Kernels k = w.kernels();
    int rows = p.shape().positions();
    if (!bar.u().isNone()) {
      projection.adjointState(k, rows, p.theta(), back, 1, bar.u());
    }
    if (!bar.theta().isNone()) {
      projection.adjointWeight(k, rows, p.u(), back, bar.theta());
      projection.adjointBias(k, rows, back, bar.theta());
    }
  }

  /// What the direction of the point adds beyond [#addProjection]: `q̄ dWᵀ` and `duᵀ q̄`.
  private void addProjectionDot(Point p, Variation v, Slice back, Variation barDot, Workspace w) {
    int rows = p.shape().positions();
    if (!barDot.u().isNone() && !v.theta().isNone()) {
      projection.adjointState(w.kernels(), rows, v.theta(), back, 1, barDot.u());
    }
    if (!barDot.theta().isNone() && !v.u().isNone()) {
      projection.adjointWeight(w.kernels(), rows, v.u(), back, barDot.theta());
    }
  }
}
