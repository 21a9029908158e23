package org.costate.model.scheme;

import org.costate.model.NumericalException;
import org.costate.model.state.Point;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// A [Program] interpreted forwards: the value and the tangent of a [Step].
final class ForwardLines {
  private final Program program;
  private final Places places;

  ForwardLines(Program program, Places places) {
    this.program = program;
    this.places = places;
  }

  /// As [Step#apply].
  void apply(Point p, Slice y, Slice record, Workspace w) {
    w.enter();
    Slice[] value = w.table(program.last() + 1);
    value[0] = p.u();
    value[program.last()] = y;
    places.placeRegisters(value, true, true, p.shape(), w);
    places.placeKept(value, record, p.shape(), w);
    int from = places.recordedSize(p);
    for (Instruction line : program.lines) {
      double scale = 0;
      if (line.call.isPresent()) {
        Instruction.Call call = line.call.get();
        int size = record.isNone() ? 0 : call.operator.recordSize(p.shape());
        Slice own = size == 0 ? Slice.NONE : w.view(record, from, size);
        try {
          call.operator.apply(call.at(p, value, w), value[line.target], own, w);
        } catch (NumericalException e) {
          throw e.inStep(-1, line.target - 1);
        }
        scale = call.weight.value(p.h());
        from += size;
      }
      Combination.gather(line, p.h(), scale, value, w.kernels());
    }
    w.leave();
  }

  /// As [Step#tangent].
  void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    boolean state = !v.u().isNone();
    boolean controls = !v.theta().isNone();
    if (!program.varies(program.last(), state, controls)) {
      dy.fill(0);
      return;
    }
    w.enter();
    Slice[] value = places.inputs(p, record, w);
    Slice[] dot = w.table(program.last() + 1);
    dot[0] = v.u();
    dot[program.last()] = dy;
    places.placeRegisters(dot, state, controls, p.shape(), w);
    places.placeKeptTangents(dot, v.record(), p.shape(), w);
    int from = places.recordedSize(p);
    int fromDot = places.keptSize(p);
    for (Instruction line : program.lines) {
      Slice kept = line.ownRecord(record, from, p.shape(), w);
      tangentLine(line, p, kept, v, fromDot, value, dot, w);
      from += line.recordSize(p.shape());
      fromDot += line.tangentRecordSize(p.shape());
    }
    w.leave();
  }

  /// As [Step#applyWithTangent].
  void applyWithTangent(Point p, Slice y, Slice record, Variation v, Slice dy, Workspace w) {
    boolean state = !v.u().isNone();
    boolean controls = !v.theta().isNone();
    w.enter();
    Slice[] value = w.table(program.last() + 1);
    value[0] = p.u();
    value[program.last()] = y;
    places.placeRegisters(value, true, true, p.shape(), w);
    places.placeKept(value, record, p.shape(), w);
    Slice[] dot = w.table(program.last() + 1);
    dot[0] = v.u();
    places.placeRegisters(dot, state, controls, p.shape(), w);
    places.placeKeptTangents(dot, v.record(), p.shape(), w);
    if (program.varies(program.last(), state, controls)) {
      dot[program.last()] = dy;
    } else {
      dy.fill(0);
    }
    int from = places.recordedSize(p);
    int fromDot = places.keptSize(p);
    for (Instruction line : program.lines) {
      lineWithTangent(
          line, p, line.ownRecord(record, from, p.shape(), w), v, fromDot, value, dot, w);
      from += line.recordSize(p.shape());
      fromDot += line.tangentRecordSize(p.shape());
    }
    w.leave();
  }

  private void tangentLine(
      Instruction line,
      Point p,
      Slice kept,
      Variation v,
      int fromDot,
      Slice[] value,
      Slice[] dot,
      Workspace w) {
    Slice target = dot[line.target];
    if (target.isNone()) {
      return;
    }
    double scale = 0;
    if (line.call.isPresent()) {
      Instruction.Call call = line.call.get();
      Variation own = call.direction(p, v, dot, fromDot, w);
      if (!own.isAbsent()) {
        call.operator.tangent(call.at(p, value, w), kept, own, target, w);
        scale = call.weight.value(p.h());
      }
    }
    Combination.gather(line, p.h(), scale, dot, w.kernels());
  }

  private void lineWithTangent(
      Instruction line,
      Point p,
      Slice own,
      Variation v,
      int fromDot,
      Slice[] value,
      Slice[] dot,
      Workspace w) {
    double weight = 0;
    double weightDot = 0;
    Slice dy = dot[line.target];
    if (line.call.isPresent()) {
      Instruction.Call call = line.call.get();
      Variation along = call.direction(p, v, dot, fromDot, w);
      Point at = call.at(p, value, w);
      weight = call.weight.value(p.h());
      try {
        if (dy.isNone() || along.isAbsent()) {
          call.operator.apply(at, value[line.target], own, w);
        } else {
          call.operator.applyWithTangent(at, value[line.target], own, along, dy, w);
          weightDot = weight;
        }
      } catch (NumericalException e) {
        throw e.inStep(-1, line.target - 1);
      }
    }
    Combination.gather(line, p.h(), weight, value, w.kernels());
    if (!dy.isNone()) {
      Combination.gather(line, p.h(), weightDot, dot, w.kernels());
    }
  }

  /// Tangents of all values that operators read: from the record of `v`, or computed again, side by
  /// side in scratch.
  Slice[] inputTangents(Point p, Slice record, Variation v, Slice[] value, Workspace w) {
    boolean state = !v.u().isNone();
    boolean controls = !v.theta().isNone();
    Slice[] dot = w.table(program.last() + 1);
    dot[0] = v.u();
    places.placeRegisters(dot, state, controls, p.shape(), w);
    if (!v.record().isNone()) {
      places.placeKeptTangents(dot, v.record(), p.shape(), w);
      return dot;
    }
    places.placeKeptTangents(dot, w.take(places.keptSize(p)), p.shape(), w);
    int from = places.recordedSize(p);
    for (Instruction line : program.lines) {
      if (line.feedsOperator) {
        tangentLine(line, p, line.ownRecord(record, from, p.shape(), w), v, 0, value, dot, w);
      }
      from += line.recordSize(p.shape());
    }
    return dot;
  }
}
