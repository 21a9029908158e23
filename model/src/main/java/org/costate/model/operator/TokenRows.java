package org.costate.model.operator;

import java.util.Arrays;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The linear algebra of [TangentField] on states of `rows` tokens with `d` features.
final class TokenRows {
  private TokenRows() {}

  /// `y := v − mean v − (⟨v, z⟩/d) z` on every token.
  static void project(int rows, int d, Slice z, Slice v, Slice y, Workspace w) {
    w.enter();
    Slice ones = w.take(rows);
    ones.fill(1);
    w.kernels()
        .standardizeRowsTangent(
            true,
            rows,
            d,
            z.array(),
            z.offset(),
            ones.array(),
            ones.offset(),
            v.array(),
            v.offset(),
            0,
            y.array(),
            y.offset());
    w.leave();
  }

  /// `y := y − (⟨a, b⟩/d) x` on every token.
  static void subtractMean(int rows, int d, Slice a, Slice b, Slice x, Slice y, Workspace w) {
    Kernels k = w.kernels();
    for (int row = 0; row < rows; row++) {
      int i = row * d;
      double mean = k.dot(d, a.array(), a.offset() + i, b.array(), b.offset() + i) / d;
      k.axpy(d, -mean, x.array(), x.offset() + i, y.array(), y.offset() + i);
    }
  }

  /// `y := y + c` everywhere.
  static void addConstant(double c, int rows, int d, Slice y, Workspace w) {
    w.enter();
    int row = w.claim(d);
    Arrays.fill(w.scratch(), row, row + d, c);
    w.kernels().addToRows(rows, d, w.scratch(), row, y.array(), y.offset(), d);
    w.leave();
  }

  /// `y := y + c x`.
  static void add(double c, Slice x, Slice y, Workspace w) {
    w.kernels().axpy(x.length(), c, x.array(), x.offset(), y.array(), y.offset());
  }

  /// The sum of all elements.
  static double sum(Slice x, Workspace w) {
    return w.kernels().sum(x.length(), x.array(), x.offset());
  }

  /// `Σ x_i y_i` over all elements.
  static double dot(Slice x, Slice y, Workspace w) {
    return w.kernels().dot(x.length(), x.array(), x.offset(), y.array(), y.offset());
  }
}
