package org.costate.model.scheme;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
/// step that gave a value that is not finite, [#firstFault] replays it.
public final class Step implements Operator {
  private final Scheme scheme;
  private final Program program;
  private final ForwardLines forward;
  private final BackwardLines backward;
  private final List<Parameter> parameters;

  /// @param width features per token of the state
  /// @throws IllegalArgumentException if a line reads what no line wrote, widths do not fit, a
  ///     result is never read or an operator changes the number of tokens
  public Step(Scheme scheme, int width) {
    this.scheme = scheme;
    this.program = new Program(scheme, width);
    Places places = new Places(program);
    this.forward = new ForwardLines(program, places);
    this.backward = new BackwardLines(program, places, forward);
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
    forward.apply(p, y, record, w);
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    forward.tangent(p, record, v, dy, w);
  }

  @Override
  public void applyWithTangent(Point p, Slice y, Slice record, Variation v, Slice dy, Workspace w) {
    forward.applyWithTangent(p, y, record, v, dy, w);
  }

  @Override
  public boolean knowsFresh() {
    return program.knowsFresh;
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    backward.adjoint(p, record, lambda, bar, w);
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
    backward.secondAdjoint(p, record, v, lambda, dLambda, bar, barDot, w);
  }

  /// Replays the step at `p` line by line and names the first line whose result is not finite.
  /// Allocates: for the error message after a failure, not for a sweep.
  ///
  /// @param w has at least [#workSize] doubles free
  public Optional<Fault> firstFault(Point p, Workspace w) {
    return new FaultSearch(program).first(p, w);
  }
}
