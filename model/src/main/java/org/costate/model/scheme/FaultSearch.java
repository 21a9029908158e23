package org.costate.model.scheme;

import java.util.Optional;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Replays a [Program] line by line to find where the first value arises that is not finite.
final class FaultSearch {
  private final Program program;
  private final Places places;

  FaultSearch(Program program) {
    this.program = program;
    this.places = new Places(program);
  }

  /// As [Step#firstFault].
  Optional<Fault> first(Point p, Workspace w) {
    w.enter();
    Slice[] value = w.table(program.last() + 1);
    value[0] = p.u();
    places.placeRegisters(value, true, true, p.shape(), w);
    value[program.last()] = Slice.of(new double[p.u().length()]);
    Optional<Fault> fault = Optional.empty();
    for (int i = 0; i < program.lines.length && fault.isEmpty(); i++) {
      Instruction line = program.lines[i];
      double scale = 0;
      String what = "combination";
      if (line.call.isPresent()) {
        Instruction.Call call = line.call.get();
        Point inner = call.at(p, value, w);
        what = call.operator.name();
        if (call.operator instanceof Step step) {
          Optional<Fault> deeper = step.firstFault(inner, w);
          String where = what;
          int number = i + 1;
          fault = deeper.map(f -> f.inside(where, number));
        }
        call.operator.apply(inner, value[line.target], Slice.NONE, w);
        scale = call.weight.value(p.h());
      }
      Combination.gather(line, p.h(), scale, value, w.kernels());
      if (fault.isEmpty()) {
        Shape s = p.shape();
        fault = Fault.find(i + 1, what, value[line.target], s, program.width[line.target]);
      }
    }
    w.leave();
    return fault;
  }
}
