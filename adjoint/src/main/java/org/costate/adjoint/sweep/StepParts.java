package org.costate.adjoint.sweep;

import java.util.List;
import org.costate.adjoint.checkpoint.Chain;
import org.costate.adjoint.checkpoint.StepCosts;
import org.costate.model.scheme.Slot;
import org.costate.model.scheme.Step;
import org.costate.model.state.Shape;

/// The parts that every step is run in, and the links of the chain that a schedule is made for:
/// whole steps, or the parts one by one.
///
/// The parts are the same for every choice of links, so that no choice changes a bit. A running
/// cost sees the state before and behind a whole step: where there is one, a step is not cut.
final class StepParts {
  private final List<Step> parts;
  private final List<List<Slot>> slots;
  private final int[] firstLine;
  private final boolean fine;

  /// @param cut whether steps are cut at all
  /// @param fine whether a link is a part rather than a step
  StepParts(Step step, boolean cut, boolean fine) {
    parts = cut ? step.parts() : List.of(step);
    slots = parts.stream().map(Step::slots).toList();
    firstLine = new int[parts.size()];
    for (int k = 1; k < parts.size(); k++) {
      firstLine[k] = firstLine[k - 1] + parts.get(k - 1).lineCount();
    }
    this.fine = fine;
  }

  /// Number of parts of a step.
  int count() {
    return parts.size();
  }

  Step part(int k) {
    return parts.get(k);
  }

  List<Slot> slots(int k) {
    return slots.get(k);
  }

  /// Lines of the step in front of part `k`.
  int firstLine(int k) {
    return firstLine[k];
  }

  int linksPerStep() {
    return fine ? count() : 1;
  }

  /// The step that a link belongs to.
  int step(int link) {
    return link / linksPerStep();
  }

  /// The first part of a link.
  int from(int link) {
    return fine ? link % count() : 0;
  }

  /// The part behind the last of a link.
  int to(int link) {
    return fine ? from(link) + 1 : count();
  }

  int workSize(Shape s) {
    return parts.stream().mapToInt(p -> p.workSize(s)).max().orElseThrow();
  }

  /// Number of controls of a part, at most.
  int controlSize() {
    return parts.stream().mapToInt(Step::controlSize).max().orElseThrow();
  }

  /// Doubles that a part leaves in a slot: its initial state and its record, with `tangents` the
  /// tangent of the one and the record of its tangent too.
  int keptSize(int k, Shape s, boolean tangents) {
    int state = s.size(parts.get(k).inputWidth());
    int plain = Math.addExact(state, parts.get(k).recordSize(s));
    int dot = tangents ? Math.addExact(state, parts.get(k).tangentRecordSize(s)) : 0;
    return Math.addExact(plain, dot);
  }

  /// What a schedule for `steps` steps is made for.
  Chain chain(int steps, Shape s, boolean tangents) {
    int links = Math.multiplyExact(steps, linksPerStep());
    long[] records = new long[links];
    long[] costs = new long[links];
    double entries = s.size(parts.getFirst().inputWidth());
    for (int link = 0; link < links; link++) {
      double work = 0;
      for (int k = from(link); k < to(link); k++) {
        records[link] += keptSize(k, s, tangents);
        work += parts.get(k).work(s);
      }
      costs[link] = fine ? Math.max(1, Math.round(work / entries)) : 1;
    }
    long state = (long) s.size(parts.getFirst().inputWidth()) * (tangents ? 2 : 1);
    return Chain.of(state, records, StepCosts.of(costs));
  }
}
