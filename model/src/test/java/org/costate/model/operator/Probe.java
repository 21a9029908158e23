package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.costate.model.kernel.Crew;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Point;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Calls the four actions of an operator as strictly as the contract allows: every slice lies at an
/// odd offset between guards of NaN, outputs, records and scratch are filled with a poison
/// beforehand, scratch and record have exactly the declared size. Every call checks that inputs and
/// guards kept their bits and that all frames of the workspace were closed.
public final class Probe {
  private static final double GUARD = Double.longBitsToDouble(0x7ff8_0000_0bad_0badL);
  private static final int MARGIN = 7;

  private final OperatorCase entry;
  private final Operator operator;
  private final Kernels kernels;
  private final double poison;
  private final Optional<Crew> crew;

  /// @param poison what fills scratch, records and outputs before every call
  public Probe(OperatorCase entry, Kernels kernels, double poison) {
    this(entry, kernels, poison, Optional.empty());
  }

  /// @param crew threads that share every call
  public Probe(OperatorCase entry, Kernels kernels, double poison, Optional<Crew> crew) {
    this.entry = entry;
    this.operator = entry.operator();
    this.kernels = kernels;
    this.poison = poison;
    this.crew = crew;
  }

  /// A probe that poisons with NaN.
  public Probe(OperatorCase entry, Kernels kernels) {
    this(entry, kernels, Double.NaN);
  }

  /// The adjoint and its derivative along a direction.
  public record Second(Pair bar, Pair barDot) {}

  /// The value and the record.
  public record Value(double[] y, double[] record) {}

  /// `F(p)` and the record; none if `keep` is false.
  public Value value(Pair p, boolean keep) {
    Call call = new Call(p);
    Slice y = call.output(entry.outputSize());
    Slice record = keep ? call.output(operator.recordSize(entry.shape())) : Slice.NONE;
    operator.apply(call.point, y, record, call.workspace);
    call.verify();
    return new Value(y.toArray(), record.toArray());
  }

  /// `F(p)` made again from the record.
  double[] remade(Pair p) {
    Call call = new Call(p);
    Slice record = call.input(value(p, true).record);
    Slice y = call.output(entry.outputSize());
    operator.remake(call.point, record, y, call.workspace);
    call.verify();
    return y.toArray();
  }

  /// `F(p)`.
  public double[] apply(Pair p) {
    return value(p, true).y;
  }

  /// `F'(p) v`.
  public double[] tangent(Pair p, Pair v) {
    Call call = new Call(p);
    Slice record = call.input(value(p, true).record);
    Slice dy = call.output(entry.outputSize());
    operator.tangent(call.point, record, call.direction(v), dy, call.workspace);
    call.verify();
    return dy.toArray();
  }

  /// `F'(p) v` and the record of the direction.
  Value tangentWithRecord(Pair p, Pair v) {
    Call call = new Call(p);
    Slice record = call.input(value(p, true).record);
    Slice dy = call.output(entry.outputSize());
    Slice kept = call.output(operator.tangentRecordSize(entry.shape()));
    Variation direction = Variation.of(call.input(v.u()), call.input(v.theta()), kept);
    operator.tangent(call.point, record, direction, dy, call.workspace);
    call.verify();
    return new Value(dy.toArray(), kept.toArray());
  }

  /// What one pass leaves: the value, the tangent and the record of the direction.
  record Joint(double[] y, double[] dy, double[] directionRecord) {}

  /// `F(p)` and `F'(p) v` in one pass.
  Joint applyWithTangent(Pair p, Pair v) {
    Call call = new Call(p);
    Slice y = call.output(entry.outputSize());
    Slice dy = call.output(entry.outputSize());
    Slice record = call.output(operator.recordSize(entry.shape()));
    Slice kept = call.output(operator.tangentRecordSize(entry.shape()));
    Variation direction = Variation.of(call.input(v.u()), call.input(v.theta()), kept);
    operator.applyWithTangent(call.point, y, record, direction, dy, call.workspace);
    call.verify();
    return new Joint(y.toArray(), dy.toArray(), kept.toArray());
  }

  /// `bar + F'(p)ᵀ λ`; a part absent from `bar` is not asked for.
  public Pair adjoint(Pair p, double[] lambda, Pair bar) {
    Call call = new Call(p);
    Slice record = call.input(value(p, true).record);
    Variation sum = call.sum(bar);
    operator.adjoint(call.point, record, call.input(lambda), sum, call.workspace);
    call.verify();
    return pair(sum);
  }

  /// `F'(p)ᵀ λ`.
  public Pair adjoint(Pair p, double[] lambda) {
    return adjoint(p, lambda, zero());
  }

  /// `start` plus the adjoint and its derivative along `(v, dLambda)`.
  public Second second(Pair p, Pair v, double[] lambda, double[] dLambda, Second start) {
    return second(p, v, new double[0], lambda, dLambda, start);
  }

