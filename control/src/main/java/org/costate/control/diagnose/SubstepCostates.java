package org.costate.control.diagnose;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.costate.adjoint.cost.RunningCost;
import org.costate.control.SubstepControls;
import org.costate.control.Vectors;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Operator;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Term;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// The costates inside one step: `∂J/∂r` of the result `r` of every line of its scheme, by running
/// the lines forwards and their adjoints backwards.
final class SubstepCostates {
  /// What one line gave, and what made it.
  private static final class Result {
    final double[] value;
    final double[] costate;
    final String name;

    Result(String name, double[] value) {
      this.name = name;
      this.value = value;
      this.costate = new double[value.length];
    }
  }

  @FunctionalInterface
  private interface Reverse {
    void run();
  }

  /// A substep of a step.
  ///
  /// @param step number of the step
  /// @param line number of the line in the scheme
  /// @param name its operator; `sum` where there is none
  /// @param costateNorm `‖∂J/∂r‖₂` over all sequences
  record Substep(int step, int line, String name, double costateNorm) {}

  private final Model model;
  private final double[] c;
  private final Batch batch;
  private final int n;
  private final double h;
  private final Shape shape;
  private final Kernels kernels;
  private final Map<Integer, Result> register = new HashMap<>();
  private final List<Result> results = new ArrayList<>();
  private final List<Reverse> reverses = new ArrayList<>();

  /// @param n number of the step
  SubstepCostates(Model model, double[] c, Batch batch, int n, Kernels kernels) {
    this.model = model;
    this.c = c;
    this.batch = batch;
    this.n = n;
    this.h = model.grid().step(n);
    this.shape = model.stateShape(batch.shape());
    this.kernels = kernels;
  }

  /// @param state `u_n`
  /// @param above `λ_{n+1}`
  /// @param running costs of the step, at `scale`
  /// @param below overwritten with `λ_n`: a witness
  List<Substep> run(
      double[] state, double[] above, List<RunningCost> running, double scale, double[] below) {
    Result start = new Result("state", state.clone());
    register.put(0, start);
    List<Line> lines = model.step().scheme().lines();
    lines.forEach(this::forward);
    Result end = results.getLast();
    System.arraycopy(above, 0, end.costate, 0, above.length);
    Workspace w = new Workspace(kernels, model.step().workSize(shape));
    Slice none = Slice.of(new double[model.step().controlSize()]);
    Point p = Point.of(model.grid().time(n), h, shape, Slice.of(start.value), none, batch);
    Variation bar = Variation.of(Slice.of(start.costate), Slice.NONE);
    for (RunningCost cost : running) {
      cost.addAdjoint(p, Slice.of(end.value), scale, bar, Slice.of(end.costate), w);
    }
    for (int i = reverses.size() - 1; i >= 0; i--) {
      reverses.get(i).run();
    }
    System.arraycopy(start.costate, 0, below, 0, below.length);
    List<Substep> substeps = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      Result r = results.get(i);
      substeps.add(new Substep(n, i, r.name, Vectors.norm(r.costate)));
    }
    return substeps;
  }

  private void forward(Line line) {
    double[] value = new double[0];
    List<Reverse> own = new ArrayList<>();
    Result[] result = new Result[1];
    String name = "sum";
    if (line.field().isPresent()) {
      Application field = line.field().get();
      name = field.operator().name();
      Result input = register.get(field.input());
      Slice record = Slice.of(new double[field.operator().recordSize(shape)]);
      Workspace w = new Workspace(kernels, field.operator().workSize(shape));
      Point p = point(field, input);
      Operator f = field.operator();
      value = new double[shape.size(f.outputWidth())];
      f.apply(p, Slice.of(value), record, w);
      double weight = field.weight().value(h);
      Vectors.scale(weight, value);
      own.add(
          () -> {
            double[] lambda = result[0].costate.clone();
            Vectors.scale(weight, lambda);
            Variation bar = Variation.of(Slice.of(input.costate), Slice.NONE);
            f.adjoint(p, record, Slice.of(lambda), bar, w);
          });
    }
    for (Term term : line.combination()) {
      Result source = register.get(term.register());
      double factor = term.coefficient().value(h);
      value = value.length == 0 ? new double[source.value.length] : value;
      Vectors.axpy(factor, source.value, value);
      own.add(() -> Vectors.axpy(factor, result[0].costate, source.costate));
    }
    result[0] = new Result(name, value);
    register.put(line.target(), result[0]);
    results.add(result[0]);
    reverses.addAll(own);
  }

  private Point point(Application field, Result input) {
    Slice theta = Slice.of(SubstepControls.of(model, c, n, field, kernels));
    double t = model.grid().time(n) + field.at() * h;
    return Point.of(t, field.span() * h, shape, Slice.of(input.value), theta, batch);
  }
}
