package org.costate.model.operator;

import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The products of linear attention in one head of one sequence, with the context
/// `M = Kᵀ diag(w) V` `[keyWidth, valueWidth]` in the workspace. `head` counts query heads and
/// `first` is the position of the first token; the slices are packs laid out by [HeadLayout], the
/// other offsets point into the scratch.
record ContextProducts(HeadLayout layout, double scale) {
  /// Doubles of a context.
  int contextSize() {
    return layout.keyWidth() * layout.valueWidth();
  }

  /// `wV := diag(w) V` `[tokens, valueWidth]`.
  void weigh(Shape s, int first, int head, Slice weights, Slice values, int wv, Workspace w) {
    int width = layout.valueWidth();
    int at = layout.valueAt(values, first, head);
    for (int j = 0; j < s.tokens(); j++) {
      double weight = weights.isNone() ? 1 : weights.at(first + j);
      int row = at + j * layout.columns();
      w.kernels().axpby(width, weight, values.array(), row, 0, w.scratch(), wv + j * width);
    }
  }

  /// `V := diag(w) X` with `X` `[tokens, valueWidth]`.
  void weighed(Shape s, int first, int head, Slice weights, int x, Slice values, Workspace w) {
    int width = layout.valueWidth();
    int at = layout.valueAt(values, first, head);
    for (int j = 0; j < s.tokens(); j++) {
      double weight = weights.isNone() ? 1 : weights.at(first + j);
      int row = at + j * layout.columns();
      w.kernels().axpby(width, weight, w.scratch(), x + j * width, 0, values.array(), row);
    }
  }

  /// `M := Kᵀ wV + β M`.
  void context(Shape s, int first, int head, Slice keys, int wv, double beta, int m, Workspace w) {
    w.kernels()
        .gemm(
            true,
            false,
            layout.keyWidth(),
            layout.valueWidth(),
            s.tokens(),
            1,
            keys.array(),
            layout.keyAt(keys, first, head),
            layout.columns(),
            w.scratch(),
            wv,
            layout.valueWidth(),
            beta,
            w.scratch(),
            m,
            layout.valueWidth());
  }

  /// `Y := scale · Q M + β Y`.
  void outputs(
      Shape s, int first, int head, Slice queries, int m, double beta, Slice outputs, Workspace w) {
    w.kernels()
        .gemm(
            false,
            false,
            s.tokens(),
            layout.valueWidth(),
            layout.keyWidth(),
            scale,
            queries.array(),
            layout.queryAt(queries, first, head),
            layout.columns(),
            w.scratch(),
            m,
            layout.valueWidth(),
            beta,
            outputs.array(),
            layout.outputAt(s, outputs, first, head),
            layout.outputs());
  }

  /// `M := scale · Qᵀ Y + β M`.
  void contextOfOutputs(
      Shape s, int first, int head, Slice queries, Slice outputs, double beta, int m, Workspace w) {
    w.kernels()
        .gemm(
            true,
            false,
            layout.keyWidth(),
            layout.valueWidth(),
            s.tokens(),
            scale,
            queries.array(),
            layout.queryAt(queries, first, head),
            layout.columns(),
            outputs.array(),
            layout.outputAt(s, outputs, first, head),
            layout.outputs(),
            beta,
            w.scratch(),
            m,
            layout.valueWidth());
  }

  /// `Q := scale · Y Mᵀ + β Q`.
  void queries(
      Shape s, int first, int head, Slice outputs, int m, double beta, Slice queries, Workspace w) {
    w.kernels()
        .gemm(
            false,
            true,
            s.tokens(),
            layout.keyWidth(),
            layout.valueWidth(),
            scale,
            outputs.array(),
            layout.outputAt(s, outputs, first, head),
            layout.outputs(),
            w.scratch(),
            m,
            layout.valueWidth(),
            beta,
            queries.array(),
            layout.queryAt(queries, first, head),
            layout.columns());
  }

  /// `K := wV Mᵀ + β K`.
  void keys(Shape s, int first, int head, int wv, int m, double beta, Slice keys, Workspace w) {
    w.kernels()
        .gemm(
            false,
            true,
            s.tokens(),
            layout.keyWidth(),
            layout.valueWidth(),
            1,
            w.scratch(),
            wv,
            layout.valueWidth(),
            w.scratch(),
            m,
            layout.valueWidth(),
            beta,
            keys.array(),
            layout.keyAt(keys, first, head),
            layout.columns());
  }

  /// `X := K M + β X` with `X` `[tokens, valueWidth]`.
  void values(Shape s, int first, int head, Slice keys, int m, double beta, int x, Workspace w) {
    w.kernels()
        .gemm(
            false,
            false,
            s.tokens(),
            layout.valueWidth(),
            layout.keyWidth(),
            1,
            keys.array(),
            layout.keyAt(keys, first, head),
            layout.columns(),
            w.scratch(),
            m,
            layout.valueWidth(),
            beta,
            w.scratch(),
            x,
            layout.valueWidth());
  }
}
