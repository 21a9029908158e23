package org.costate.control.replay;

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
/// every line sees at its result and every operator at its value, and which lies in front of the
/// step.
public final class StepCostates {
  private final List<Ran> lines = new ArrayList<>();
  private final List<Result> results = new ArrayList<>();
  private final List<Seen> seen = new ArrayList<>();
  private final double[] front;

  private record Ran(int number, Line line, double h, Optional<StepReplay.Visit> visit) {}

  /// A line and the costate at its result.
  ///
  /// @param line its number
  /// @param name its operator, `sum` where there is none
  /// @param costate of its result; empty where nothing behind reads it
  public record Result(int line, String name, double[] costate) {}

  /// An operator and the costate at its value, the weight of its line included.
  ///
  /// @param line its number
  public record Seen(int line, StepReplay.Visit visit, double[] costate) {}

  /// @param state in front of the step, not modified
  /// @param behind the costate behind it, not modified
  public StepCostates(StepReplay replay, Slice state, double[] behind) {
    replay.run(state, (number, line, h, visit) -> lines.add(new Ran(number, line, h, visit)));
    Map<Integer, double[]> lambda = new HashMap<>();
    lambda.put(lines.getLast().line.target(), behind.clone());
    for (Ran ran : lines.reversed()) {
      Optional<double[]> own = Optional.ofNullable(lambda.remove(ran.line.target()));
      String name = ran.visit.map(v -> v.operator().name()).orElse("sum");
      results.addFirst(new Result(ran.number, name, own.orElse(new double[0])));
      own.ifPresent(costate -> back(ran, costate, lambda));
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

  /// The lines of the step in their order.
  public List<Result> results() {
    return results;
  }

  /// The operators of the step, the last one first.
  public List<Seen> seen() {
    return seen;
  }

  /// The costate in front of the step.
  public double[] front() {
    return front;
  }
}
