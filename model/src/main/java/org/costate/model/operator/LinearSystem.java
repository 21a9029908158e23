package org.costate.model.operator;

import java.util.List;
import org.costate.model.operator.Parameter.Role;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// The right-hand side of a linear control system, `y_i = u_i A + θ B`, the same for every token
/// `i`. `A` and `B` are given; the controls are the input `θ` alone, `[1, inputs]`.
public final class LinearSystem implements Operator {
  private final int width;
  private final int inputs;
  private final double[] a;
  private final double[] b;
  private final Slice aSlice;
  private final Slice bSlice;

  /// @param width features of `u`
  /// @param inputs numbers of `θ`
  /// @param a `A`, `[width, width]`, row-major, copied
  /// @param b `B`, `[inputs, width]`, row-major, copied
  /// @throws IllegalArgumentException if a matrix has another size or is not finite
  public LinearSystem(int width, int inputs, double[] a, double[] b) {
    Widths.requirePositive("linear system", "width", width);
    Widths.requirePositive("linear system", "inputs", inputs);
    Widths.requireSize("linear system", Math.max(width, inputs), width);
    requireMatrix("A", a, width, width);
    requireMatrix("B", b, inputs, width);
    this.width = width;
    this.inputs = inputs;
    this.a = a.clone();
    this.b = b.clone();
    this.aSlice = Slice.of(this.a);
    this.bSlice = Slice.of(this.b);
  }

  private static void requireMatrix(String name, double[] matrix, int rows, int cols) {
    boolean finite = java.util.Arrays.stream(matrix).allMatch(Double::isFinite);
    if (matrix.length != rows * cols || !finite) {
      throw new IllegalArgumentException(
          "linear system: found %d %snumbers of %s, expected %d x %d finite ones"
              .formatted(matrix.length, finite ? "" : "not all finite ", name, rows, cols));
    }
  }

  /// Numbers of `θ`.
  public int inputs() {
    return inputs;
  }

  /// A copy of `A`, row-major.
  public double[] stateMatrix() {
    return a.clone();
  }

  /// A copy of `B`, row-major.
  public double[] inputMatrix() {
    return b.clone();
  }

  @Override
  public String name() {
    return "linear system";
  }

  @Override
  public int inputWidth() {
    return width;
  }

  @Override
  public int outputWidth() {
    return width;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(new Parameter("input", Role.BIAS, 1, inputs));
  }

  @Override
  public int controlSize() {
    return inputs;
  }

  @Override
  public int workSize(Shape s) {
    return width;
  }

  @Override
  public int recordSize(Shape s) {
    return 0;
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    value(p.shape().positions(), p.u(), p.theta(), y, w);
  }

  /// The map is linear in `(u, θ)` jointly, so this is value and tangent alike.
  private void value(int rows, Slice u, Slice theta, Slice y, Workspace w) {
    if (u.isNone()) {
      y.fill(0);
    } else {
      Dense.multiply(w.kernels(), rows, u, aSlice, y);
    }
    if (!theta.isNone()) {
      w.enter();
      Slice drive = w.take(width);
      Dense.multiply(w.kernels(), 1, theta, bSlice, drive);
      Dense.addBias(w.kernels(), rows, drive, y);
      w.leave();
    }
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    value(p.shape().positions(), v.u(), v.theta(), dy, w);
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    int rows = p.shape().positions();
    Dense.addMultiplyTransposed(w.kernels(), rows, lambda, aSlice, bar.u());
    if (!bar.theta().isNone()) {
      w.enter();
      Slice sum = w.take(width);
      sum.fill(0);
      Dense.addBiasAdjoint(w.kernels(), rows, lambda, sum);
      Dense.addMultiplyTransposed(w.kernels(), 1, sum, bSlice, bar.theta());
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
    adjoint(p, record, lambda, bar, w);
    adjoint(p, record, dLambda, barDot, w);
  }
}
