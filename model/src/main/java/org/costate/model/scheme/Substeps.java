package org.costate.model.scheme;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Cuts a step into consecutive parts, each a step of its own over the same interval: wherever one
/// value as wide as the state is all that the rest of the step reads. Their composition is the
/// step, line by line; a sweep that saves memory may restart at any of them.
///
/// A pre-norm layer has two parts, attention and feed-forward network with their norms; a post-norm
/// layer has its norms for themselves; a Runge–Kutta step, whose stages are all read at the end,
/// has one.
final class Substeps {
  private final Scheme scheme;
  private final Program program;

  Substeps(Scheme scheme, Program program) {
    this.scheme = scheme;
    this.program = program;
  }

  /// The parts in order; one where the step cannot be cut.
  List<Step> parts() {
    List<Step> parts = new ArrayList<>();
    int from = 0;
    for (int value = 1; value <= program.last(); value++) {
      if (value == program.last() || isCut(value)) {
        parts.add(part(from, value));
        from = value;
      }
    }
    return List.copyOf(parts);
  }

  /// Whether the lines behind `value` read nothing that was computed before it.
  private boolean isCut(int value) {
    if (program.width[value] != program.width[0]) {
      return false;
    }
    for (int i = value; i < program.lines.length; i++) {
      Instruction line = program.lines[i];
      for (int source : line.sources) {
        if (source < value) {
          return false;
        }
      }
      if (line.call.isPresent() && line.call.get().input < value) {
        return false;
      }
    }
    return true;
  }

  /// The lines from value `from` to value `to`, on registers that are written once.
  private Step part(int from, int to) {
    List<Line> lines = new ArrayList<>();
    for (int i = from; i < to; i++) {
      lines.add(shifted(scheme.lines().get(i), program.lines[i], from));
    }
    String name = scheme.name() + ", lines " + (from + 1) + " to " + to;
    return new Step(new Scheme(name, scheme.order(), lines), program.width[0]);
  }

  private static Line shifted(Line line, Instruction values, int from) {
    List<Term> combination = new ArrayList<>();
    for (int k = 0; k < values.sources.length; k++) {
      combination.add(new Term(values.sources[k] - from, line.combination().get(k).coefficient()));
    }
    Optional<Application> field =
        line.field()
            .map(
                f ->
                    new Application(
                        f.operator(),
                        values.call.orElseThrow().input - from,
                        f.controls(),
                        f.weight(),
                        f.at(),
                        f.span()));
    return new Line(values.target - from, combination, field);
  }
}
