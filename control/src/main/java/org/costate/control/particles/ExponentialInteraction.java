package org.costate.control.particles;

import java.util.List;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Attention without normalisation, the field of the unnormalised particles:
///
///     y_i = (1/n) Σ_j e^{s_ij} v_j,   s_ij = q_i · u_j,   q = u A,   v = u B,
///
/// over the `n` tokens of a sequence. It has no controls: `A` and `B` are given. The weights are
/// computed again by every action, so that nothing is recorded.
///
/// @param width features of a token
/// @param form `A` `[width, width]`, row-major; not modified
/// @param map `B` `[width, width]`; not modified
record ExponentialInteraction(int width, double[] form, double[] map) implements Operator {
  /// @throws IllegalArgumentException if a matrix has another size
  ExponentialInteraction {
    if (form.length != width * width || map.length != width * width) {
      throw new IllegalArgumentException(
          "exponential interaction: found matrices of "
              + form.length
              + " and "
              + map.length
              + " numbers, expected "
              + width * width);
    }
  }

  @Override
  public String name() {
    return "exponential interaction";
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
    return List.of();
  }

  @Override
  public int controlSize() {
    return 0;
  }

  @Override
  public int workSize(Shape s) {
    return Math.multiplyExact(8, s.size(width));
  }

  @Override
  public int recordSize(Shape s) {
    return 0;
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    w.enter();
    Slice q = product(p.u(), form, w);
    Slice v = product(p.u(), map, w);
    y.fill(0);
    int n = p.shape().tokens();
    for (int i = 0; i < p.shape().positions(); i++) {
      for (int j = i - i % n; j < i - i % n + n; j++) {
        add(Math.exp(dot(q, i, p.u(), j)) / n, v, j, y, i);
      }
    }
    w.leave();
  }

  @Override
  public void tangent(Point p, Slice record, Variation direction, Slice dy, Workspace w) {
    dy.fill(0);
    if (direction.u().isNone()) {
      return;
    }
    w.enter();
    Slice u = p.u();
    Slice du = direction.u();
    Slice q = product(u, form, w);
    Slice v = product(u, map, w);
    Slice dq = product(du, form, w);
    Slice dv = product(du, map, w);
    int n = p.shape().tokens();
    for (int i = 0; i < p.shape().positions(); i++) {
      for (int j = i - i % n; j < i - i % n + n; j++) {
        double e = Math.exp(dot(q, i, u, j)) / n;
        add(e * (dot(dq, i, u, j) + dot(q, i, du, j)), v, j, dy, i);
        add(e, dv, j, dy, i);
      }
    }
    w.leave();
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    if (bar.u().isNone()) {
      return;
    }
    w.enter();
    Slice q = product(p.u(), form, w);
    Slice v = product(p.u(), map, w);
    Slice qBar = zero(p, w);
    Slice vBar = zero(p, w);
    int n = p.shape().tokens();
    for (int i = 0; i < p.shape().positions(); i++) {
      for (int j = i - i % n; j < i - i % n + n; j++) {
        double e = Math.exp(dot(q, i, p.u(), j)) / n;
        double sBar = e * dot(lambda, i, v, j);
        add(e, lambda, i, vBar, j);
        add(sBar, p.u(), j, qBar, i);
        add(sBar, q, i, bar.u(), j);
      }
    }
    addTransposed(qBar, form, bar.u(), w);
    addTransposed(vBar, map, bar.u(), w);
    w.leave();
  }

  @Override
  public void secondAdjoint(
      Point p,
      Slice record,
      Variation direction,
      Slice lambda,
      Slice dLambda,
      Variation bar,
      Variation barDot,
      Workspace w) {
    adjoint(p, record, lambda, bar, w);
    if (barDot.u().isNone()) {
      return;
    }
    w.enter();
    Slice u = p.u();
    Slice du = direction.u().isNone() ? zero(p, w) : direction.u();
    Slice dl = dLambda.isNone() ? zero(p, w) : dLambda;
    Slice q = product(u, form, w);
    Slice v = product(u, map, w);
    Slice dq = product(du, form, w);
    Slice dv = product(du, map, w);
    Slice dqBar = zero(p, w);
    Slice dvBar = zero(p, w);
    int n = p.shape().tokens();
    for (int i = 0; i < p.shape().positions(); i++) {
      for (int j = i - i % n; j < i - i % n + n; j++) {
        double e = Math.exp(dot(q, i, u, j)) / n;
        double de = e * (dot(dq, i, u, j) + dot(q, i, du, j));
        double r = dot(lambda, i, v, j);
        double sBar = e * r;
        double dsBar = de * r + e * (dot(dl, i, v, j) + dot(lambda, i, dv, j));
        add(de, lambda, i, dvBar, j);
        add(e, dl, i, dvBar, j);
        add(dsBar, u, j, dqBar, i);
        add(sBar, du, j, dqBar, i);
        add(dsBar, q, i, barDot.u(), j);
        add(sBar, dq, i, barDot.u(), j);
      }
    }
    addTransposed(dqBar, form, barDot.u(), w);
    addTransposed(dvBar, map, barDot.u(), w);
    w.leave();
  }

  private Slice zero(Point p, Workspace w) {
    Slice z = w.take(p.shape().size(width));
    z.fill(0);
    return z;
  }

  private Slice product(Slice x, double[] matrix, Workspace w) {
    Slice y = w.take(x.length());
    gemm(false, x, matrix, 0, y, w);
    return y;
  }

  /// `y := y + x Mᵀ`.
  private void addTransposed(Slice x, double[] matrix, Slice y, Workspace w) {
    gemm(true, x, matrix, 1, y, w);
  }

  private void gemm(
      boolean transposed, Slice x, double[] matrix, double beta, Slice y, Workspace w) {
    int rows = x.length() / width;
    w.kernels()
        .gemm(
            false,
            transposed,
            rows,
            width,
            width,
            1,
            x.array(),
            x.offset(),
            width,
            matrix,
            0,
            width,
            beta,
            y.array(),
            y.offset(),
            width);
  }

  private double dot(Slice a, int i, Slice b, int j) {
    double sum = 0;
    int at = a.offset() + i * width;
    int bt = b.offset() + j * width;
    for (int c = 0; c < width; c++) {
      sum += a.array()[at + c] * b.array()[bt + c];
    }
    return sum;
  }

  /// `y_j := y_j + f x_i`.
  private void add(double f, Slice x, int i, Slice y, int j) {
    int at = x.offset() + i * width;
    int to = y.offset() + j * width;
    for (int c = 0; c < width; c++) {
      y.array()[to + c] += f * x.array()[at + c];
    }
  }
}
