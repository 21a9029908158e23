package org.costate.model.scheme;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Operator;
import org.costate.model.operator.RmsNorm;

/// Schemes made from other schemes, line by line: a scheme is data.
///
/// The residual connections of a scheme are the terms that carry the state into a sum,
/// `ρ u + h F(P u)` with the weight `ρ`, 1 at rest: those that read the state register with a
/// coefficient that does not depend on `h`. Where a scheme copies the state first, as a stack of
/// blocks does, they are those that read the copy.
public final class SchemeVariants {
  private SchemeVariants() {}

  /// The same step with the weight `rho` of its residual connections.
  public static Scheme withResidual(Scheme scheme, double rho) {
    List<Line> lines = new ArrayList<>();
    int carrier = Lines.STATE;
    for (Line line : scheme.lines()) {
      int register = carrier;
      if (isCopy(line, register)) {
        lines.add(line);
        carrier = line.target();
        continue;
      }
      List<Term> terms =
          line.combination().stream()
              .map(t -> isResidual(t, register) ? scaled(t, rho) : t)
              .toList();
      lines.add(new Line(line.target(), terms, line.field()));
    }
    return new Scheme(scheme.name(), 0, lines);
  }

  private static boolean isCopy(Line line, int carrier) {
    return line.field().isEmpty()
        && line.combination().equals(List.of(new Term(carrier, Coefficient.ONE)));
  }

  private static boolean isResidual(Term term, int carrier) {
    return term.register() == carrier && term.coefficient().form() == Coefficient.Form.CONSTANT;
  }

  private static Term scaled(Term term, double rho) {
    return new Term(term.register(), Coefficient.constant(rho * term.coefficient().factor()));
  }

  /// The same step with the identity in the place of every norm, gain and bias included.
  public static Scheme withoutNorms(Scheme scheme) {
    List<Line> lines = new ArrayList<>();
    for (Line line : scheme.lines()) {
      Optional<Application> norm = line.field().filter(f -> isNorm(f.operator()));
      List<Term> terms = new ArrayList<>(line.combination());
      norm.ifPresent(f -> terms.add(new Term(f.input(), f.weight())));
      lines.add(new Line(line.target(), terms, norm.isPresent() ? Optional.empty() : line.field()));
    }
    return new Scheme(scheme.name() + ", no norm", scheme.order(), lines);
  }

  private static boolean isNorm(Operator operator) {
    return operator instanceof LayerNorm || operator instanceof RmsNorm;
  }

  /// The same step with its step size and the weight of its residual connections as controls, one
  /// number each, read at the beginning of the step. At controls equal to the step size and to 1 it
  /// is the step as it was; its own step size is not used any more.
  ///
  /// @param width features per token of the state
  /// @param stepSize block of the step size
  /// @param residual block of the weight `ρ`
  /// @throws IllegalArgumentException if there is a step inside the step
  public static Scheme controlled(Scheme scheme, int width, String stepSize, String residual) {
    return new Controller(scheme, width, stepSize, residual).rewrite();
  }

  /// Rewrites coefficients as [Scaling] operators, each into a register of its own.
  private static final class Controller {
    private final Scheme scheme;
    private final String stepSize;
    private final String residual;
    private final List<Integer> widths = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private int carrier = Lines.STATE;

    Controller(Scheme scheme, int width, String stepSize, String residual) {
      this.scheme = scheme;
      this.stepSize = stepSize;
      this.residual = residual;
      int registers = scheme.lines().stream().mapToInt(Line::target).max().orElse(0) + 1;
      for (int i = 0; i < registers; i++) {
        widths.add(width);
      }
    }

    Scheme rewrite() {
      for (Line line : scheme.lines()) {
        rewrite(line);
      }
      return new Scheme(scheme.name(), scheme.order(), lines);
    }

    private void rewrite(Line line) {
      if (isCopy(line, carrier)) {
        lines.add(line);
        carrier = line.target();
        return;
      }
      List<Term> terms = new ArrayList<>();
      for (Term term : line.combination()) {
        int from = term.register();
        if (isResidual(term, carrier)) {
          from = scale(from, new Coefficient(1, Coefficient.Form.STEP), residual);
        }
        terms.add(stepped(from, term.coefficient()));
      }
      if (line.field().isEmpty()) {
        int width = widths.get(line.combination().getFirst().register());
        lines.add(new Line(line.target(), terms, Optional.empty()));
        widths.set(line.target(), width);
        return;
      }
      Application field = line.field().get();
      if (field.operator() instanceof Step) {
        throw new IllegalArgumentException(
            scheme.name() + ": found a step inside the step, expected operators alone");
      }
      int width = field.operator().outputWidth();
      if (field.weight().form() == Coefficient.Form.CONSTANT) {
        lines.add(new Line(line.target(), terms, line.field()));
      } else {
        int raw = fresh(width);
        lines.add(
            new Line(
                raw,
                List.of(),
                Optional.of(
                    new Application(
                        field.operator(),
                        field.input(),
                        field.controls(),
                        Coefficient.ONE,
                        field.at(),
                        field.span()))));
        lines.add(
            new Line(line.target(), terms, Optional.of(scaling(raw, field.weight(), stepSize))));
      }
      widths.set(line.target(), width);
    }

    private Term stepped(int register, Coefficient c) {
      return c.form() == Coefficient.Form.CONSTANT
          ? new Term(register, c)
          : new Term(scale(register, c, stepSize), Coefficient.ONE);
    }

    private int scale(int register, Coefficient c, String block) {
      int target = fresh(widths.get(register));
      lines.add(new Line(target, List.of(), Optional.of(scaling(register, c, block))));
      return target;
    }

    private Application scaling(int register, Coefficient c, String block) {
      Scaling scaling = new Scaling(widths.get(register), c);
      List<ControlRef> controls = List.of(ControlRef.value(block));
      return new Application(scaling, register, controls, Coefficient.ONE, 0, 1);
    }

    private int fresh(int width) {
      widths.add(width);
      return widths.size() - 1;
    }
  }
}
