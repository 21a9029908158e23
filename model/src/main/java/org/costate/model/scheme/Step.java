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
/// The record holds the inputs of the operators, but for those that are made again for little, and
/// the operators' own records; everything else is scratch. Values are not checked here: after a
/// step that gave a value that is not finite,
/// [#firstFault] replays it.
public final class Step implements Operator {
  private final Scheme scheme;
  private final Program program;
  private final Places places;
  private final List<Parameter> parameters;

  /// @param width features per token of the state
  /// @throws IllegalArgumentException if a line reads what no line wrote, widths do not fit, a
  ///     result is never read or an operator changes the number of tokens
  public Step(Scheme scheme, int width) {
    this.scheme = scheme;
    this.program = new Program(scheme, width);
    this.places = new Places(program);
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

  /// Consecutive parts of this step, each a step over the same interval: their composition is this
  /// step, line by line. A cut lies wherever one value as wide as the state is all that the rest of
  /// the step reads; where there is none, this step is its only part.
  public List<Step> parts() {
    List<Step> parts = new Substeps(scheme, program).parts();
    return parts.size() == 1 ? List.of(this) : parts;
  }

  /// Number of lines.
  public int lineCount() {
    return program.lines.length;
  }

  /// The work of all its lines.
  @Override
  public double work(Shape s) {
    double work = 0;
    for (Instruction line : program.lines) {
      work += (double) program.width[line.target] * s.positions() * line.sources.length;
      if (line.call.isPresent()) {
        work += line.call.get().operator.work(s);
      }
    }
    return work;
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
    int kept = 2 * program.keptWidth - program.recordedWidth;
    int widths = kept + 3 * program.registerWidth + 2 * program.weightedWidth;
    return Math.addExact(inner, Math.multiplyExact(widths, s.positions()));
  }

  @Override
  public int recordSize(Shape s) {
    return program.recordSize(s);
  }

  @Override
  public int tangentRecordSize(Shape s) {
    return program.tangentRecordSize(s);
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
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

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
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
      Slice kept = ownRecord(line, record, from, p, w);
      tangentLine(line, p, kept, v, fromDot, value, dot, w);
      from += line.recordSize(p.shape());
      fromDot += line.tangentRecordSize(p.shape());
    }
    w.leave();
  }

  @Override
  public void applyWithTangent(Point p, Slice y, Slice record, Variation v, Slice dy, Workspace w) {
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
      lineWithTangent(line, p, ownRecord(line, record, from, p, w), v, fromDot, value, dot, w);
      from += line.recordSize(p.shape());
      fromDot += line.tangentRecordSize(p.shape());
    }
    w.leave();
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    w.enter();
    boolean state = !bar.u().isNone();
    boolean controls = !bar.theta().isNone();
    Slice[] value = places.inputs(p, record, w);
    Slice[] costate = places.costates(lambda, bar.u(), state, controls, p, w);
    Slice scaled = w.take(program.weightedWidth * p.shape().positions());
    int from = recordSize(p.shape());
    for (int i = program.lines.length - 1; i >= 0; i--) {
      Instruction line = program.lines[i];
      from -= line.recordSize(p.shape());
      Combination.scatter(line, p.h(), costate, w.kernels());
      if (line.call.isPresent()) {
        Instruction.Call call = line.call.get();
        Variation own = w.variation(costate[call.input], call.controls(bar.theta(), w));
        if (isWanted(own)) {
          open(call, own);
          Slice outer = Combination.weighted(call, p.h(), costate[line.target], scaled, w);
          Slice kept = ownRecord(line, record, from, p, w);
          call.operator.adjoint(call.at(p, value, w), kept, outer, own, w);
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
    Slice[] value = places.inputs(p, record, w);
    Slice[] dot = inputTangents(p, record, v, value, w);
    boolean state = !bar.u().isNone() || !barDot.u().isNone();
    boolean controls = !bar.theta().isNone() || !barDot.theta().isNone();
    Slice[] costate = places.costates(lambda, bar.u(), state, controls, p, w);
    Slice[] costateDot = places.costates(dLambda, barDot.u(), state, controls, p, w);
    Slice scaled = w.take(program.weightedWidth * p.shape().positions());
    Slice scaledDot = w.take(program.weightedWidth * p.shape().positions());
    Kernels k = w.kernels();
    int from = recordSize(p.shape());
    int fromDot = tangentRecordSize(p.shape());
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
        if (isWanted(own) || isWanted(ownDot)) {
          open(call, own);
          open(call, ownDot);
          call.operator.secondAdjoint(
              call.at(p, value, w),
              ownRecord(line, record, from, p, w),
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

  /// Replays the step at `p` line by line and names the first line whose result is not finite.
  /// Allocates: for the error message after a failure, not for a sweep.
  ///
  /// @param w has at least [#workSize] doubles free
  public Optional<Fault> firstFault(Point p, Workspace w) {
    return new FaultSearch(program).first(p, w);
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
      if (isWanted(own)) {
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
        if (dy.isNone() || !isWanted(along)) {
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
  private Slice[] inputTangents(Point p, Slice record, Variation v, Slice[] value, Workspace w) {
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
        tangentLine(line, p, ownRecord(line, record, from, p, w), v, 0, value, dot, w);
      }
      from += line.recordSize(p.shape());
    }
    return dot;
  }

  private static Slice ownRecord(Instruction line, Slice record, int from, Point p, Workspace w) {
    int size = line.recordSize(p.shape());
    return size == 0 ? Slice.NONE : w.view(record, from, size);
  }

  private static boolean isWanted(Variation bar) {
    return !bar.u().isNone() || !bar.theta().isNone();
  }

  private static void open(Instruction.Call call, Variation bar) {
    if (call.opensInput) {
      bar.u().fill(0);
    }
  }
}
