package org.costate.model.scheme;

import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Where the values of a [Program], their tangents and their costates lie during a call: tables of
/// slices, by number of the value.
final class Places {
  private final Program program;

  Places(Program program) {
    this.program = program;
  }

  /// The values that operators read: from the record, or made again in scratch of this frame.
  Slice[] inputs(Point p, Slice record, Workspace w) {
    Slice[] value = w.table(program.last() + 1);
    value[0] = p.u();
    placeKept(value, record, p.shape(), w);
    Slice room = w.take((program.keptWidth - program.recordedWidth) * p.shape().positions());
    int from = program.recordedWidth * p.shape().positions();
    for (Instruction line : program.lines) {
      int size = line.recordSize(p.shape());
      if (program.isRemade(line.target)) {
        Instruction.Call call = line.call.get();
        int at = program.keptOffset[line.target] - program.recordedWidth;
        int count = p.shape().size(program.width[line.target]);
        value[line.target] = w.view(room, at * p.shape().positions(), count);
        Slice own = size == 0 ? Slice.NONE : w.view(record, from, size);
        call.operator.remake(call.at(p, value, w), own, value[line.target], w);
      }
      from += size;
    }
    return value;
  }

  Slice[] costates(Slice last, Slice first, boolean state, boolean controls, Point p, Workspace w) {
    Slice[] costate = w.table(program.last() + 1);
    costate[0] = first;
    placeRegisters(costate, state, controls, p.shape(), w);
    costate[program.last()] = last;
    return costate;
  }

  /// Gives a register to every inner value that varies with what is said to vary.
  void placeRegisters(Slice[] place, boolean state, boolean controls, Shape s, Workspace w) {
    int base = w.claim(program.registerWidth * s.positions());
    for (int v = 1; v < program.last(); v++) {
      if (program.varies(v, state, controls)) {
        int offset = base + program.registerOffset[v] * s.positions();
        place[v] = w.view(w.scratch(), offset, s.size(program.width[v]));
      }
    }
  }

  /// Gives the values in the record their places.
  void placeKept(Slice[] place, Slice record, Shape s, Workspace w) {
    if (record.isNone()) {
      return;
    }
    for (int v = 1; v < program.last(); v++) {
      if (program.keptOffset[v] >= 0 && !program.isRemade(v)) {
        place[v] = keptValue(v, record, s, w);
      }
    }
  }

  /// Gives the tangents of kept values, where they vary, their places in the record of a direction.
  void placeKeptTangents(Slice[] dot, Slice record, Shape s, Workspace w) {
    if (record.isNone()) {
      return;
    }
    for (int v = 1; v < program.last(); v++) {
      if (program.keptOffset[v] >= 0 && !dot[v].isNone()) {
        dot[v] = keptValue(v, record, s, w);
      }
    }
  }

  private Slice keptValue(int v, Slice room, Shape s, Workspace w) {
    return w.view(room, program.keptOffset[v] * s.positions(), s.size(program.width[v]));
  }

  /// Doubles of the values in the record, which the operators' own records follow.
  int recordedSize(Point p) {
    return program.recordedWidth * p.shape().positions();
  }

  /// Doubles of all values that operators read.
  int keptSize(Point p) {
    return program.keptWidth * p.shape().positions();
  }
}
