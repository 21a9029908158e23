package org.costate.model.scheme;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.model.equation.Controlled;
import org.costate.model.operator.Operator;

/// Writes the lines of a scheme. Register 0 is the state.
final class Lines {
  static final int STATE = 0;

  private final List<Line> lines = new ArrayList<>();
  private int registers = 1;

  /// A register that is not in use.
  int fresh() {
    return registers++;
  }

  Scheme scheme(String name, int order) {
    return new Scheme(name, order, lines);
  }

  static Term term(int register, double factor) {
    return new Term(register, Coefficient.constant(factor));
  }

  /// `target := Σ terms`.
  void combine(int target, List<Term> terms) {
    lines.add(new Line(target, terms, Optional.empty()));
  }

  /// `target := operator(input)`, the controls taken at `t + at·h`.
  void apply(Controlled operator, int input, int target, double at) {
    List<ControlRef> controls = FieldUse.references(operator);
    add(target, List.of(), operator.operator(), input, controls, Coefficient.ONE, at, 1);
  }

  /// `target := Σ terms + weight F(P input)`, time and controls at `t + at·h`.
  void field(
      FieldUse field, int input, int target, List<Term> terms, Coefficient weight, double at) {
    int read = input;
    if (field.argument().isPresent()) {
      read = fresh();
      apply(field.argument().get(), input, read, at);
    }
    add(target, terms, field.operator(), read, field.controls(), weight, at, 1);
  }

  /// `target := Σ terms + weight Σ_i F_i(P_i input)`.
  void fields(
      List<FieldUse> fields,
      int input,
      int target,
      List<Term> terms,
      Coefficient weight,
      double at) {
    List<Term> sum = terms;
    for (FieldUse field : fields.subList(0, fields.size() - 1)) {
      int partial = fresh();
      field(field, input, partial, sum, weight, at);
      sum = List.of(term(partial, 1));
    }
    field(fields.getLast(), input, target, sum, weight, at);
  }

  /// `state := step(state)`: a step of the inner scheme over `[t + at·h, t + (at + span)·h]`.
  void inner(Step step, double at, double span) {
    add(STATE, List.of(), step, STATE, List.of(), Coefficient.ONE, at, span);
  }

  /// `state := step of size 1(state)`, with another register as the state: the lines of `scheme`
  /// with all their coefficients taken at `h = 1`, and registers of their own.
  void whole(Scheme scheme, int state) {
    Map<Integer, Integer> places = new HashMap<>(Map.of(STATE, state));
    for (Line line : scheme.lines()) {
      List<Term> terms = new ArrayList<>();
      for (Term term : line.combination()) {
        int source = places.computeIfAbsent(term.register(), _ -> fresh());
        terms.add(new Term(source, Coefficient.constant(term.coefficient().value(1))));
      }
      Optional<Application> field =
          line.field().map(f -> whole(f, places.computeIfAbsent(f.input(), _ -> fresh())));
      int target = places.computeIfAbsent(line.target(), _ -> fresh());
      lines.add(new Line(target, terms, field));
    }
  }

  private static Application whole(Application f, int input) {
    if (f.operator() instanceof Step) {
      throw new IllegalArgumentException(
          "whole step: found the inner step " + f.operator().name() + ", expected fields only");
    }
    Coefficient weight = Coefficient.constant(f.weight().value(1));
    return new Application(f.operator(), input, f.controls(), weight, f.at(), f.span());
  }

  /// A step of a Runge–Kutta method on the sum of the fields.
  void rungeKutta(ButcherTableau tableau, List<FieldUse> fields) {
    int stages = tableau.stages();
    int[] slope = new int[stages];
    for (int s = 0; s < stages; s++) {
      double at = tableau.c().get(s);
      int input = s == 0 ? STATE : fresh();
      if (s > 0) {
        combine(input, advanced(tableau.a().get(s), slope));
      }
      if (s == stages - 1) {
        List<Term> rest = advanced(tableau.b().subList(0, s), slope);
        fields(fields, input, STATE, rest, Coefficient.step(tableau.b().get(s)), at);
      } else {
        slope[s] = fresh();
        fields(fields, input, slope[s], List.of(), Coefficient.ONE, at);
      }
    }
  }

  /// `u + h Σ_j weights_j k_j`.
  private static List<Term> advanced(List<Double> weights, int[] slope) {
    List<Term> terms = new ArrayList<>(List.of(term(STATE, 1)));
    for (int j = 0; j < weights.size(); j++) {
      if (weights.get(j) != 0) {
        terms.add(new Term(slope[j], Coefficient.step(weights.get(j))));
      }
    }
    return terms;
  }

  private void add(
      int target,
      List<Term> terms,
      Operator operator,
      int input,
      List<ControlRef> controls,
      Coefficient weight,
      double at,
      double span) {
    Application application = new Application(operator, input, controls, weight, at, span);
    lines.add(new Line(target, terms, Optional.of(application)));
  }
}
