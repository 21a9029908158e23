package org.costate.control.replay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.control.SubstepControls;
import org.costate.control.Vectors;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Operator;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Step;
import org.costate.model.scheme.Term;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Runs the lines of one step of a trajectory again, one by one, and shows every operator at its
/// point.
public final class StepReplay {
  /// One operator at its point.
  ///
  /// @param field how the line applies it
  /// @param record what it left
  /// @param value its result, before the line's weight
  /// @param weight of the line
  /// @param w scratch that suffices for it
  public record Visit(
      Application field, Point point, Slice record, double[] value, double weight, Workspace w) {
    /// The operator.
    public Operator operator() {
      return field.operator();
    }
  }

  /// What is done at every line.
  public interface Listener {
    /// Sees one line before its result is put into its register.
    ///
    /// @param number of the line
    /// @param h size of the step it belongs to
    void line(int number, Line line, double h, Optional<Visit> visit);
  }

  private final Model model;
  private final double[] c;
  private final Batch batch;
  private final int step;
  private final Kernels kernels;
  private final Shape shape;

  /// @param c the controls of `model`, not modified
  /// @param batch that the trajectory runs on, of any number of sequences
  /// @param step number of the step
  /// @param shape of the states
  public StepReplay(Model model, double[] c, Batch batch, int step, Kernels kernels, Shape shape) {
    this.model = model;
    this.c = c;
    this.batch = batch;
    this.step = step;
    this.kernels = kernels;
    this.shape = shape;
  }

  /// Runs all lines; steps within the step are one operator each.
  ///
  /// @param state in front of the step, not modified
  public void run(Slice state, Listener listener) {
    run(model.step(), 0, 1, state, listener, false);
  }

  /// The same, and the lines of steps within the step too.
  public void runThrough(Slice state, Listener listener) {
    run(model.step(), 0, 1, state, listener, true);
  }

  private void run(
      Step lines, double begin, double span, Slice state, Listener listener, boolean through) {
    double h = span * model.grid().step(step);
    Map<Integer, double[]> register = new HashMap<>();
    register.put(0, state.toArray());
    List<Line> all = lines.scheme().lines();
    for (int i = 0; i < all.size(); i++) {
      Line line = all.get(i);
      Optional<Visit> visit = line.field().map(f -> visit(f, begin, span, register));
      listener.line(i, line, h, visit);
      if (through && visit.isPresent() && visit.get().operator() instanceof Step inner) {
        Application f = visit.get().field();
        Slice input = Slice.of(register.get(f.input()));
        run(inner, begin + span * f.at(), span * f.span(), input, listener, true);
      }
      register.put(line.target(), combined(line, h, visit, register));
    }
  }

  private static double[] combined(
      Line line, double h, Optional<Visit> visit, Map<Integer, double[]> register) {
    double[] sum = visit.map(v -> v.value().clone()).orElse(new double[0]);
    visit.ifPresent(v -> Vectors.scale(v.weight(), sum));
    double[] total = sum;
    for (Term term : line.combination()) {
      double[] source = register.get(term.register());
      total = total.length == 0 ? new double[source.length] : total;
      Vectors.axpy(term.coefficient().value(h), source, total);
    }
    return total;
  }

  private Visit visit(Application field, double begin, double span, Map<Integer, double[]> from) {
    double t = model.grid().time(step);
    double h = model.grid().step(step);
    Operator f = field.operator();
    Slice theta = SubstepControls.of(model, c, step, field, begin, span, kernels);
    Slice input = Slice.of(from.get(field.input()));
    double at = begin + span * field.at();
    Point p = Point.of(t + at * h, span * field.span() * h, shape, input, theta, batch);
    Workspace w = new Workspace(kernels, f.workSize(shape));
    Slice record = Slice.of(new double[f.recordSize(shape)]);
    double[] value = new double[shape.size(f.outputWidth())];
    f.apply(p, Slice.of(value), record, w);
    return new Visit(field, p, record, value, field.weight().value(span * h), w);
  }
}
