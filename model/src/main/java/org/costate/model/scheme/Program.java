package org.costate.model.scheme;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.model.operator.Operator;
import org.costate.model.state.Shape;

/// A [Scheme] compiled for one width: its lines in single-assignment form and where the values
/// live.
///
/// Value 0 is the state at the beginning of the step, value `i + 1` what line `i` computes, the
/// last value the state at its end. Values that an operator reads are *kept*, since the derivative
/// sweeps need them: in the record, or, where an operator makes them again for little, in scratch
/// behind those. All others live in registers, which are shared by values of equal width that are
/// never needed together. Costates and tangents of values live and die between the same lines as
/// the values, so they use the same assignment.
final class Program {
  final Instruction[] lines;
  final List<Slot> slots;
  final int controlSize;

  /// Features of every value.
  final int[] width;

  /// Offset of a kept value among the kept ones, per position; −1 if it is not kept. Those in the
  /// record come first.
  final int[] keptOffset;

  /// Sum of the widths of the values in the record.
  final int recordedWidth;

  /// Sum of the widths of all kept values.
  final int keptWidth;

  /// Offset of the register of a value, per position; −1 for the first and the last value.
  final int[] registerOffset;

  /// Sum of the widths of the registers.
  final int registerWidth;

  /// Width of the widest result that is weighted: scratch of the backward sweeps; 0 if none is.
  final int weightedWidth;

  /// Whether a place for the adjoint of the controls may be fresh.
  final boolean knowsFresh;

  private final boolean[] dependsOnState;
  private final boolean[] dependsOnControls;

  Program(Scheme scheme, int stateWidth) {
    int count = scheme.lines().size();
    lines = new Instruction[count];
    width = new int[count + 1];
    width[0] = stateWidth;
    SlotTable table = new SlotTable();
    Map<Integer, Integer> held = new HashMap<>(Map.of(0, 0));
    for (int i = 0; i < count; i++) {
      try {
        lines[i] = compile(scheme.lines().get(i), i + 1, held, table);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "scheme " + scheme.name() + ", line " + (i + 1) + ": " + e.getMessage(), e);
      }
      held.put(scheme.lines().get(i).target(), i + 1);
    }
    slots = table.slots();
    controlSize = slots.stream().mapToInt(Slot::size).reduce(0, Math::addExact);
    requireWidth("scheme " + scheme.name() + ", last line", width[count], stateWidth);