  /// The adjoint and its derivative with the record of the direction.
  Second secondWithRecord(Pair p, Pair v, double[] kept, double[] lambda, double[] dLambda) {
    return second(p, v, kept, lambda, dLambda, new Second(zero(), zero()));
  }

  private Second second(
      Pair p, Pair v, double[] kept, double[] lambda, double[] dLambda, Second start) {
    Call call = new Call(p);
    return second(call, p, v, kept, lambda, dLambda, call.sum(start.bar), call.sum(start.barDot));
  }

  private Second second(
      Call call,
      Pair p,
      Pair v,
      double[] kept,
      double[] lambda,
      double[] dLambda,
      Variation bar,
      Variation barDot) {
    Slice record = call.input(value(p, true).record);
    Variation direction = Variation.of(call.input(v.u()), call.input(v.theta()), call.input(kept));
    operator.secondAdjoint(
        call.point,
        record,
        direction,
        call.input(lambda),
        call.input(dLambda),
        bar,
        barDot,
        call.workspace);
    call.verify();
    return new Second(pair(bar), pair(barDot));
  }

  /// The adjoint and its derivative along `(v, dLambda)`.
  public Second second(Pair p, Pair v, double[] lambda, double[] dLambda) {
    return second(p, v, lambda, dLambda, new Second(zero(), zero()));
  }

  /// Zeros in the sizes of a point.
  public Pair zero() {
    return new Pair(new double[entry.inputSize()], new double[operator.controlSize()]);
  }

  /// [#adjoint] into a place for the controls that is fresh, and poisoned.
  Pair freshAdjoint(Pair p, double[] lambda) {
    Call call = new Call(p);
    Slice record = call.input(value(p, true).record);
    Variation sum = call.fresh();
    operator.adjoint(call.point, record, call.input(lambda), sum, call.workspace);
    call.verify();
    return pair(sum);
  }

  /// [#second] into places for the controls that are fresh, and poisoned.
  Second freshSecond(Pair p, Pair v, double[] lambda, double[] dLambda) {
    Call call = new Call(p);
    return second(call, p, v, new double[0], lambda, dLambda, call.fresh(), call.fresh());
  }

  private static Pair pair(Variation v) {
    return new Pair(v.u().toArray(), v.theta().toArray());
  }

  /// Arrays of one call.
  private final class Call {
    private final List<Slice> inputs = new ArrayList<>();
    private final List<double[]> before = new ArrayList<>();
    private final List<Slice> outputs = new ArrayList<>();
    private final int capacity = operator.workSize(entry.shape());
    private final Workspace workspace = new Workspace(kernels, capacity, crew);
    private final Point point;

    Call(Pair p) {
      Arrays.fill(workspace.scratch(), poison);
      workspace.setDivided(true);
      point =
          Point.of(
              entry.t(), entry.h(), entry.shape(), input(p.u()), input(p.theta()), entry.batch());
    }

    Slice input(double[] values) {
      Slice slice = guarded(values.length);
      slice.copyFrom(Slice.of(values));
      inputs.add(slice);
      before.add(values.clone());
      return slice.length() == 0 ? Slice.NONE : slice;
    }

    Slice output(int size) {
      Slice slice = guarded(size);
      slice.fill(poison);
      outputs.add(slice);
      return slice;
    }

    Variation direction(Pair v) {
      return Variation.of(input(v.u()), input(v.theta()));
    }

    Variation sum(Pair start) {
      return Variation.of(sum(start.u()), sum(start.theta()));
    }

    /// Zeros for the state, and for the controls what is left from before.
    Variation fresh() {
      Slice theta = output(operator.controlSize());
      Slice place = theta.length() == 0 ? Slice.NONE : theta;
      return Variation.of(sum(new double[entry.inputSize()]), place).fresh(true);
    }

    private Slice sum(double[] start) {
      Slice slice = output(start.length);
      slice.copyFrom(Slice.of(start));
      return slice.length() == 0 ? Slice.NONE : slice;
    }

    private static Slice guarded(int size) {
      double[] array = new double[size + 2 * MARGIN];
      Arrays.fill(array, GUARD);
      return Slice.of(array, MARGIN, size);
    }

    void verify() {
      for (int i = 0; i < inputs.size(); i++) {
        assertTrue(
            Pair.sameBits(before.get(i), inputs.get(i).toArray()),
            entry + ": an input of " + before.get(i).length + " numbers was modified");
        verifyGuards(inputs.get(i));
      }
      outputs.forEach(this::verifyGuards);
      assertEquals(0, workspace.claim(capacity), entry + ": a frame of the workspace stayed open");
    }

    private void verifyGuards(Slice slice) {
      double[] array = slice.array();
      for (int i = 0; i < array.length; i++) {
        boolean outside = i < MARGIN || i >= array.length - MARGIN;
        assertTrue(
            !outside || Double.doubleToRawLongBits(array[i]) == Double.doubleToRawLongBits(GUARD),
            entry + ": written outside a slice of " + slice.length() + " numbers");
      }
    }
  }
}
