package org.costate.model.scheme;

import java.util.Optional;
import org.costate.model.operator.Operator;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// One line of a [Scheme] in single-assignment form:
/// `value[target] := Σ_k c_k(h) value[source_k] + weight(h) F(t + at·h, value[input], θ)`, where
/// `target` is written here and nowhere else.
final class Instruction {
  final int target;
  final int[] sources;
  final Coefficient[] coefficients;

  /// Whether, running backwards, term `k` is the first to write the costate of its source.
  final boolean[] opens;

  final Optional<Call> call;

  /// Whether the tangent of the target is needed to know the tangent of some operator's input.
  boolean feedsOperator;

  Instruction(int target, int[] sources, Coefficient[] coefficients, Optional<Call> call) {
    this.target = target;
    this.sources = sources;
    this.coefficients = coefficients;
    this.opens = new boolean[sources.length];
    this.call = call;
  }

  /// What its operator leaves in the record.
  int recordSize(Shape s) {
    return call.isPresent() ? call.get().operator.recordSize(s) : 0;
  }

  /// That stretch of the record of the step.
  Slice ownRecord(Slice record, int from, Shape s, Workspace w) {
    int size = recordSize(s);
    return size == 0 ? Slice.NONE : w.view(record, from, size);
  }

  /// What its operator leaves in the record of a direction.
  int tangentRecordSize(Shape s) {
    return call.isPresent() ? call.get().operator.tangentRecordSize(s) : 0;
  }

  /// Whether the target is the value of an operator that makes it again for little.
  boolean isRemade() {
    return sources.length == 0
        && call.isPresent()
        && call.get().weight.equals(Coefficient.ONE)
        && call.get().operator.isRemade();
  }

  /// The operator of a line, with its input as a value and its controls as a stretch of `θ`.
  static final class Call {
    final Operator operator;
    final int input;
    final Coefficient weight;
    final double at;
    final double span;
    final int thetaFrom;
    final int thetaSize;

    /// Whether, running backwards, the operator is the first to write the costate of its input.
    boolean opensInput;

    /// Whether, running backwards, the operator is the first to write the adjoint of its controls.
    boolean opensControls;

    Call(Application field, int input, int thetaFrom) {
      this.operator = field.operator();
      this.input = input;
      this.weight = field.weight();
      this.at = field.at();
      this.span = field.span();
      this.thetaFrom = thetaFrom;
      this.thetaSize = field.operator().controlSize();
    }

    /// Where the operator is evaluated, in the step at `p` with the given values.
    Point at(Point p, Slice[] value, Workspace w) {
      return w.point(
          p.t() + at * p.h(),
          span * p.h(),
          p.shape(),
          value[input],
          controls(p.theta(), w),
          p.batch());
    }

    /// Its part of the direction `v` of the step, with the stretch of the record of `v` at `from`.
    /// An operator whose direction is zero was not asked for a tangent and has left no record.
    Variation direction(Point p, Variation v, Slice[] dot, int from, Workspace w) {
      Slice theta = controls(v.theta(), w);
      int size = operator.tangentRecordSize(p.shape());
      boolean isZero = dot[input].isNone() && theta.isNone();
      boolean isKept = !v.record().isNone() && size > 0 && !isZero;
      Slice kept = isKept ? w.view(v.record(), from, size) : Slice.NONE;
      return w.variation(dot[input], theta, kept);
    }

    /// Its stretch of `θ`, of a direction or of an adjoint of `θ`; absent if `theta` is.
    Slice controls(Slice theta, Workspace w) {
      boolean absent = theta.isNone() || thetaSize == 0;
      return absent ? Slice.NONE : w.view(theta, thetaFrom, thetaSize);
    }
  }
}
