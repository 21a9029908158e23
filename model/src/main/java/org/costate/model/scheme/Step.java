package org.costate.model.scheme;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.model.NumericalException;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// One time step `u(t) ↦ u(t + h)` of a [Scheme], as an operator: the map `Φ` whose derivatives all
/// sweeps use.
///
/// The scheme is compiled once. All four actions interpret the same lines: [#apply] and [#tangent]
/// forwards, [#adjoint] and [#secondAdjoint] backwards, so the derivatives are those of the map
/// that runs.
///
/// Its controls are those of its operators: `θ` is the concatenation of its [#slots], the values of
/// blocks of controls at times within the step, in order of first use. What an inner step reads
/// stays contiguous: its slots are taken over together, with times moved into this step.
///
/// The record holds the inputs of the operators and the operators' own records; everything else is
/// scratch. Values are not checked here: after a step that gave a value that is not finite,
/// [#firstFault] replays it.
public final class Step implements Operator {
  private final Scheme scheme;
  private final Program program;
  private final List<Parameter> parameters;

  /// @param width features per token of the state
  /// @throws IllegalArgumentException if a line reads what no line wrote, widths do not fit, a
  ///     result is never read or an operator changes the number of tokens
  public Step(Scheme scheme, int width) {
    this.scheme = scheme;
    this.program = new Program(scheme, width);
    List<Parameter> all = new ArrayList<>();
    for (Slot slot : program.slots) {
      String block = String.join("+", slot.controls().stream().map(ControlRef::block).toList());
      String place = slot.at() == 0 ? "" : "@" + slot.at();
      for (Parameter p : slot.parameters()) {
        all.add(new Parameter(block + "." + p.name() + place, p.role(), p.rows(), p.cols()));
      }
    }
    this.parameters = List.copyOf(all);
  }

  /// The scheme as it was given.
  public Scheme scheme() {
    return scheme;
  }

  /// The stretches of `θ`, in order.
  public List<Slot> slots() {
    return program.slots;
  }

  @Override
  public String name() {
    return scheme.name();
  }

  @Override
  public int inputWidth() {
    return program.width[0];
  }

  @Override
  public int outputWidth() {
    return program.width[0];
  }

  @Override
  public List<Parameter> parameters() {
    return parameters;
  }

  @Override
  public int controlSize() {
    return program.controlSize;
  }

  @Override
  public int workSize(Shape s) {
    int inner = 0;
    for (Instruction line : program.lines) {
      if (line.call.isPresent()) {
        inner = Math.max(inner, line.call.get().operator.workSize(s));
      }
    }
    int widths = program.keptWidth + 3 * program.registerWidth + 2 * program.weightedWidth;
    return Math.addExact(inner, Math.multiplyExact(widths, s.positions()));
  }