    int[] lastUse = lastUses();
    for (int v = 1; v < count; v++) {
      if (lastUse[v] < 0) {
        throw new IllegalArgumentException(
            "scheme "
                + scheme.name()
                + ", line "
                + v
                + ": found a result that no later line reads. Maybe its target is wrong");
      }
    }
    markOpenings();
    knowsFresh = new FreshControls(lines, controlSize).isKnown();
    keptOffset = new int[count + 1];
    Arrays.fill(keptOffset, -1);
    recordedWidth = placeKept(0, false);
    keptWidth = placeKept(recordedWidth, true);
    registerOffset = new int[count + 1];
    registerWidth = placeRegisters(lastUse);
    weightedWidth = widestWeighted();
    markFeeds();
    dependsOnState = new boolean[count + 1];
    dependsOnControls = new boolean[count + 1];
    markDependence();
  }

  /// The value that the last line computes.
  int last() {
    return lines.length;
  }

  /// Whether value `v` varies when only the parts of `(u, θ)` vary that are said to.
  boolean varies(int v, boolean state, boolean controls) {
    return (state && dependsOnState[v]) || (controls && dependsOnControls[v]);
  }

  /// Number of doubles that the kept values and the operators' own records take.
  int recordSize(Shape s) {
    int size = Math.multiplyExact(recordedWidth, s.positions());
    for (Instruction line : lines) {
      size = Math.addExact(size, line.recordSize(s));
    }
    return size;
  }

  /// Number of doubles that the tangents of all kept values and the operators' own take.
  int tangentRecordSize(Shape s) {
    int size = Math.multiplyExact(keptWidth, s.positions());
    for (Instruction line : lines) {
      size = Math.addExact(size, line.tangentRecordSize(s));
    }
    return size;
  }

  private Instruction compile(Line line, int target, Map<Integer, Integer> held, SlotTable table) {
    int n = line.combination().size();
    int[] sources = new int[n];
    Coefficient[] coefficients = new Coefficient[n];
    int found = -1;
    if (line.field().isPresent()) {
      found = line.field().get().operator().outputWidth();
    }
    for (int k = 0; k < n; k++) {
      Term term = line.combination().get(k);
      sources[k] = read(term.register(), held);
      coefficients[k] = term.coefficient();
      found = found < 0 ? width[sources[k]] : found;
      requireWidth("register " + term.register(), width[sources[k]], found);
    }
    width[target] = found;
    Optional<Instruction.Call> call = line.field().map(field -> call(field, held, table));
    return new Instruction(target, sources, coefficients, call);
  }

  private Instruction.Call call(Application field, Map<Integer, Integer> held, SlotTable table) {
    int input = read(field.input(), held);
    Operator operator = field.operator();
    requireWidth("input of " + operator.name(), width[input], operator.inputWidth());
    Shape probe = new Shape(2, 3);
    if (!operator.outputShape(probe).equals(probe)) {
      throw new IllegalArgumentException(
          operator.name()
              + ": found an operator that changes the number of tokens, expected one that keeps it."
              + " Maybe it belongs before or behind the steps");
    }
    return new Instruction.Call(field, input, table.offsetOf(field));
  }

  private static int read(int register, Map<Integer, Integer> held) {
    Integer value = held.get(register);
    if (value == null) {
      throw new IllegalArgumentException(
          "found a read of register " + register + ", expected one of " + held.keySet());
    }
    return value;
  }

  private static void requireWidth(String what, int found, int expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          what + ": found " + found + " features, expected " + expected);
    }
  }

  private int[] lastUses() {
    int[] lastUse = new int[lines.length + 1];
    Arrays.fill(lastUse, -1);
    for (int i = 0; i < lines.length; i++) {
      for (int source : lines[i].sources) {
        lastUse[source] = i;
      }
      if (lines[i].call.isPresent()) {
        lastUse[lines[i].call.get().input] = i;
      }
    }
    return lastUse;
  }

  /// The costate of value 0 is the caller's, which is added to: nothing opens it.
  private void markOpenings() {
    boolean[] open = new boolean[lines.length + 1];
    open[0] = true;
    for (int i = lines.length - 1; i >= 0; i--) {
      Instruction line = lines[i];
      for (int k = 0; k < line.sources.length; k++) {
        line.opens[k] = !open[line.sources[k]];
        open[line.sources[k]] = true;
      }
      if (line.call.isPresent()) {
        Instruction.Call call = line.call.get();
        call.opensInput = !open[call.input];
        open[call.input] = true;
      }
    }
  }

  /// Whether value `v` is made again for the derivative actions.
  boolean isRemade(int v) {
    return keptOffset[v] >= recordedWidth;
  }

  private int placeKept(int from, boolean remade) {
    int next = from;
    for (Instruction line : lines) {
      if (line.call.isPresent()) {
        int input = line.call.get().input;
        if (input > 0 && keptOffset[input] < 0 && lines[input - 1].isRemade() == remade) {
          keptOffset[input] = next;
          next = Math.addExact(next, width[input]);
        }
      }
    }
    return next;
  }

  /// Linear scan: a register is free for the value of line `i` if its last value is not read from
  /// line `i` on.
  private int placeRegisters(int[] lastUse) {
    Arrays.fill(registerOffset, -1);
    int next = 0;
    for (int v = 1; v < lines.length; v++) {
      int from = -1;
      for (int earlier = 1; earlier < v && from < 0; earlier++) {
        if (width[earlier] == width[v] && isFree(registerOffset[earlier], v, lastUse)) {
          from = registerOffset[earlier];
        }
      }
      if (from < 0) {
        from = next;
        next = Math.addExact(next, width[v]);
      }
      registerOffset[v] = from;
    }
    return next;
  }

  private boolean isFree(int offset, int v, int[] lastUse) {
    for (int other = 1; other < v; other++) {
      if (registerOffset[other] == offset && lastUse[other] >= v - 1) {
        return false;
      }
    }
    return true;
  }

  private int widestWeighted() {
    int widest = 0;
    for (Instruction line : lines) {
      if (line.call.isPresent() && !line.call.get().weight.equals(Coefficient.ONE)) {
        widest = Math.max(widest, width[line.target]);
      }
    }
    return widest;
  }

  private void markFeeds() {
    boolean[] needed = new boolean[lines.length + 1];
    for (int i = lines.length - 1; i >= 0; i--) {
      Instruction line = lines[i];
      line.feedsOperator = needed[line.target] || keptOffset[line.target] >= 0;
      if (line.feedsOperator) {
        for (int source : line.sources) {
          needed[source] = true;
        }
      }
    }
  }

  private void markDependence() {
    dependsOnState[0] = true;
    for (Instruction line : lines) {
      for (int source : line.sources) {
        dependsOnState[line.target] |= dependsOnState[source];
        dependsOnControls[line.target] |= dependsOnControls[source];
      }
      if (line.call.isPresent()) {
        Instruction.Call call = line.call.get();
        dependsOnState[line.target] |= dependsOnState[call.input];
        dependsOnControls[line.target] |= dependsOnControls[call.input] || call.thetaSize > 0;
      }
    }
  }
}
