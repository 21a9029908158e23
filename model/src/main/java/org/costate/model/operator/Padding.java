package org.costate.model.operator;

import java.util.List;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Extends every token by zero features, or restricts it to its first ones: how a feed-forward
/// network with more features inside than the state fits into one feature domain. Linear, without
/// controls and without a record; its transpose is the padding from `outputWidth` to `inputWidth`.
///
/// @param inputWidth features of a token of the input
/// @param outputWidth features of a token of the output
public record Padding(int inputWidth, int outputWidth) implements Operator {
  /// @throws IllegalArgumentException if a width is not positive
  public Padding {
    if (inputWidth < 1 || outputWidth < 1) {
      throw new IllegalArgumentException(
          "padding: found the widths "
              + inputWidth
              + " and "
              + outputWidth
              + ", expected both at least 1");
    }
  }

  @Override
  public String name() {
    return inputWidth <= outputWidth ? "padding" : "restriction";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public int controlSize() {
    return 0;
  }

  @Override
  public int workSize(Shape s) {
    return 0;
  }

  @Override
  public int recordSize(Shape s) {
    return 0;
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    y.fill(0);
    add(p.shape(), p.u(), inputWidth, y, outputWidth, w);
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    dy.fill(0);
    if (!v.u().isNone()) {
      add(p.shape(), v.u(), inputWidth, dy, outputWidth, w);
    }
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    if (!bar.u().isNone()) {
      add(p.shape(), lambda, outputWidth, bar.u(), inputWidth, w);
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
    adjoint(p, record, lambda, bar, w);
    adjoint(p, record, dLambda, barDot, w);
  }

  private static void add(Shape s, Slice x, int from, Slice y, int to, Workspace w) {
    int both = Math.min(from, to);
    for (int row = 0; row < s.positions(); row++) {
      int xo = x.offset() + row * from;
      w.kernels().axpy(both, 1, x.array(), xo, y.array(), y.offset() + row * to);
    }
  }
}
