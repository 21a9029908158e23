package org.costate.model.operator;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.operator.Parameter.Role;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// The part of a field `F` that keeps the state on the constraint set `S1(σ1, σ2)`, where the
/// inclusion with a normal cone becomes an ordinary differential equation:
///
///     y = P_T F(u) + σ1' + σ2' z,   P_T F = F − mean F − (⟨F, z⟩/d) z,   z = (u − σ1)/√(σ2² + ε),
///
/// with means and products over the `d` features of a token. Without the terms in `σ'` a moving set
/// would be left by O(1). Of several fields that add up, one carries them.
///
/// Controls in order: those of `field`; `sigma1`, `sigma2`; `sigma1.rate`, `sigma2.rate` if the set
/// moves. The record holds `F`, `z` and the record of `field`.
///
/// @param field the field `F`
/// @param epsilon floor under `σ2²`, 0 on a proper set
/// @param moving whether `y` carries the motion of the set
public record TangentField(Operator field, double epsilon, boolean moving) implements Operator {
  /// @throws IllegalArgumentException if input and output of `field` differ in width or `ε` is
  ///     negative
  public TangentField {
    if (field.inputWidth() != field.outputWidth()) {
      throw new IllegalArgumentException(
          "tangent field of "
              + field.name()
              + ": found "
              + field.inputWidth()
              + " features in and "
              + field.outputWidth()
              + " out, expected as many");
    }
    if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
      throw new IllegalArgumentException(
          "tangent field: found epsilon " + epsilon + ", expected a finite number from 0");
    }
  }

  @Override
  public String name() {
    return "tangent part of " + field.name();
  }

  @Override
  public int inputWidth() {
    return field.inputWidth();
  }

  @Override
  public int outputWidth() {
    return field.outputWidth();
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(field.parameters());
    all.add(new Parameter("sigma1", Role.CONSTRAINT_MEAN, 1, 1));
    all.add(new Parameter("sigma2", Role.CONSTRAINT_DEVIATION, 1, 1));
    if (moving) {
      all.add(new Parameter("sigma1.rate", Role.RATE, 1, 1));
      all.add(new Parameter("sigma2.rate", Role.RATE, 1, 1));
    }
    return List.copyOf(all);
  }

  @Override
  public int controlSize() {
    return field.controlSize() + (moving ? 4 : 2);
  }

  @Override
  public int workSize(Shape s) {
    int states = Math.multiplyExact(6, s.size(inputWidth()));
    return Math.addExact(states + s.positions() + inputWidth(), field.workSize(s));
  }

  @Override
  public int recordSize(Shape s) {
    return Math.addExact(Math.multiplyExact(2, s.size(inputWidth())), field.recordSize(s));
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    w.enter();
    boolean keep = !record.isNone();
    int n = p.u().length();
    Slice f = keep ? w.view(record, 0, n) : w.take(n);
    Slice z = keep ? w.view(record, n, n) : w.take(n);
    field.apply(inner(p, w), f, keep ? innerRecord(record, n, w) : Slice.NONE, w);
    w.kernels().axpby(n, 1 / deviation(p), p.u().array(), p.u().offset(), 0, z.array(), z.offset());
    TokenRows.addConstant(-sigma(p.theta(), 0) / deviation(p), rows(p), inputWidth(), z, w);
    TokenRows.project(rows(p), inputWidth(), z, f, y, w);
    if (moving) {
      TokenRows.add(sigma(p.theta(), 3), z, y, w);
      TokenRows.addConstant(sigma(p.theta(), 2), rows(p), inputWidth(), y, w);
    }
    w.leave();
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    w.enter();
    int n = p.u().length();
    Slice f = w.view(record, 0, n);
    Slice z = w.view(record, n, n);
    Slice df = w.take(n);
    Slice dz = w.take(n);
    field.tangent(inner(p, w), innerRecord(record, n, w), inner(v, w), df, w);
    directionOfZ(p, z, v, dz, w);
    TokenRows.project(rows(p), inputWidth(), z, df, dy, w);
    TokenRows.subtractMean(rows(p), inputWidth(), f, z, dz, dy, w);
    TokenRows.subtractMean(rows(p), inputWidth(), f, dz, z, dy, w);
    if (moving) {
      TokenRows.add(sigma(v.theta(), 3), z, dy, w);
      TokenRows.add(sigma(p.theta(), 3), dz, dy, w);
      TokenRows.addConstant(sigma(v.theta(), 2), rows(p), inputWidth(), dy, w);
    }
    w.leave();
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    w.enter();
    int n = p.u().length();
    Slice z = w.view(record, n, n);
    Slice fBar = w.take(n);
    TokenRows.project(rows(p), inputWidth(), z, lambda, fBar, w);
    field.adjoint(inner(p, w), innerRecord(record, n, w), fBar, inner(bar, w), w);
    Slice zBar = w.take(n);
    adjointOfZ(p, w.view(record, 0, n), z, lambda, zBar, w);
    addThroughZ(p, z, zBar, lambda, bar, w);
    w.leave();
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
    w.enter();
    int n = p.u().length();
    Slice f = w.view(record, 0, n);
    Slice z = w.view(record, n, n);
    Slice df = w.take(n);
    Slice dz = w.take(n);
    Slice own = innerRecord(record, n, w);
    field.tangent(inner(p, w), own, inner(v, w), df, w);
    directionOfZ(p, z, v, dz, w);

    Slice fBar = w.take(n);
    Slice fBarDot = w.take(n);
    TokenRows.project(rows(p), inputWidth(), z, lambda, fBar, w);
    TokenRows.project(rows(p), inputWidth(), z, dLambda, fBarDot, w);
    TokenRows.subtractMean(rows(p), inputWidth(), lambda, z, dz, fBarDot, w);
    TokenRows.subtractMean(rows(p), inputWidth(), lambda, dz, z, fBarDot, w);
    field.secondAdjoint(
        inner(p, w), own, inner(v, w), fBar, fBarDot, inner(bar, w), inner(barDot, w), w);

    Slice zBar = w.take(n);
    Slice zBarDot = w.take(n);
    adjointOfZ(p, f, z, lambda, zBar, w);
    adjointOfZ(p, f, z, dLambda, zBarDot, w);
    addAdjointOfZDot(p, f, df, z, dz, v, lambda, zBarDot, w);
    addThroughZ(p, z, zBar, lambda, bar, w);
    addThroughZ(p, z, zBarDot, dLambda, barDot, w);
    addSecondThroughZ(p, z, dz, v, zBar, lambda, barDot, w);
    w.leave();
  }

  private static int rows(Point p) {
    return p.shape().positions();
  }

  private Point inner(Point p, Workspace w) {
    return w.point(p.t(), p.h(), p.shape(), p.u(), inner(p.theta(), w), p.batch());
  }

  private Variation inner(Variation v, Workspace w) {
    return w.variation(v.u(), inner(v.theta(), w));
  }

  private Slice inner(Slice theta, Workspace w) {
    boolean absent = theta.isNone() || field.controlSize() == 0;
    return absent ? Slice.NONE : w.view(theta, 0, field.controlSize());
  }

  private static Slice innerRecord(Slice record, int n, Workspace w) {
    int size = record.length() - 2 * n;
    return size == 0 ? Slice.NONE : w.view(record, 2 * n, size);
  }

  /// `σ1`, `σ2`, `σ1'`, `σ2'` for `i = 0 … 3`, or their directions; absent ones are 0.
  private double sigma(Slice theta, int i) {
    return theta.isNone() ? 0 : theta.at(field.controlSize() + i);
  }

  private void addSigma(Slice thetaBar, int i, double value) {
    thetaBar.array()[thetaBar.offset() + field.controlSize() + i] += value;
  }

  /// `s = √(σ2² + ε)`.
  private double deviation(Point p) {
    return Math.sqrt(sigma(p.theta(), 1) * sigma(p.theta(), 1) + epsilon);
  }

  private double deviationDot(Point p, Variation v) {
    return sigma(p.theta(), 1) * sigma(v.theta(), 1) / deviation(p);
  }

  /// `δz = (δu − δσ1 − z δs)/s`.
  private void directionOfZ(Point p, Slice z, Variation v, Slice dz, Workspace w) {
    double s = deviation(p);
    dz.fill(0);
    if (!v.u().isNone()) {
      TokenRows.add(1 / s, v.u(), dz, w);
    }
    if (!v.theta().isNone()) {
      TokenRows.add(-deviationDot(p, v) / s, z, dz, w);
      TokenRows.addConstant(-sigma(v.theta(), 0) / s, rows(p), inputWidth(), dz, w);
    }
  }

  /// `z̄ := σ2' λ − ⟨F, z⟩/d λ − ⟨λ, z⟩/d F`.
  private void adjointOfZ(Point p, Slice f, Slice z, Slice lambda, Slice zBar, Workspace w) {
    zBar.fill(0);
    if (moving) {
      TokenRows.add(sigma(p.theta(), 3), lambda, zBar, w);
    }
    TokenRows.subtractMean(rows(p), inputWidth(), f, z, lambda, zBar, w);
    TokenRows.subtractMean(rows(p), inputWidth(), lambda, z, f, zBar, w);
  }

  /// Adds to `zBarDot` the derivative of [#adjointOfZ] along `(δF, δz, δσ2')`.
  private void addAdjointOfZDot(
      Point p,
      Slice f,
      Slice df,
      Slice z,
      Slice dz,
      Variation v,
      Slice lambda,
      Slice zBarDot,
      Workspace w) {
    if (moving) {
      TokenRows.add(sigma(v.theta(), 3), lambda, zBarDot, w);
    }
    TokenRows.subtractMean(rows(p), inputWidth(), df, z, lambda, zBarDot, w);
    TokenRows.subtractMean(rows(p), inputWidth(), f, dz, lambda, zBarDot, w);
    TokenRows.subtractMean(rows(p), inputWidth(), lambda, z, df, zBarDot, w);
    TokenRows.subtractMean(rows(p), inputWidth(), lambda, dz, f, zBarDot, w);
  }

  /// Carries `z̄` to the state and the constraint set, and `λ` to its motion.
  private void addThroughZ(Point p, Slice z, Slice zBar, Slice lambda, Variation bar, Workspace w) {
    double s = deviation(p);
    if (!bar.u().isNone()) {
      TokenRows.add(1 / s, zBar, bar.u(), w);
    }
    if (!bar.theta().isNone()) {
      addSigma(bar.theta(), 0, -TokenRows.sum(zBar, w) / s);
      addSigma(bar.theta(), 1, -TokenRows.dot(zBar, z, w) * sigma(p.theta(), 1) / (s * s));
      if (moving) {
        addSigma(bar.theta(), 2, TokenRows.sum(lambda, w));
        addSigma(bar.theta(), 3, TokenRows.dot(lambda, z, w));
      }
    }
  }

  /// Adds the derivative of [#addThroughZ] along `v`, with `z̄` and `λ` fixed.
  private void addSecondThroughZ(
      Point p,
      Slice z,
      Slice dz,
      Variation v,
      Slice zBar,
      Slice lambda,
      Variation barDot,
      Workspace w) {
    double s = deviation(p);
    double ds = deviationDot(p, v);
    double sigma2 = sigma(p.theta(), 1);
    if (!barDot.u().isNone()) {
      TokenRows.add(-ds / (s * s), zBar, barDot.u(), w);
    }
    if (!barDot.theta().isNone()) {
      addSigma(barDot.theta(), 0, TokenRows.sum(zBar, w) * ds / (s * s));
      double along = TokenRows.dot(zBar, z, w) * (sigma(v.theta(), 1) - 2 * sigma2 * ds / s);
      addSigma(barDot.theta(), 1, -(TokenRows.dot(zBar, dz, w) * sigma2 + along) / (s * s));
      if (moving) {
        addSigma(barDot.theta(), 3, TokenRows.dot(lambda, dz, w));
      }
    }
  }
}
