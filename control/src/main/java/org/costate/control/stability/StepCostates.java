package org.costate.control.stability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.control.Vectors;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Term;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;

/// Goes through the lines of a step that ran, backwards, with the costate behind it: which costate
/// every operator sees at its value, and which lies in front of the step.
final class StepCostates {
  private final List<Ran> lines = new ArrayList<>();
  private final List<Seen> seen = new ArrayList<>();
  private final double[] front;

  private record Ran(int number, Line line, double h, Optional<StepReplay.Visit> visit) {}

  /// An operator and the costate at its value, the weight of its line included.
  record Seen(int line, StepReplay.Visit visit, double[] costate) {}

  /// @param state in front of the step
  /// @param behind the costate behind it, not modified
  StepCostates(StepReplay replay, Slice state, double[] behind) {
    replay.run(state, (number, line, h, visit) -> lines.add(new Ran(number, line, h, visit)));
    Map<Integer, double[]> lambda = new HashMap<>();
    lambda.put(lines.getLast().line.target(), behind.clone());
    for (Ran ran : lines.reversed()) {
      double[] own = lambda.remove(ran.line.target());
      if (own != null) {
        back(ran, own, lambda);
      }
    }
    front = lambda.getOrDefault(0, new double[behind.length]);
  }

  private void back(Ran ran, double[] own, Map<Integer, double[]> lambda) {
    for (Term term : ran.line.combination()) {
      double[] source = lambda.computeIfAbsent(term.register(), r -> new double[own.length]);
      Vectors.axpy(term.coefficient().value(ran.h), own, source);
    }
    if (ran.visit.isEmpty()) {
      return;
    }
    StepReplay.Visit visit = ran.visit.get();
    double[] costate = own.clone();
    Vectors.scale(visit.weight(), costate);
    seen.add(new Seen(ran.number, visit, costate));
    int size = visit.point().u().length();
    double[] bar = lambda.computeIfAbsent(visit.field().input(), r -> new double[size]);
    visit
        .operator()
        .adjoint(
            visit.point(),
            visit.record(),
            Slice.of(costate),
            Variation.of(Slice.of(bar), Slice.NONE),
            visit.w());
  }

  /// The operators of the step, the last one first.
  List<Seen> seen() {
    return seen;
  }

  /// The costate in front of the step.
  double[] front() {
    return front;
  }
}