  @Override
  public int recordSize(Shape s) {
    return program.recordSize(s);
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    w.enter();
    Slice[] value = w.table(program.last() + 1);
    value[0] = p.u();
    value[program.last()] = y;
    placeRegisters(value, true, true, p.shape(), w);
    placeKept(value, record, p.shape(), w);
    int from = keptSize(p);
    for (Instruction line : program.lines) {
      double scale = 0;
      if (line.call.isPresent()) {
        Instruction.Call call = line.call.get();
        int size = record.isNone() ? 0 : call.operator.recordSize(p.shape());
        Slice own = size == 0 ? Slice.NONE : w.view(record, from, size);
        try {
          call.operator.apply(point(call, p, value, w), value[line.target], own, w);
        } catch (NumericalException e) {
          throw e.inStep(-1, line.target - 1);
        }
        scale = call.weight.value(p.h());
        from += size;
      }
      gather(line, p.h(), scale, value, w.kernels());
    }
    w.leave();
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    boolean state = !v.u().isNone();
    boolean controls = !v.theta().isNone();
    if (!program.varies(program.last(), state, controls)) {
      dy.fill(0);
      return;
    }
    w.enter();
    Slice[] value = inputs(p, record, w);
    Slice[] dot = w.table(program.last() + 1);
    dot[0] = v.u();
    dot[program.last()] = dy;
    placeRegisters(dot, state, controls, p.shape(), w);
    int from = keptSize(p);
    for (Instruction line : program.lines) {
      tangentLine(line, p, ownRecord(line, record, from, p, w), v, value, dot, w);
      from += line.recordSize(p.shape());
    }
    w.leave();
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    w.enter();
    boolean state = !bar.u().isNone();
    boolean controls = !bar.theta().isNone();
    Slice[] value = inputs(p, record, w);
    Slice[] costate = costates(lambda, bar.u(), state, controls, p, w);
    Slice scaled = w.take(program.weightedWidth * p.shape().positions());
    int from = recordSize(p.shape());
    for (int i = program.lines.length - 1; i >= 0; i--) {
      Instruction line = program.lines[i];
      from -= line.recordSize(p.shape());
      scatter(line, p.h(), costate, w.kernels());
      if (line.call.isPresent()) {
        Instruction.Call call = line.call.get();
        Variation own = w.variation(costate[call.input], part(bar.theta(), call, w));
        if (isWanted(own)) {
          open(call, own);
          Slice outer = weighted(call, p.h(), costate[line.target], scaled, w);
          Slice kept = ownRecord(line, record, from, p, w);
          call.operator.adjoint(point(call, p, value, w), kept, outer, own, w);
        }
      }
    }
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
    Slice[] value = inputs(p, record, w);
    Slice[] dot = inputTangents(p, record, v, value, w);
    boolean state = !bar.u().isNone() || !barDot.u().isNone();
    boolean controls = !bar.theta().isNone() || !barDot.theta().isNone();
    Slice[] costate = costates(lambda, bar.u(), state, controls, p, w);
    Slice[] costateDot = costates(dLambda, barDot.u(), state, controls, p, w);
    Slice scaled = w.take(program.weightedWidth * p.shape().positions());
    Slice scaledDot = w.take(program.weightedWidth * p.shape().positions());
    Kernels k = w.kernels();
    int from = recordSize(p.shape());
    for (int i = program.lines.length - 1; i >= 0; i--) {
      Instruction line = program.lines[i];
      from -= line.recordSize(p.shape());
      scatter(line, p.h(), costate, k);
      scatter(line, p.h(), costateDot, k);
      if (line.call.isPresent()) {
        Instruction.Call call = line.call.get();
        Variation own = w.variation(costate[call.input], part(bar.theta(), call, w));
        Variation ownDot = w.variation(costateDot[call.input], part(barDot.theta(), call, w));
        if (isWanted(own) || isWanted(ownDot)) {
          open(call, own);
          open(call, ownDot);
          call.operator.secondAdjoint(
              point(call, p, value, w),
              ownRecord(line, record, from, p, w),
              w.variation(dot[call.input], part(v.theta(), call, w)),
              weighted(call, p.h(), costate[line.target], scaled, w),
              weighted(call, p.h(), costateDot[line.target], scaledDot, w),
              own,
              ownDot,
              w);
        }
      }
    }
    w.leave();
  }

