package org.costate.model.scheme;

import org.costate.model.kernel.Kernels;
import org.costate.model.state.Point;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// A [Program] interpreted backwards: the adjoint of a [Step] and the derivative of it.
final class BackwardLines {
  private final Program program;
  private final Places places;
  private final ForwardLines forward;

  /// @param forward what makes the tangents that the second adjoint needs
  BackwardLines(Program program, Places places, ForwardLines forward) {
    this.program = program;
    this.places = places;
    this.forward = forward;
  }

  /// As [Step#adjoint].
  void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    w.enter();
    boolean state = !bar.u().isNone();
    boolean controls = !bar.theta().isNone();
    Slice[] value = places.inputs(p, record, w);
    Slice[] costate = places.costates(lambda, bar.u(), state, controls, p, w);
    Slice scaled = w.take(program.weightedWidth * p.shape().positions());
    int from = program.recordSize(p.shape());
    for (int i = program.lines.length - 1; i >= 0; i--) {
      Instruction line = program.lines[i];
      from -= line.recordSize(p.shape());
      Combination.scatter(line, p.h(), costate, w.kernels());
      if (line.call.isPresent()) {
        Instruction.Call call = line.call.get();
        Variation own = w.variation(costate[call.input], call.controls(bar.theta(), w));
        if (!own.isAbsent()) {
          open(call, own, bar.isFresh());
          Slice outer = Combination.weighted(call, p.h(), costate[line.target], scaled, w);
          Slice kept = line.ownRecord(record, from, p.shape(), w);
          call.operator.adjoint(call.at(p, value, w), kept, outer, own, w);
        }
      }
    }
    w.leave();
  }

  /// As [Step#secondAdjoint].
  void secondAdjoint(
      Point p,
      Slice record,
      Variation v,
      Slice lambda,
      Slice dLambda,
      Variation bar,
      Variation barDot,
      Workspace w) {
    w.enter();
    Slice[] value = places.inputs(p, record, w);
    Slice[] dot = forward.inputTangents(p, record, v, value, w);
    boolean state = !bar.u().isNone() || !barDot.u().isNone();
    boolean controls = !bar.theta().isNone() || !barDot.theta().isNone();
    Slice[] costate = places.costates(lambda, bar.u(), state, controls, p, w);
    Slice[] costateDot = places.costates(dLambda, barDot.u(), state, controls, p, w);
    Slice scaled = w.take(program.weightedWidth * p.shape().positions());
    Slice scaledDot = w.take(program.weightedWidth * p.shape().positions());
    Kernels k = w.kernels();
    int from = program.recordSize(p.shape());
    int fromDot = program.tangentRecordSize(p.shape());
    for (int i = program.lines.length - 1; i >= 0; i--) {
      Instruction line = program.lines[i];
      from -= line.recordSize(p.shape());
      fromDot -= line.tangentRecordSize(p.shape());
      Combination.scatter(line, p.h(), costate, k);
      Combination.scatter(line, p.h(), costateDot, k);
      if (line.call.isPresent()) {
        Instruction.Call call = line.call.get();
        Variation own = w.variation(costate[call.input], call.controls(bar.theta(), w));
        Variation ownDot = w.variation(costateDot[call.input], call.controls(barDot.theta(), w));
        if (!own.isAbsent() || !ownDot.isAbsent()) {
          open(call, own, bar.isFresh());
          open(call, ownDot, barDot.isFresh());
          call.operator.secondAdjoint(
              call.at(p, value, w),
              line.ownRecord(record, from, p.shape(), w),
              call.direction(p, v, dot, fromDot, w),
              Combination.weighted(call, p.h(), costate[line.target], scaled, w),
              Combination.weighted(call, p.h(), costateDot[line.target], scaledDot, w),
              own,
              ownDot,
              w);
        }
      }
    }
    w.leave();
  }

  private static void open(Instruction.Call call, Variation bar, boolean isFresh) {
    if (call.opensInput) {
      bar.u().fill(0);
    }
    if (isFresh && call.opensControls) {
      if (call.operator.knowsFresh()) {
        bar.fresh(true);
      } else {
        bar.theta().fill(0);
      }
    }
  }
}
