package org.costate.model.scheme;

import java.util.List;
import java.util.Optional;
import org.costate.model.operator.Operator;

/// Made-up schemes that use everything a scheme can say.
final class StepSchemes {
  static final int WIDTH = 3;
  private static final Operator FIELD = new SineField(WIDTH, WIDTH, 0.7);
  private static final Operator WIDEN = new SineField(WIDTH, 5, 0.2);
  private static final Operator NARROW = new SineField(5, WIDTH, 0);

  private StepSchemes() {}

  static Application field(Operator operator, int input, String block, double weight, double at) {
    return new Application(
        operator, input, List.of(ControlRef.value(block)), Coefficient.step(weight), at, 1);
  }

  static Term term(int register, double factor) {
    return new Term(register, Coefficient.constant(factor));
  }

  /// `u + h F(u)`.
  static Scheme euler(String block) {
    return new Scheme(
        "euler",
        1,
        List.of(new Line(0, List.of(term(0, 1)), Optional.of(field(FIELD, 0, block, 1, 0)))));
  }

  /// `u + h F(u + h/2 F(u))`.
  static Scheme midpoint(String block) {
    return new Scheme(
        "midpoint",
        2,
        List.of(
            new Line(1, List.of(term(0, 1)), Optional.of(field(FIELD, 0, block, 0.5, 0))),
            new Line(0, List.of(term(0, 1)), Optional.of(field(FIELD, 1, block, 1, 0.5)))));
  }

  /// Stage sums, a register read by several lines, the same block at one time twice, relaxation.
  static Scheme registers() {
    Term kept = new Term(0, new Coefficient(1, Coefficient.Form.KEPT));
    Term moved = new Term(2, new Coefficient(1, Coefficient.Form.MOVED));
    return new Scheme(
        "registers",
        1,
        List.of(
            new Line(1, List.of(), Optional.of(field(FIELD, 0, "a", 1, 0))),
            new Line(2, List.of(term(0, 1), term(1, 0.5)), Optional.empty()),
            new Line(
                1,
                List.of(term(1, 2), term(0, -1), term(1, 0.25)),
                Optional.of(field(FIELD, 2, "b", 1, 0.5))),
            new Line(2, List.of(), Optional.of(field(FIELD, 1, "a", 0.5, 0))),
            new Line(
                0, List.of(kept, moved, term(1, 0.3)), Optional.of(field(FIELD, 0, "a", 0.2, 1)))));
  }

  static Line inner(Scheme scheme, double at, double span) {
    Step step = new Step(scheme, WIDTH);
    return new Line(
        0, List.of(), Optional.of(new Application(step, 0, List.of(), Coefficient.ONE, at, span)));
  }

  /// A symmetric composition of inner steps.
  static Scheme nested() {
    return new Scheme(
        "nested",
        2,
        List.of(
            inner(midpoint("a"), 0, 0.5),
            inner(midpoint("b"), 0, 1),
            inner(midpoint("a"), 0.5, 0.5)));
  }

  /// Inner steps of inner steps, weighted and combined, sharing a stretch of controls.
  static Scheme nestedTwice() {
    Step step = new Step(nested(), WIDTH);
    Application first = new Application(step, 0, List.of(), Coefficient.constant(0.5), 0, 1);
    Application second = new Application(step, 1, List.of(), Coefficient.step(1), 0, 1);
    return new Scheme(
        "nested twice",
        1,
        List.of(
            new Line(1, List.of(term(0, 0.5)), Optional.of(first)),
            new Line(0, List.of(term(0, 1), term(1, 1)), Optional.of(second))));
  }

  static Scheme alone() {
    return new Scheme(
        "alone",
        1,
        List.of(
            new Line(
                7,
                List.of(),
                Optional.of(
                    new Application(
                        FIELD, 0, List.of(ControlRef.value("a")), Coefficient.ONE, 0, 1)))));
  }

  static Scheme widths() {
    return new Scheme(
        "widths",
        1,
        List.of(
            new Line(1, List.of(), Optional.of(field(WIDEN, 0, "wide", 1, 0))),
            new Line(
                2,
                List.of(term(1, 2)),
                Optional.of(field(new SineField(5, 5, 0), 1, "middle", 1, 0))),
            new Line(0, List.of(term(0, 1)), Optional.of(field(NARROW, 2, "narrow", 1, 0)))));
  }

  /// The last line does not read the first state.
  static Scheme chain() {
    return new Scheme(
        "chain",
        1,
        List.of(
            new Line(1, List.of(), Optional.of(field(FIELD, 0, "a", 2, 0))),
            new Line(2, List.of(), Optional.of(field(FIELD, 1, "a", 2, 0))),
            new Line(3, List.of(term(2, 1), term(1, 1)), Optional.empty())));
  }
}