  /// Replays the step at `p` line by line and names the first line whose result is not finite.
  /// Allocates: for the error message after a failure, not for a sweep.
  ///
  /// @param w has at least [#workSize] doubles free
  public Optional<Fault> firstFault(Point p, Workspace w) {
    w.enter();
    Slice[] value = w.table(program.last() + 1);
    value[0] = p.u();
    placeRegisters(value, true, true, p.shape(), w);
    value[program.last()] = Slice.of(new double[p.u().length()]);
    Optional<Fault> fault = Optional.empty();
    for (int i = 0; i < program.lines.length && fault.isEmpty(); i++) {
      Instruction line = program.lines[i];
      double scale = 0;
      String what = "combination";
      if (line.call.isPresent()) {
        Instruction.Call call = line.call.get();
        Point inner = point(call, p, value, w);
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
      gather(line, p.h(), scale, value, w.kernels());
      if (fault.isEmpty()) {
        Shape s = p.shape();
        fault = Fault.find(i + 1, what, value[line.target], s, program.width[line.target]);
      }
    }
    w.leave();
    return fault;
  }

  private void tangentLine(
      Instruction line, Point p, Slice kept, Variation v, Slice[] value, Slice[] dot, Workspace w) {
    Slice target = dot[line.target];
    if (target.isNone()) {
      return;
    }
    double scale = 0;
    if (line.call.isPresent()) {
      Instruction.Call call = line.call.get();
      Variation own = w.variation(dot[call.input], part(v.theta(), call, w));
      if (isWanted(own)) {
        call.operator.tangent(point(call, p, value, w), kept, own, target, w);
        scale = call.weight.value(p.h());
      }
    }
    gather(line, p.h(), scale, dot, w.kernels());
  }

  /// Tangents of all values that operators read, side by side in scratch.
  private Slice[] inputTangents(Point p, Slice record, Variation v, Slice[] value, Workspace w) {
    boolean state = !v.u().isNone();
    boolean controls = !v.theta().isNone();
    Slice[] dot = w.table(program.last() + 1);
    dot[0] = v.u();
    Slice room = w.take(keptSize(p));
    placeRegisters(dot, state, controls, p.shape(), w);
    for (int i = 1; i < program.last(); i++) {
      if (program.keptOffset[i] >= 0 && !dot[i].isNone()) {
        dot[i] = keptValue(i, room, p.shape(), w);
      }
    }
    int from = keptSize(p);
    for (Instruction line : program.lines) {
      if (line.feedsOperator) {
        tangentLine(line, p, ownRecord(line, record, from, p, w), v, value, dot, w);
      }
      from += line.recordSize(p.shape());
    }
    return dot;
  }

  /// The values that operators read, from the record.
  private Slice[] inputs(Point p, Slice record, Workspace w) {
    Slice[] value = w.table(program.last() + 1);
    value[0] = p.u();
    placeKept(value, record, p.shape(), w);
    return value;
  }

  private Slice[] costates(
      Slice last, Slice first, boolean state, boolean controls, Point p, Workspace w) {
    Slice[] costate = w.table(program.last() + 1);
    costate[0] = first;
    placeRegisters(costate, state, controls, p.shape(), w);
    costate[program.last()] = last;
    return costate;
  }

  /// Gives a register to every inner value that varies with what is said to vary.
  private void placeRegisters(
      Slice[] place, boolean state, boolean controls, Shape s, Workspace w) {
    int base = w.claim(program.registerWidth * s.positions());
    for (int v = 1; v < program.last(); v++) {
      if (program.varies(v, state, controls)) {
        int offset = base + program.registerOffset[v] * s.positions();
        place[v] = w.view(w.scratch(), offset, s.size(program.width[v]));
      }
    }
  }

  private void placeKept(Slice[] place, Slice record, Shape s, Workspace w) {
    if (record.isNone()) {
      return;
    }
    for (int v = 1; v < program.last(); v++) {
      if (program.keptOffset[v] >= 0) {
        place[v] = keptValue(v, record, s, w);
      }
    }
  }

  private Slice keptValue(int v, Slice room, Shape s, Workspace w) {
    return w.view(room, program.keptOffset[v] * s.positions(), s.size(program.width[v]));
  }

  private int keptSize(Point p) {
    return program.keptWidth * p.shape().positions();
  }

  private static Slice ownRecord(Instruction line, Slice record, int from, Point p, Workspace w) {
    int size = line.recordSize(p.shape());
    return size == 0 ? Slice.NONE : w.view(record, from, size);
  }

  private static Point point(Instruction.Call call, Point p, Slice[] value, Workspace w) {
    return w.point(
        p.t() + call.at * p.h(),
        call.span * p.h(),
        p.shape(),
        value[call.input],
        part(p.theta(), call, w),
        p.batch());
  }

  private static Slice part(Slice theta, Instruction.Call call, Workspace w) {
    boolean absent = theta.isNone() || call.thetaSize == 0;
    return absent ? Slice.NONE : w.view(theta, call.thetaFrom, call.thetaSize);
  }

  private static boolean isWanted(Variation bar) {
    return !bar.u().isNone() || !bar.theta().isNone();
  }

  private static void open(Instruction.Call call, Variation bar) {
    if (call.opensInput) {
      bar.u().fill(0);
    }
  }

  /// `r[target] := scale r[target] + Σ_k c_k r[source_k]`; absent sources are zero.
  private static void gather(Instruction line, double h, double scale, Slice[] r, Kernels k) {
    Slice y = r[line.target];
    double keep = scale;
    for (int i = 0; i < line.sources.length; i++) {
      Slice x = r[line.sources[i]];
      if (!x.isNone()) {
        double c = line.coefficients[i].value(h);
        k.axpby(y.length(), c, x.array(), x.offset(), keep, y.array(), y.offset());
        keep = 1;
      }
    }
    if (keep != 1) {
      k.axpby(y.length(), keep, y.array(), y.offset(), 0, y.array(), y.offset());
    }
  }

  /// The transpose of [#gather] in the terms: `r[source_k] := r[source_k] + c_k r[target]`.
  private static void scatter(Instruction line, double h, Slice[] r, Kernels k) {
    Slice x = r[line.target];
    for (int i = 0; i < line.sources.length; i++) {
      Slice y = r[line.sources[i]];
      if (!y.isNone()) {
        double c = line.coefficients[i].value(h);
        double keep = line.opens[i] ? 0 : 1;
        k.axpby(y.length(), c, x.array(), x.offset(), keep, y.array(), y.offset());
      }
    }
  }

  private static Slice weighted(
      Instruction.Call call, double h, Slice costate, Slice room, Workspace w) {
    double weight = call.weight.value(h);
    if (weight == 1) {
      return costate;
    }
    int n = costate.length();
    w.kernels().axpby(n, weight, costate.array(), costate.offset(), 0, room.array(), room.offset());
    return w.view(room, 0, n);
  }
}
